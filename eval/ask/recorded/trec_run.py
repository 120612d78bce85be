"""A TREC run file as recorded responses: `qid Q0 docid rank score tag`, one line a passage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import polars as pl

from ...errors import UsageError
from . import tables

if TYPE_CHECKING:
    from pathlib import Path

FIELDS = r"^\s*(?P<id>\S+)\s+\S+\s+(?P<passage>\S+)\s+\S+\s+(?P<score>\S+)\s+\S+(?:\s.*)?$"
SCORE = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def recognises(path: Path) -> bool:
    """Whether the first line that is not blank has the fields of a run, a number among them; trec_eval reads no further."""
    try:
        with path.open("rb") as file:
            first = next((line for line in file if line.strip()), b"")
    except OSError:
        return False
    fields = first.split(maxsplit=6)
    return len(fields) >= 6 and first.lstrip()[:1] not in b"{[" and SCORE.fullmatch(fields[4]) is not None


def read(path: Path) -> pl.DataFrame:
    """One row a topic with its passages in trec_eval's order (by score, not by the rank column), topics as they first come.

    Raises:
        UsageError: a line has other fields, or a score is no number.
    """
    parts = _even(path)
    if parts is None:
        parts = _uneven(path)
    passages = pl.struct(id="passage", score="score").alias("retrieved")
    runs = parts.group_by("id", maintain_order=True).agg(passages, pl.col("line").first().cast(pl.Int64))
    return tables.responses(runs)


def _even(path: Path) -> pl.DataFrame | None:
    """line, id, passage and score of a text with one space or tab between fields, many times faster; null of another text."""
    with path.open("rb") as file:
        separator = "\t" if b"\t" in file.readline() else " "
    schema: dict[str, Any] = dict.fromkeys(("id", "q0", "passage", "rank", "score", "tag"), pl.String)
    schema["score"] = pl.Float64
    fields = pl.scan_csv(path, separator=separator, has_header=False, quote_char=None, schema=schema, glob=False)
    sound = pl.all_horizontal(pl.col("id", "q0", "passage", "rank", "tag").fill_null("") != "") & pl.col("score").is_not_null()
    try:
        parts = fields.select("id", "passage", "score", sound=sound).with_row_index("line", offset=1).collect()
    except pl.exceptions.PolarsError:
        return None
    return parts.drop("sound") if parts["sound"].all() else None


def _uneven(path: Path) -> pl.DataFrame:
    """The same of a text with any white space between fields."""
    lines = pl.read_csv(
        path, has_header=False, separator="\x1f", quote_char=None, new_columns=["text"], schema={"text": pl.String}
    )
    lines = lines.with_row_index("line", offset=1).filter(pl.col("text").str.strip_chars() != "")
    parts = lines.with_columns(pl.col("text").str.extract_groups(FIELDS).struct.unnest())
    parts = parts.with_columns(score=pl.col("score").cast(pl.Float64, strict=False))
    wrong = parts.filter(pl.col("score").is_null())
    if len(wrong):
        msg = f'no line of a TREC run: "{wrong["text"][0][:80]}".'
        raise UsageError(msg, where=f"{path}:{wrong['line'][0]}", next_step="Its fields are qid, Q0, docid, rank, score, tag.")
    return parts
