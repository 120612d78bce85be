from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from service.corpus import Corpus, load_corpus
from service.errors import LoadError
from service.loaders import LocalCacheLoader
from tests.fakes import finrag

if TYPE_CHECKING:
    from pathlib import Path


def load(folder: Path, text: str = finrag.CONFIG) -> Corpus:
    return load_corpus(finrag.config(folder, text), LocalCacheLoader(folder))


def test_vectors_stand_in_the_order_of_the_sentences(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    finrag.embeddings().reverse().write_parquet(tmp_path / "embeddings.parquet")
    corpus = load(tmp_path)
    expected = finrag.HashEmbedder().encode(corpus.sentences["text"].to_list(), "document")
    assert np.allclose(corpus.vectors, expected)
    assert corpus.vectors.dtype == np.float32
    assert [read.rows for read in corpus.files] == [finrag.sentences().height, finrag.sentences().height, finrag.facts().height]


def test_lists_do_as_well_as_arrays(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    finrag.embeddings().with_columns(pl.col("embedding").arr.to_list()).write_parquet(tmp_path / "embeddings.parquet")
    assert load(tmp_path).vectors.shape == (finrag.sentences().height, finrag.DIMENSIONS)


def test_facts_without_sentences_get_an_empty_column(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    finrag.facts().drop("sentence_id").write_parquet(tmp_path / "kpi_facts.parquet")
    assert load(tmp_path).facts["sentence_id"].null_count() == finrag.facts().height


def test_filters_keep_rows_of_every_table(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    corpus = load(tmp_path, finrag.CONFIG.replace("folder: FOLDER", "folder: FOLDER, filters: {cik_int: [1], year: [2019]}"))
    assert set(corpus.sentences["cik_int"]) == {1}
    assert set(corpus.sentences["report_year"]) == {2019}
    assert set(corpus.facts["year"]) == {2019}
    assert len(corpus.vectors) == corpus.sentences.height


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("embeddings.parquet", lambda frame: frame.head(3), "sentences have no embedding"),
        ("embeddings.parquet", lambda frame: pl.concat([frame, frame.head(1)]), "or some have two"),
        ("sentences.parquet", lambda frame: frame.drop("position"), "the columns position are missing"),
        ("kpi_facts.parquet", lambda frame: frame.drop("unit", "filing"), "the columns unit, filing are missing"),
        ("sentences.parquet", lambda frame: frame.clear(), "has no rows"),
    ],
)
def test_data_at_odds_with_itself(tmp_path: Path, file: str, change: object, said: str) -> None:
    finrag.write_files(tmp_path)
    assert callable(change)
    change(pl.read_parquet(tmp_path / file)).write_parquet(tmp_path / file)
    with pytest.raises(LoadError, match=said) as caught:
        load(tmp_path)
    assert file in str(caught.value.where) or "embeddings" in str(caught.value.where)


def test_vectors_of_another_length_than_the_configuration_says(tmp_path: Path) -> None:
    finrag.write_files(tmp_path)
    with pytest.raises(LoadError, match=r"the vectors are 64 long, embedding.dimensions says 32"):
        load(tmp_path, finrag.CONFIG.replace("dimensions: 64", "dimensions: 32"))
