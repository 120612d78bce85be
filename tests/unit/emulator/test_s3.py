"""What S3 checks and moto does not."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from emulator.checksums import checksum
from emulator.s3 import decode_chunks
from emulator.wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.in_process_aws import InProcessAws

CHUNKED = b"5\r\nhello\r\n6;chunk-signature=x\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"


@pytest.fixture
def s3(aws: InProcessAws) -> Any:
    client = aws.client("s3")
    client.create_bucket(Bucket="bucket")
    client.put_object(Bucket="bucket", Key="a", Body=b"first")
    return client


def code(call: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    "fields",
    [
        {"ChecksumCRC32": "AAAAAA=="},
        {"ChecksumCRC32C": "AAAAAA=="},
        {"ChecksumCRC64NVME": "AAAAAAAAAAA="},
        {"ChecksumSHA1": base64.b64encode(b"0" * 20).decode()},
        {"ChecksumSHA256": base64.b64encode(b"0" * 32).decode()},
        {"ContentMD5": base64.b64encode(b"0" * 16).decode()},
    ],
)
def test_a_wrong_checksum_is_rejected_and_nothing_is_written(s3: Any, fields: dict[str, str]) -> None:
    assert code(lambda: s3.put_object(Bucket="bucket", Key="a", Body=b"second", **fields)) == ("BadDigest", 400)
    assert s3.get_object(Bucket="bucket", Key="a")["Body"].read() == b"first"


def test_a_malformed_md5_is_invalid(s3: Any) -> None:
    assert code(lambda: s3.put_object(Bucket="bucket", Key="a", Body=b"x", ContentMD5="x")) == ("InvalidDigest", 400)


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_right_checksum_is_kept(s3: Any, algorithm: str) -> None:
    value = checksum(algorithm.lower(), b"second")
    s3.put_object(Bucket="bucket", Key="a", Body=b"second", **{f"Checksum{algorithm}": value})
    assert s3.head_object(Bucket="bucket", Key="a", ChecksumMode="ENABLED")[f"Checksum{algorithm}"] == value


def test_a_part_with_a_wrong_checksum_is_rejected(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket="bucket", Key="m")["UploadId"]
    part = {"Bucket": "bucket", "Key": "m", "UploadId": upload, "PartNumber": 1, "Body": b"x"}
    assert code(lambda: s3.upload_part(**part, ChecksumCRC32="AAAAAA==")) == ("BadDigest", 400)


def test_if_none_match_holds_for_copies_and_multipart_uploads(s3: Any) -> None:
    source = {"Bucket": "bucket", "Key": "a"}
    s3.copy_object(Bucket="bucket", Key="b", CopySource=source, IfNoneMatch="*")
    assert code(lambda: s3.copy_object(Bucket="bucket", Key="b", CopySource=source, IfNoneMatch="*")) == (
        "PreconditionFailed",
        412,
    )
    upload = s3.create_multipart_upload(Bucket="bucket", Key="b")["UploadId"]
    part = s3.upload_part(Bucket="bucket", Key="b", UploadId=upload, PartNumber=1, Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    finish = {"Bucket": "bucket", "Key": "b", "UploadId": upload, "MultipartUpload": parts}
    assert code(lambda: s3.complete_multipart_upload(**finish, IfNoneMatch="*")) == ("PreconditionFailed", 412)
    assert code(lambda: s3.complete_multipart_upload(**finish, IfMatch='"x"')) == ("PreconditionFailed", 412)
    s3.complete_multipart_upload(**finish, IfMatch=s3.head_object(Bucket="bucket", Key="b")["ETag"])
    assert s3.get_object(Bucket="bucket", Key="b")["Body"].read() == b"x"


def test_if_match_is_compare_and_swap(s3: Any) -> None:
    etag = s3.head_object(Bucket="bucket", Key="a")["ETag"]
    s3.put_object(Bucket="bucket", Key="a", Body=b"second", IfMatch=etag)
    assert code(lambda: s3.put_object(Bucket="bucket", Key="a", Body=b"third", IfMatch=etag)) == ("PreconditionFailed", 412)
    assert code(lambda: s3.put_object(Bucket="bucket", Key="new", Body=b"x", IfMatch=etag)) == ("NoSuchKey", 404)


def test_keys_keep_their_characters(s3: Any) -> None:
    keys = ["a b+c/ü", "x//y", "p%2Fq", "run=1/?&#"]
    for key in keys:
        s3.put_object(Bucket="bucket", Key=key, Body=key.encode(), Metadata={"some_name": "v"})
        found = s3.get_object(Bucket="bucket", Key=key)
        assert (found["Body"].read(), found["Metadata"]) == (key.encode(), {"some_name": "v"})
    assert sorted(item["Key"] for item in s3.list_objects_v2(Bucket="bucket")["Contents"]) == sorted([*keys, "a"])


def test_the_chunked_framing_comes_off() -> None:
    assert decode_chunks(CHUNKED) == (b"hello world", {"x-amz-checksum-crc32": "DUoRhQ=="})
    assert checksum("crc32", b"hello world") == "DUoRhQ=="


@pytest.mark.parametrize("body", [b"", b"5\r\nhel", b"zz\r\nhello\r\n0\r\n\r\n"])
def test_a_body_that_is_cut_off_is_incomplete(body: bytes) -> None:
    with pytest.raises(AwsError) as caught:
        decode_chunks(body)
    assert caught.value.code == "IncompleteBody"


def test_a_chunked_upload_is_checked_by_its_trailer(aws: InProcessAws) -> None:
    aws.client("s3").create_bucket(Bucket="bucket")
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "x-amz-sdk-checksum-algorithm": "CRC32",
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "11",
    }
    put = {"method": "PUT", "path": "/bucket/t", "query": ""}
    assert aws.dispatcher(**put, headers=headers, body=CHUNKED).status == 200
    wrong = aws.dispatcher(**put, headers=headers, body=CHUNKED.replace(b"world", b"World"))
    assert (wrong.status, b"BadDigest" in wrong.body) == (400, True)
    assert aws.client("s3").get_object(Bucket="bucket", Key="t")["Body"].read() == b"hello world"


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [("crc32", 0xCBF43926), ("crc32c", 0xE3069283), ("crc64nvme", 0xAE8B14860A799888)],
)
def test_crcs_have_their_published_check_values(algorithm: str, value: int) -> None:
    """The check value of a CRC is that of the nine digits 123456789."""
    assert int.from_bytes(base64.b64decode(checksum(algorithm, b"123456789")), "big") == value


def test_sha256_is_sha256() -> None:
    assert base64.b64decode(checksum("sha256", b"x")) == hashlib.sha256(b"x").digest()
