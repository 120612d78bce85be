"""A collection of three companies, small enough to reason about, and an embedder without a model."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from service.config import MLConfig
from service.corpus import Corpus, load_corpus
from service.embedding import Kind, Usage
from service.engine import Engine
from service.loaders import LocalCacheLoader
from service.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

DIMENSIONS = 64
CONFIG = """
version: 1
data: {bucket: finrag-test, base_path: base, folder: FOLDER}
embedding: {provider: bedrock, model_id: "cohere.embed-v4:0", dimensions: 64}
retrieval: {top_k: 5, similarity_threshold: 0.1, neighbours: 1, loader: local}
serving_models: {default: {provider: extractive}}
"""
COMPANIES = {1: ("ACME ROCKETS INC", "ACME"), 2: ("Borealis Foods Corporation", "BRLS"), 3: ("Assured Harbor Ltd.", "V")}
REVENUE = {
    1: {2016: 900e6, 2017: 1000e6, 2018: 1250e6, 2019: 1200e6},
    2: {2017: 4000e6, 2018: 4100e6, 2019: 4300e6},
    3: {2018: 300e6},
}
NET_INCOME = {1: {2017: -50e6, 2018: 120e6, 2019: 90e6}, 2: {2018: 400e6, 2019: 410e6}}
WORDS = {
    (1, 2018, "ITEM_1A"): (
        "Competition from reusable launchers could reduce our prices.",
        "A shortage of titanium forgings would delay our launches.",
        "We carry insurance against launch failures.",
    ),
    (1, 2018, "ITEM_7"): (
        "Revenue was $1,250 million in 2018.",
        "Net income came to $120 million in 2018.",
        "Launch services revenue of the Orbital segment was $700 million.",
    ),
    (1, 2019, "ITEM_1A"): (
        "Competition from reusable launchers could reduce our prices.",
        "We did not repurchase any shares in 2019.",
    ),
    (1, 2019, "ITEM_7"): (
        "Revenue was $1,200 million in 2019.",
        "Our customers are satellite operators, universities and two space agencies.",
    ),
    (2, 2018, "ITEM_7"): (
        "Revenue was $4,100 million in 2018.",
        "Higher grain prices explain most of the change in gross margin.",
    ),
    (2, 2019, "ITEM_7"): ("Revenue was $4,300 million in 2019.", "We repurchased shares for $80 million in 2019."),
    (3, 2018, "ITEM_7"): ("Premiums of $300 million were assured in 2018.", "We are assured of support, and assured again."),
}


class HashEmbedder:
    """Bags of words: each word adds to one of 64 places."""

    model_id = "hash-64"
    dimensions = DIMENSIONS
    usage = Usage()

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """Unit vectors."""
        out = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", " ").split():
                out[row, zlib.crc32(word.encode()) % DIMENSIONS] += 1.0
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        unit: NDArray[np.float32] = np.divide(out, norms, out=np.zeros_like(out), where=norms > 0)
        return unit


def sentences() -> pl.DataFrame:
    """sentences.parquet of the collection."""
    rows = []
    for (cik, year, section), texts in WORDS.items():
        name, ticker = COMPANIES[cik]
        for position, text in enumerate(texts):
            identity = f"{cik}_{year}_{section}_{position}"
            rows.append((identity, f"{cik}_{year}", cik, name, ticker, year, section, position, text))
    columns = ("sentence_id", "doc_id", "cik_int", "company", "ticker", "report_year", "section", "position", "text")
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col("report_year", "position").cast(pl.Int32))


def facts() -> pl.DataFrame:
    """kpi_facts.parquet of the collection; the sentence is known of Acme's revenue in 2018 only."""
    rows = []
    for metric, label, table in (("revenue", "Revenue", REVENUE), ("net_income", "Net income", NET_INCOME)):
        for cik, series in table.items():
            for year, value in series.items():
                sentence = "1_2018_ITEM_7_0" if (metric, cik, year) == ("revenue", 1, 2018) else None
                rows.append((cik, *COMPANIES[cik], year, metric, label, value, "USD", f"{cik}-{year}", sentence))
    rows.append((1, *COMPANIES[1], 2019, "net_margin", "Net profit margin", 7.5, "percent", "1-2019", None))
    rows.append((1, *COMPANIES[1], 2018, "net_margin", "Net profit margin", 9.6, "percent", "1-2018", None))
    columns = ("cik_int", "company", "ticker", "year", "metric", "label", "value", "unit", "filing", "sentence_id")
    return pl.DataFrame(rows, schema=columns, orient="row").with_columns(pl.col("year").cast(pl.Int32))


def embeddings() -> pl.DataFrame:
    """embeddings.parquet of the collection."""
    frame = sentences()
    vectors = HashEmbedder().encode(frame["text"].to_list(), "document")
    schema: dict[str, Any] = {"sentence_id": pl.String, "embedding": pl.Array(pl.Float32, DIMENSIONS)}
    return pl.DataFrame({"sentence_id": frame["sentence_id"], "embedding": vectors}, schema=schema)


def files() -> dict[str, bytes]:
    """The Parquet files by name."""
    tables = {"sentences.parquet": sentences(), "embeddings.parquet": embeddings(), "kpi_facts.parquet": facts()}
    return {name: _parquet(table) for name, table in tables.items()}


def write_files(folder: Path) -> None:
    """The Parquet files in a folder."""
    for name, body in files().items():
        (folder / name).write_bytes(body)


def config(folder: Path, text: str = CONFIG, env: Mapping[str, str] | None = None) -> MLConfig:
    """The configuration, written to `folder` and read from there."""
    path = folder / "ml_config.yaml"
    path.write_text(text.replace("FOLDER", str(folder)), encoding="utf-8")
    return MLConfig.load(path, env or {})


def corpus(folder: Path) -> Corpus:
    """The collection, loaded from `folder`."""
    write_files(folder)
    return load_corpus(config(folder), LocalCacheLoader(folder))


def engine(folder: Path) -> Engine:
    """An engine over the collection, with the extractive provider."""
    return Engine(config(folder), corpus(folder), HashEmbedder())


def silent() -> tuple[Log, io.StringIO]:
    """A log, and where it writes."""
    out = io.StringIO()
    return Log(out), out


def _parquet(table: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    table.write_parquet(out, row_group_size=8)
    return out.getvalue()
