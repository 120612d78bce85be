from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from service.config import MLConfig
from service.errors import LoadError
from service.loaders import CachedS3Loader, LocalCacheLoader, S3StreamingLoader, cache_folder, make_loader
from tests.fakes import finrag
from tests.fakes.s3_client import S3Client

KEY = "base/sentences.parquet"
BUCKET = "finrag-test"


def setup(folder: Path) -> tuple[MLConfig, S3Client]:
    client = S3Client()
    for name, body in finrag.files().items():
        client.put(BUCKET, f"base/{name}", body)
    path = folder / "ml_config.yaml"
    path.write_text(finrag.CONFIG, encoding="utf-8")
    return MLConfig.load(path, {}, lambda *_, **__: client), client


def test_the_configured_loader_is_made(tmp_path: Path) -> None:
    for name, kind in (("local", LocalCacheLoader), ("s3_streaming", S3StreamingLoader), ("cached_s3", CachedS3Loader)):
        config = finrag.config(tmp_path, finrag.CONFIG.replace("loader: local", f"loader: {name}"))
        loader = make_loader(config, tmp_path)
        assert isinstance(loader, kind)
        assert loader.name == name


def test_the_cache_folder_comes_from_the_environment() -> None:
    assert cache_folder({"FINRAG_CACHE_DIR": "/cache"}) == Path("/cache")
    assert cache_folder({}).name == "finrag-cache"


def test_a_folder_is_read_by_columns_and_rows(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    frame, read = LocalCacheLoader(tmp_path).table(
        "sentences.parquet", ("text", "report_year", "absent"), pl.col("report_year") == 2019
    )
    assert frame.columns == ["text", "report_year"]
    assert set(frame["report_year"]) == {2019}
    assert (read.path, read.rows, read.size) == ("folder", frame.height, (tmp_path / "sentences.parquet").stat().st_size)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"none\.parquet: the file cannot be read: No such file"):
        LocalCacheLoader(tmp_path).table("none.parquet", ("text",))


def test_a_file_that_is_no_parquet_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(LoadError, match="not readable Parquet"):
        LocalCacheLoader(tmp_path).table("bad.parquet", ("text",))


def test_cold_then_warm(tmp_path: Path) -> None:
    config, client = setup(tmp_path)
    cold_frame, cold = CachedS3Loader(config, tmp_path / "cache").table("sentences.parquet", ("text",))
    warm_frame, warm = CachedS3Loader(config, tmp_path / "cache").table("sentences.parquet", ("text",))
    assert (cold.path, warm.path) == ("cold", "warm")
    assert client.calls == ["HeadObject", "GetObject", "HeadObject"]
    assert warm_frame.equals(cold_frame)
    assert warm.cold_ms == cold.cold_ms, "the warm read still tells what fetching took"
    assert warm.etag == cold.etag


def test_a_new_version_is_fetched(tmp_path: Path) -> None:
    config, client = setup(tmp_path)
    loader = CachedS3Loader(config, tmp_path / "cache")
    loader.blob("sentences.parquet")
    client.put(BUCKET, KEY, b"other bytes")
    body, read = loader.blob("sentences.parquet")
    assert (body, read.path) == (b"other bytes", "cold")


def test_the_same_bytes_as_another_version_are_fetched_by_their_version(tmp_path: Path) -> None:
    config, client = setup(tmp_path)
    loader = CachedS3Loader(config, tmp_path / "cache")
    client.put(BUCKET, KEY, b"bytes", version="v1")
    loader.blob("sentences.parquet")
    client.put(BUCKET, KEY, b"bytes", version="v2")
    _, read = loader.blob("sentences.parquet")
    assert (read.path, read.version_id) == ("cold", "v2")


@pytest.mark.parametrize("damage", ["cut", "flip", "no note", "bad note"])
def test_a_damaged_entry_is_never_read(tmp_path: Path, damage: str) -> None:
    config, client = setup(tmp_path)
    loader = CachedS3Loader(config, tmp_path / "cache")
    whole, _ = loader.blob("sentences.parquet")
    data, note = (next((tmp_path / "cache").glob(f"*.{kind}")) for kind in ("data", "json"))
    if damage == "cut":
        data.write_bytes(whole[:-10])
    elif damage == "flip":
        data.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    elif damage == "no note":
        note.unlink()
    else:
        note.write_text("{", encoding="utf-8")
    body, read = loader.blob("sentences.parquet")
    assert (body, read.path) == (whole, "cold")
    assert client.calls.count("GetObject") == 2


def test_a_short_answer_is_not_kept(tmp_path: Path) -> None:
    config, client = setup(tmp_path)
    client.cut_short = True
    loader = CachedS3Loader(config, tmp_path / "cache")
    with pytest.raises(LoadError, match=r"s3://finrag-test/base/sentences.parquet: \d+ bytes arrived of \d+"):
        loader.blob("sentences.parquet")
    assert list((tmp_path / "cache").glob("*.data")) == []


def test_nothing_temporary_stays_behind(tmp_path: Path) -> None:
    config, _ = setup(tmp_path)
    CachedS3Loader(config, tmp_path / "cache").blob("sentences.parquet")
    assert sorted(path.suffix for path in (tmp_path / "cache").iterdir()) == [".data", ".json", ".lock"]
    assert json.loads(next((tmp_path / "cache").glob("*.json")).read_text())["format"] == 1


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    config, _ = setup(tmp_path)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(LoadError, match="FINRAG_CACHE_DIR names another one"):
        CachedS3Loader(config, tmp_path / "file").blob("sentences.parquet")


def test_a_missing_bucket_and_a_missing_object_are_told_apart(tmp_path: Path) -> None:
    config, client = setup(tmp_path)
    loader = CachedS3Loader(config, tmp_path / "cache")
    with pytest.raises(LoadError, match="there is no such object"):
        loader.blob("nothing.parquet")
    client.buckets.clear()
    with pytest.raises(LoadError, match='the bucket "finrag-test" does not exist'):
        loader.blob("nothing.parquet")


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        ("HeadObject", "403", "AccessDenied to HeadObject"),
        ("GetObject", "AccessDenied", "needs s3:GetObject"),
        ("GetObject", "PreconditionFailed", "replaced while it was being read"),
        ("GetObject", "SlowDown", "S3 answered SlowDown to GetObject"),
    ],
)
def test_what_s3_says_no_to(tmp_path: Path, call: str, code: str, said: str) -> None:
    config, client = setup(tmp_path)
    client.failing[call] = code
    with pytest.raises(LoadError, match=said) as caught:
        CachedS3Loader(config, tmp_path / "cache").blob("sentences.parquet")
    assert caught.value.where == f"s3://{BUCKET}/{KEY}"
