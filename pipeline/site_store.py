"""The site of runs in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ledger import ABSENT, LOST

if TYPE_CHECKING:
    from .aws import Aws


class S3Site:
    """Names of the site as keys below a prefix of a bucket; fits `SiteStore` of the report."""

    def __init__(self, aws: Aws, bucket: str, prefix: str) -> None:
        self._aws = aws
        self._bucket = bucket
        self._prefix = prefix.strip("/")

    def load(self, name: str) -> tuple[bytes, str] | None:
        """The bytes under a name and their ETag, or None where there is nothing.

        Raises:
            OutsideError: S3 refused.
        """
        from .aws_errors import ClientError, code_of, translated

        with translated(action="s3:GetObject", resource=self.address(name), who=self._aws.identity):
            try:
                found = self._aws.client("s3").get_object(Bucket=self._bucket, Key=self._key(name))
                return found["Body"].read(), str(found["ETag"])
            except ClientError as error:
                if code_of(error) not in ABSENT:
                    raise
                return None

    def holds(self, name: str) -> bool:
        """Whether there is anything under the name.

        Raises:
            OutsideError: S3 refused.
        """
        from .aws_errors import ClientError, code_of, translated

        with translated(action="s3:GetObject", resource=self.address(name), who=self._aws.identity):
            try:
                self._aws.client("s3").head_object(Bucket=self._bucket, Key=self._key(name))
            except ClientError as error:
                if code_of(error) not in ABSENT:
                    raise
                return False
        return True

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """Store bytes under a name.

        Raises:
            OutsideError: S3 refused.
        """
        self._put(name, data, content_type)

    def swap(self, name: str, data: bytes, content_type: str, mark: str | None) -> str | None:
        """Store bytes if the name still has this ETag (None: still holds nothing); the new ETag, or None if it has not.

        Raises:
            OutsideError: S3 refused.
        """
        return self._put(name, data, content_type, **({"IfMatch": mark} if mark else {"IfNoneMatch": "*"}))

    def address(self, name: str) -> str:
        """The `s3://` address of a name."""
        return f"s3://{self._bucket}/{self._key(name)}"

    def _put(self, name: str, data: bytes, content_type: str, **condition: str) -> str | None:
        from .aws_errors import ClientError, code_of, translated

        with translated(action="s3:PutObject", resource=self.address(name), who=self._aws.identity):
            try:
                answer = self._aws.client("s3").put_object(
                    Bucket=self._bucket, Key=self._key(name), Body=data, ContentType=content_type, CacheControl="no-cache",
                    **condition,
                )  # fmt: skip
            except ClientError as error:
                if not condition or code_of(error) not in LOST | ABSENT:
                    raise
                return None
        return str(answer["ETag"])

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name
