"""The tables that the service reads: names and types of their columns, in order."""

from __future__ import annotations

import polars as pl

SENTENCES: dict[str, pl.DataType] = {
    "sentence_id": pl.String(),
    "doc_id": pl.String(),
    "cik_int": pl.Int64(),
    "company": pl.String(),
    "ticker": pl.String(),
    "report_year": pl.Int32(),
    "section": pl.String(),  # ITEM_1, ITEM_1A, ITEM_7, ...
    "position": pl.Int32(),  # order within document and section, from 0
    "text": pl.String(),
}
FACTS: dict[str, pl.DataType] = {
    "cik_int": pl.Int64(),
    "company": pl.String(),
    "ticker": pl.String(),
    "year": pl.Int32(),
    "metric": pl.String(),  # total_assets, net_income, ...
    "label": pl.String(),
    "value": pl.Float64(),
    "unit": pl.String(),  # USD, USD per share, percent, ratio, shares, number
    "filing": pl.String(),  # accession number
    "sentence_id": pl.String(),  # a sentence that states the fact, or null
}
SENTENCES_FILE = "sentences.parquet"
EMBEDDINGS_FILE = "embeddings.parquet"
FACTS_FILE = "kpi_facts.parquet"
MODEL_FILE = "embedding_model.npz"
FILES = (SENTENCES_FILE, EMBEDDINGS_FILE, FACTS_FILE, MODEL_FILE)


def embeddings(dimensions: int) -> dict[str, pl.DataType]:
    """The columns of embeddings.parquet, in the order of the sentences; vectors have length 1."""
    return {"sentence_id": pl.String(), "embedding": pl.Array(pl.Float32(), dimensions)}
