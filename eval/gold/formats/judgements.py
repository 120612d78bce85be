"""Relevance judgements: which documents are right for which query, with their grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from ...errors import GoldgateError
    from ..source import Source

    Places = tuple[int, int, int]

FIELDS = ("query", "document", "grade")


def by_query(
    source: Source, places: Places, problems: list[GoldgateError], *, header: bool
) -> Iterator[tuple[int, str, Mapping[str, float]]]:
    """Line, query and {document: grade} of each query in the order in which they first come; see `judgements`."""
    import polars as pl

    sound = judgements(source, places, problems, header=header)
    grouped = sound.group_by("query", maintain_order=True).agg(pl.col("line").first(), "document", "grade")
    for query, line, documents, grades in grouped.iter_rows():
        yield line, query, dict(zip(documents, grades, strict=True))


def judgements(source: Source, places: Places, problems: list[GoldgateError], *, header: bool) -> pl.DataFrame:
    """line, query, document and grade of each line in a file of columns between white space; whole grades are integers.

    `places` are the columns of query, document and grade, the last one of the line; lines that lack one or whose grade is no
    number are problems, and so is a document that a query has twice with different grades.
    """
    import polars as pl

    table = _even(source.data, places, header=header)
    if table is None:
        table = _uneven(source.text, places, header=header)
    broken = table.filter(pl.any_horizontal(pl.col(FIELDS).is_null()))
    msg = "the line is no judgement: query, document and grade."
    problems.extend(UsageError(msg, where=source.where(line)) for line in broken["line"])
    sound = table.drop_nulls()
    problems.extend(_contradictory(sound, source.where))
    whole = pl.col("grade").cast(pl.Int64)
    return sound.with_columns(whole if sound.select((whole == pl.col("grade")).all()).item() else pl.col("grade"))


def _contradictory(table: pl.DataFrame, where: Callable[[int], str]) -> Iterator[GoldgateError]:
    import polars as pl

    if not table.select(pl.struct("query", "document").is_duplicated().any()).item():
        return
    twice = table.group_by("query", "document", maintain_order=True).agg(pl.col("grade").n_unique(), pl.col("line").last())
    for query, document, _, line in twice.filter(pl.col("grade") > 1).iter_rows():
        yield UsageError(f"query {query} has {document} twice, with different grades.", where=where(line))


def _even(data: bytes, places: Places, *, header: bool) -> pl.DataFrame | None:
    """The table of a text with one space or tab between columns and no blank line, many times faster; None of another text."""
    import polars as pl

    separator = "\t" if b"\t" in data.partition(b"\n")[0] else " "
    width = max(places) + 1
    schema = dict.fromkeys((f"column {place}" for place in range(width)), pl.String)
    try:
        raw = pl.read_csv(data, separator=separator, has_header=False, quote_char=None, schema=schema)
    except pl.exceptions.PolarsError:
        return None
    blank = raw.select(pl.any_horizontal(pl.all() == "").any()).item()
    if blank or raw.height != data.count(b"\n") + (not data.endswith(b"\n")):
        return None
    query, document, grade = (pl.col(f"column {place}") for place in places)
    lines = raw.with_row_index("line", offset=1).slice(1 if header else 0)
    return lines.select(pl.col("line").cast(pl.Int64), query=query, document=document, grade=_number(grade))


def _uneven(text: str, places: Places, *, header: bool) -> pl.DataFrame:
    import polars as pl

    lines = pl.Series("text", text.split("\n"), dtype=pl.String).str.strip_chars()
    frame = pl.DataFrame({"line": pl.int_range(1, len(lines) + 1, eager=True), "text": lines}).slice(1 if header else 0)
    parts = pl.col("text").str.replace_all(r"\s+", " ").str.split(" ")
    exact = pl.when(parts.list.len() == max(places) + 1).then(parts)
    query, document, grade = (exact.list.get(place, null_on_oob=True) for place in places)
    return frame.filter(pl.col("text") != "").select("line", query=query, document=document, grade=_number(grade))


def _number(text: pl.Expr) -> pl.Expr:
    import polars as pl

    return text.str.strip_chars().cast(pl.Float64, strict=False)
