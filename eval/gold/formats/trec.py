"""TREC judgements: `qid iter docid rel`, with the topics beside them where there are such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..source import Source
from .judgements import by_query
from .topics import read_topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ...errors import GoldgateError

NAME = "trec"
JUDGEMENT = re.compile(rb"\s*\S+[ \t]+\S+[ \t]+\S+[ \t]+-?\d+[ \t]*\r?(?:\n|$)")


def recognises(source: Source) -> bool:
    """Whether its first line has four columns, the last one a whole number."""
    return JUDGEMENT.match(source.head) is not None


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each judged query as a case; its input is the topic's title, or the id of the query where no topic is known.

    Topics are looked for beside the judgements: the same name with topics for qrels, or the only file that begins so.
    """
    beside = topics_beside(source.path)
    topics = read_topics(Source(beside).text) if beside is not None else {}
    for line, query, grades in by_query(source, (0, 2, 3), problems, header=False):
        if query not in topics:
            source.left_out["topic (none beside the judgements)"] += 1
        yield line, {"id": query, "input": topics.get(query, query), "expected": {"evidence": grades}}


def topics_beside(path: Path) -> Path | None:
    """The file of topics that belongs to the judgements at `path`."""
    for name in (path.name.replace("qrels", "topics"), path.name.replace("qrels", "queries")):
        if name != path.name and (path.parent / name).is_file():
            return path.parent / name
    found = [other for other in path.parent.glob("topics*") if other.is_file()]
    return found[0] if len(found) == 1 else None
