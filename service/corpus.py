"""The data that the service answers from, read once at the start and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from .errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from .config import MLConfig
    from .loaders import FileRead, Loader
    from .sections import Filters

SENTENCES = ("sentence_id", "doc_id", "cik_int", "company", "ticker", "report_year", "section", "position", "text")
EMBEDDINGS = ("sentence_id", "embedding")
FACTS = ("cik_int", "company", "ticker", "year", "metric", "label", "value", "unit", "filing", "sentence_id")


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Sentences (in document order), their vectors (row i belongs to sentence i; float32, length 1) and the KPI facts.

    `model` holds the bytes of the local embedding model, None with a remote one; `files` says how each file was read.
    """

    sentences: pl.DataFrame
    vectors: NDArray[np.float32]
    facts: pl.DataFrame
    model: bytes | None
    files: tuple[FileRead, ...]


def load_corpus(config: MLConfig, loader: Loader, progress: Callable[[FileRead], None] = lambda _: None) -> Corpus:
    """Read everything that the configuration names, file by file, telling `progress` of each.

    Raises LoadError where a file is missing, unreadable, without a needed column, or at odds with the configuration.
    """
    files: list[FileRead] = []

    def done(read: FileRead) -> None:
        files.append(read)
        progress(read)

    data, filters = config.data, config.data.filters
    sentences, read = loader.table(data.sentences, SENTENCES, _where(filters, "report_year", sections=True))
    done(read)
    _need(sentences, SENTENCES, read.address)
    sentences = sentences.sort("cik_int", "report_year", "doc_id", "section", "position", "sentence_id")
    embeddings, read = loader.table(data.embeddings, EMBEDDINGS, _only(sentences, filters))
    done(read)
    _need(embeddings, EMBEDDINGS, read.address)
    vectors = _vectors(sentences, embeddings, config.embedding.dimensions, read.address)
    facts, read = loader.table(data.kpi_facts, FACTS, _where(filters, "year", sections=False))
    done(read)
    _need(facts, FACTS[:-1], read.address)
    model = None
    if config.embedding.provider == "local":
        model, read = loader.blob(data.embedding_model)
        done(read)
    return Corpus(sentences=sentences, vectors=vectors, facts=_tidy(facts), model=model, files=tuple(files))


def _where(filters: Filters, year_column: str, *, sections: bool) -> pl.Expr | None:
    """The filters as one expression, None where there are none."""
    parts = []
    if filters.cik_int:
        parts.append(pl.col("cik_int").is_in(filters.cik_int))
    if filters.year:
        parts.append(pl.col(year_column).is_in(filters.year))
    if sections and filters.sections:
        parts.append(pl.col("section").is_in(filters.sections))
    return reduce(and_, parts) if parts else None


def _only(sentences: pl.DataFrame, filters: Filters) -> pl.Expr | None:
    """Vectors of the sentences that were kept, where some were not."""
    if not (filters.cik_int or filters.year or filters.sections):
        return None
    return pl.col("sentence_id").is_in(sentences["sentence_id"].implode())


def _need(frame: pl.DataFrame, columns: tuple[str, ...], address: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        msg = f"the columns {', '.join(missing)} are missing."
        raise LoadError(msg, where=address, next_step="Run the ingest again.")
    if frame.is_empty():
        msg = "the file has no rows, or data.filters keeps none."
        raise LoadError(msg, where=address)


def _vectors(sentences: pl.DataFrame, embeddings: pl.DataFrame, dimensions: int, address: str) -> NDArray[np.float32]:
    """One unit vector a sentence, in the order of the sentences."""
    joined = sentences.select("sentence_id").join(embeddings, on="sentence_id", how="left", maintain_order="left")
    column = joined["embedding"]
    if joined.height != sentences.height or column.null_count():
        msg = f"{column.null_count()} of {sentences.height} sentences have no embedding, or some have two."
        raise LoadError(msg, where=address, next_step="Run the ingest again.")
    flat = column.cast(pl.List(pl.Float32)).explode().to_numpy()
    if flat.size != sentences.height * dimensions:
        msg = f"the vectors are {flat.size / sentences.height:.0f} long, embedding.dimensions says {dimensions}."
        raise LoadError(msg, where=address, next_step="Run the ingest again, or correct ml_config.yaml.")
    matrix = np.ascontiguousarray(flat.reshape(sentences.height, dimensions), dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)
    return unit


def _tidy(facts: pl.DataFrame) -> pl.DataFrame:
    """Facts with a `sentence_id` column, in a fixed order."""
    if "sentence_id" not in facts.columns:
        facts = facts.with_columns(pl.lit(None, dtype=pl.String).alias("sentence_id"))
    return facts.sort("cik_int", "metric", "year", "filing", nulls_last=True)
