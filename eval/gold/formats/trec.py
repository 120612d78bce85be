"""TREC judgements: `qid iter docid rel`, with the topics beside them where there are such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..source import Source
from .judgements import by_query, judgements
from .topics import read_topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from ...errors import GoldgateError

NAME = "trec"
PLACES = (0, 2, 3)
NO_TOPIC = "topic (none beside the judgements)"
JUDGEMENT = re.compile(rb"\s*\S+[ \t]+\S+[ \t]+\S+[ \t]+-?\d+[ \t]*\r?(?:\n|$)")


def recognises(source: Source) -> bool:
    """Whether its first line has four columns, the last one a whole number."""
    return JUDGEMENT.match(source.head) is not None


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each judged query as a case; its input is the topic's title, or the id of the query where no topic is known.

    Topics are looked for beside the judgements: the same name with topics for qrels, or the only file that begins so.
    """
    topics = _topics(source)
    for line, query, grades in by_query(source, PLACES, problems, header=False):
        if query not in topics:
            source.left_out[NO_TOPIC] += 1
        yield line, {"id": query, "input": topics.get(query, query), "expected": {"evidence": grades}}


def columns(source: Source) -> pl.DataFrame | None:
    """The gold frame that the records make, many times faster; null of judgements that need a second look."""
    import polars as pl

    from ..graded import graded_frame

    problems: list[GoldgateError] = []
    table = judgements(source, PLACES, problems, header=False)
    if problems or not table.schema["grade"].is_integer():
        return None
    queries = table.group_by("query", maintain_order=True).agg(line=pl.col("line").first()).with_row_index("row")
    topics = _topics(source)
    asked = [topics.get(query, query) for query in queries["query"]]
    evidence = table.join(queries, on="query", how="left", maintain_order="left").sort("row", maintain_order=True)
    frame = graded_frame(
        queries.select("line", id="query", input=pl.Series(asked, dtype=pl.String)),
        evidence.select("row", "grade", id="document"),
    )
    if frame is not None and (left := sum(query not in topics for query in queries["query"])):
        source.left_out[NO_TOPIC] += left
    return frame


def _topics(source: Source) -> Mapping[str, str]:
    beside = topics_beside(source.path)
    return read_topics(Source(beside).text) if beside is not None else {}


def topics_beside(path: Path) -> Path | None:
    """The file of topics that belongs to the judgements at `path`."""
    for name in (path.name.replace("qrels", "topics"), path.name.replace("qrels", "queries")):
        if name != path.name and (path.parent / name).is_file():
            return path.parent / name
    found = [other for other in path.parent.glob("topics*") if other.is_file()]
    return found[0] if len(found) == 1 else None
