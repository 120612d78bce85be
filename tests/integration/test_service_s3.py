"""The loaders against an S3 that speaks HTTP: boto3 and polars as they are."""

from __future__ import annotations

import io
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from service.corpus import load_corpus
from service.errors import LoadError
from service.loaders import make_loader
from tests.fakes import finrag
from tests.fakes.s3_http import S3OverHttp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.config import MLConfig

BUCKET = "finrag-test"


@pytest.fixture
def store() -> Iterator[S3OverHttp]:
    with S3OverHttp().serving() as found:
        for name, body in finrag.files().items():
            found.put(BUCKET, f"base/{name}", body)
        yield found


def configured(folder: Path, store: S3OverHttp, loader: str) -> MLConfig:
    env = {"AWS_ENDPOINT_URL": store.url, "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    return finrag.config(folder, finrag.CONFIG.replace("loader: local", f"loader: {loader}"), env)


@pytest.mark.parametrize("loader", ["cached_s3", "s3_streaming"])
def test_the_collection_comes_whole(tmp_path: Path, store: S3OverHttp, loader: str) -> None:
    config = configured(tmp_path, store, loader)
    corpus = load_corpus(config, make_loader(config, tmp_path / "cache"))
    assert corpus.sentences.height == finrag.sentences().height
    assert corpus.vectors.shape == (finrag.sentences().height, finrag.DIMENSIONS)
    assert {read.path for read in corpus.files} == ({"cold"} if loader == "cached_s3" else {"stream"})


def test_streaming_fetches_the_columns_and_row_groups_that_it_needs(tmp_path: Path, store: S3OverHttp) -> None:
    noise = np.random.default_rng(1).integers(0, 256, size=(4000, 2000), dtype=np.uint8)
    wide = pl.DataFrame(
        {"report_year": np.repeat([2017, 2018, 2019, 2020], 1000), "heavy": [bytes(row) for row in noise], "light": range(4000)}
    )
    out = io.BytesIO()
    wide.write_parquet(out, row_group_size=1000, statistics=True)
    store.put(BUCKET, "base/wide.parquet", out.getvalue())
    config = configured(tmp_path, store, "s3_streaming")
    frame, read = make_loader(config, tmp_path).table("wide.parquet", ("light",), pl.col("report_year") == 2018)
    fetched = sum(
        _length(spec, len(out.getvalue()))
        for method, path, spec in store.requests
        if method == "GET" and path.endswith("wide.parquet")
    )
    assert frame["light"].to_list() == list(range(1000, 2000))
    assert read.size == len(out.getvalue())
    assert fetched < read.size / 4


def _length(spec: str, size: int) -> int:
    if not spec:
        return size
    first, _, last = spec.removeprefix("bytes=").partition("-")
    return int(last) if not first else (int(last) if last else size - 1) - int(first) + 1


@pytest.mark.parametrize("loader", ["cached_s3", "s3_streaming"])
def test_what_is_missing_or_forbidden_is_named(tmp_path: Path, store: S3OverHttp, loader: str) -> None:
    config = configured(tmp_path, store, loader)
    store.denied.add(f"{BUCKET}/base/embeddings.parquet")
    with pytest.raises(LoadError, match=r"s3://finrag-test/base/embeddings.parquet: S3 answered AccessDenied"):
        load_corpus(config, make_loader(config, tmp_path / "cache"))
    del store.buckets[BUCKET]
    with pytest.raises(LoadError, match='the bucket "finrag-test" does not exist'):
        load_corpus(config, make_loader(config, tmp_path / "cache"))


def test_an_s3_that_is_not_there_is_named(tmp_path: Path) -> None:
    env = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}
    config = finrag.config(tmp_path, finrag.CONFIG.replace("loader: local", "loader: cached_s3"), env)
    with pytest.raises(LoadError, match="S3 cannot be reached for HeadObject"):
        load_corpus(config, make_loader(config, tmp_path / "cache"))


def _load(folder: Path, url: str) -> int:
    store = S3OverHttp()
    store.url = url
    config = configured(folder, store, "cached_s3")
    return load_corpus(config, make_loader(config, folder.parent / "cache")).sentences.height


def test_two_processes_share_one_cache(tmp_path: Path, store: S3OverHttp) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    with get_context("spawn").Pool(2) as pool:
        rows = pool.starmap(_load, [(folder, store.url) for folder in folders])
    assert rows == [finrag.sentences().height] * 2
    fetched = [path for method, path, _ in store.requests if method == "GET"]
    assert len(fetched) == len(set(fetched)) == 3, "each file was fetched by one of them, the other read it from the cache"
