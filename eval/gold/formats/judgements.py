"""Relevance judgements: which documents are right for which query, with their grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from ...errors import GoldgateError

FIELDS = ("query", "document", "grade")


def by_query(
    text: str, places: tuple[int, int, int], problems: list[GoldgateError], where: Callable[[int], str], *, header: bool
) -> Iterator[tuple[int, str, Mapping[str, float]]]:
    """Line, query and {document: grade} of each query in a text of columns between white space.

    `places` are the columns of query, document and grade; lines that lack one or whose grade is no number are problems, and so
    is a document that a query has twice with different grades.
    """
    import polars as pl

    table = _table(text, places, header=header)
    if table.is_empty():
        return
    broken = table.filter(pl.any_horizontal(pl.col(FIELDS).is_null()))
    msg = "the line is no judgement: query, document and grade."
    problems.extend(UsageError(msg, where=where(line)) for line in broken["line"])
    table = table.drop_nulls()
    yield from _grouped(table, problems, where)


def _grouped(
    table: pl.DataFrame, problems: list[GoldgateError], where: Callable[[int], str]
) -> Iterator[tuple[int, str, Mapping[str, float]]]:
    import polars as pl

    twice = table.group_by("query", "document", maintain_order=True).agg(pl.col("grade").n_unique(), pl.col("line").last())
    for query, document, _, line in twice.filter(pl.col("grade") > 1).iter_rows():
        problems.append(UsageError(f"query {query} has {document} twice, with different grades.", where=where(line)))
    grouped = table.group_by("query", maintain_order=True).agg(pl.col("line").first(), "document", "grade")
    for query, line, documents, grades in grouped.iter_rows():
        yield line, query, {name: _whole(grade) for name, grade in zip(documents, grades, strict=True)}


def _table(text: str, places: tuple[int, int, int], *, header: bool) -> pl.DataFrame:
    import polars as pl

    lines = pl.Series("text", text.split("\n"), dtype=pl.String).str.strip_chars()
    frame = pl.DataFrame({"line": pl.int_range(1, len(lines) + 1, eager=True), "text": lines}).slice(1 if header else 0)
    width = max(places) + 1
    parts = pl.col("text").str.replace_all(r"\s+", " ").str.split(" ")
    exact = pl.when(parts.list.len() == width).then(parts)
    query, document, grade = (exact.list.get(place, null_on_oob=True) for place in places)
    return frame.filter(pl.col("text") != "").select(
        "line", query=query, document=document, grade=grade.cast(pl.Float64, strict=False)
    )


def _whole(grade: float) -> float:
    return int(grade) if grade.is_integer() else grade
