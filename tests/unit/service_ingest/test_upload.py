"""Uploads: what is there stays, and what S3 refuses is said plainly."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import EndpointConnectionError

from service.ingest.errors import IngestError, OutsideError
from service.ingest.progress import Progress
from service.ingest.schemas import FILES
from service.ingest.upload import Uploaded, upload
from tests.fakes.object_store import ObjectStore

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

BUCKET = "finrag-data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def send(client: Any, folder: Path, **options: Any) -> list[Uploaded]:
    return upload(client, folder, BUCKET, "ML_EMBED_ASSETS", Progress(io.StringIO()), **options)


@pytest.mark.parametrize("tags", [True, False])
def test_a_second_upload_writes_only_what_changed(folder: Path, tags: bool) -> None:
    store = ObjectStore(BUCKET, tags=tags)
    assert [item.written for item in send(store, folder)] == [True] * 4
    assert store.puts[-1] == "ML_EMBED_ASSETS/sentences.parquet"
    assert [item.written for item in send(store, folder)] == [False] * 4
    (folder / "kpi_facts.parquet").write_bytes(b"kpi_facts.parqueT")
    written = [item.uri for item in send(store, folder) if item.written]
    assert written == [f"s3://{BUCKET}/ML_EMBED_ASSETS/kpi_facts.parquet"]


def test_the_local_model_may_be_absent_but_nothing_else(folder: Path) -> None:
    (folder / "embedding_model.npz").unlink()
    assert len(send(ObjectStore(BUCKET), folder)) == 3
    (folder / "embeddings.parquet").unlink()
    with pytest.raises(IngestError, match=r"lacks embeddings\.parquet"):
        send(ObjectStore(BUCKET), folder)


def test_a_missing_bucket_is_named_or_made(folder: Path) -> None:
    with pytest.raises(OutsideError, match="NoSuchBucket") as failure:
        send(ObjectStore(), folder)
    assert "create it" in str(failure.value)
    assert failure.value.exit_code == 3
    store = ObjectStore(region="eu-west-1")
    assert len(send(store, folder, create=True)) == 4
    assert store.created[0]["CreateBucketConfiguration"] == {"LocationConstraint": "eu-west-1"}
    send(store, folder, create=True)
    assert len(store.created) == 1


def test_no_permission_names_the_action_and_the_object(folder: Path) -> None:
    store = ObjectStore(BUCKET)
    store.refuse = {"HeadObject": "403", "PutObject": "AccessDenied"}
    with pytest.raises(
        OutsideError, match="S3 answered AccessDenied to PutObject s3://finrag-data/ML_EMBED_ASSETS/"
    ) as failure:
        send(store, folder)
    assert "lack s3:PutObject" in str(failure.value)


def test_no_right_to_read_is_no_obstacle(folder: Path) -> None:
    store = ObjectStore(BUCKET)
    store.refuse = {"HeadObject": "403"}
    assert all(item.written for item in send(store, folder))


def test_an_address_where_nobody_listens(folder: Path) -> None:
    class Nobody(ObjectStore):
        def head_object(self, **_: Any) -> dict[str, Any]:
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9")

    with pytest.raises(OutsideError, match="Could not connect"):
        send(Nobody(BUCKET), folder)
