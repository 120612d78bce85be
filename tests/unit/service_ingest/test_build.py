"""Building: schemas, row groups, order, the same bytes, and nothing half-written."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from service.embedding.bedrock import BedrockEmbedder
from service.embedding.local import LocalEmbedder
from service.ingest.build import ROWS_PER_GROUP, build, write_all
from service.ingest.errors import IngestError
from service.ingest.progress import Progress
from service.ingest.schemas import FACTS, FILES, SENTENCES, embeddings
from tests.fakes.bedrock_runtime import FakeBedrockRuntime

from .samples import raw, sentence, write_sentences

if TYPE_CHECKING:
    from pathlib import Path


def quiet() -> Progress:
    return Progress(io.StringIO())


def test_the_four_files_have_the_columns_of_the_service(tmp_path: Path) -> None:
    built = build(*raw(tmp_path), tmp_path / "out", quiet(), dimensions=8)
    assert set(built.sizes) == set(FILES) == {path.name for path in (tmp_path / "out").iterdir()}
    assert (built.sentences, built.facts, built.dimensions) == (40, 2, 8)
    out = tmp_path / "out"
    assert dict(pl.read_parquet_schema(out / "sentences.parquet")) == SENTENCES
    assert dict(pl.read_parquet_schema(out / "kpi_facts.parquet")) == FACTS
    assert dict(pl.read_parquet_schema(out / "embeddings.parquet")) == embeddings(8)


def test_vectors_belong_to_their_sentences_and_have_length_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(*raw(tmp_path), out, quiet(), dimensions=8)
    sentences, vectors = pl.read_parquet(out / "sentences.parquet"), pl.read_parquet(out / "embeddings.parquet")
    assert sentences["sentence_id"].to_list() == vectors["sentence_id"].to_list()
    model = LocalEmbedder.load(out / "embedding_model.npz")
    again = model.encode(sentences["text"].to_list(), "document")
    assert np.allclose(again, vectors["embedding"].to_numpy(), atol=1e-6)
    assert np.allclose(np.linalg.norm(again, axis=1), 1.0, atol=1e-6)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    files = raw(tmp_path)
    for name in ("a", "b"):
        build(*files, tmp_path / name, quiet(), dimensions=8)
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in FILES)


def test_row_groups_can_be_skipped_by_company(tmp_path: Path) -> None:
    rows = [sentence(number) for number in range(2 * ROWS_PER_GROUP)]
    path = write_sentences(tmp_path / "many.jsonl", rows)
    build(path, raw(tmp_path, 4)[1], tmp_path / "out", quiet(), dimensions=4)
    file = tmp_path / "out" / "sentences.parquet"
    found = pl.scan_parquet(file).filter(pl.col("cik_int") == 9).collect()
    assert found.height == ROWS_PER_GROUP
    frame = pl.read_parquet(file)
    assert frame["cik_int"].head(ROWS_PER_GROUP).n_unique() == 1


def test_another_embedder_leaves_no_local_model(tmp_path: Path) -> None:
    embedder = BedrockEmbedder(FakeBedrockRuntime(), "cohere.embed-v4:0", 256, 16)
    built = build(*raw(tmp_path), tmp_path / "out", quiet(), embedder=embedder)
    assert "embedding_model.npz" not in built.sizes
    assert built.model_id == "cohere.embed-v4:0"
    assert embedder.usage.texts == 40
    assert dict(pl.read_parquet_schema(tmp_path / "out" / "embeddings.parquet")) == embeddings(256)


def test_a_fact_that_cites_a_missing_sentence_stops_the_build(tmp_path: Path) -> None:
    files = raw(tmp_path, facts="C7,2019,revenue,Revenue,1,USD,,nowhere_1\n")
    with pytest.raises(IngestError, match='name sentences that are not there, first "nowhere_1"'):
        build(*files, tmp_path / "out", quiet())
    assert not (tmp_path / "out").exists()


def test_write_all_writes_everything_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("old")

    def fail(_: IO[bytes]) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(IngestError, match="No space left"):
        write_all(tmp_path, {"first": lambda file: file.write(b"new"), "second": fail})
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    assert (tmp_path / "first").read_text() == "old"
