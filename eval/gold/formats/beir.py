"""BEIR: a folder of corpus.jsonl, queries.jsonl and qrels/*.tsv."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ..source import Source
from .draft import Draft
from .judgements import by_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import GoldgateError

NAME = "beir"
QUERIES = "queries.jsonl"
QRELS = "qrels"
HEADER = ("query-id", "corpus-id", "score")
SPLITS = ("test", "dev", "validation", "train")


def recognises(source: Source) -> bool:
    """Whether it is such a folder, its queries.jsonl, or one of its judgements."""
    if source.is_folder:
        return (source.path / QUERIES).is_file() or (source.path / QRELS).is_dir()
    is_queries = source.suffix == ".jsonl" and {"_id", "text"} <= source.keys and _folder(source).joinpath(QRELS).is_dir()
    return is_queries or _is_judgements(source)


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each query that has judgements as a case; the grades are its evidence.

    Of a folder the judgements of one split are taken: test where there are such, else dev, validation or train. Queries without
    judgements and other splits are counted as left out.
    """
    folder = _folder(source)
    qrels = source.path if _is_judgements(source) else _split(source, folder)
    queries = {str(query.get("_id")): (line, query) for line, query in _queries(folder, problems)}
    judgements = Source(qrels)
    judged = 0
    for line, identity, grades in by_query(judgements, (0, 1, 2), problems, header=True):
        if identity not in queries:
            msg = f'query "{identity}" is judged, and {QUERIES} does not have it.'
            problems.append(UsageError(msg, where=judgements.where(line)))
            continue
        judged += 1
        at, query = queries[identity]
        draft = Draft(source, at)
        draft.identity, draft.input = identity, query.get("text")
        draft.expect("evidence", dict(grades))
        draft.tag_all(query.get("metadata"), "metadata")
        yield draft.record
    if len(queries) > judged:
        source.left_out["queries without judgements"] += len(queries) - judged


def _queries(folder: Path, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    if not (folder / QUERIES).is_file():
        msg = f"the folder has no {QUERIES}."
        raise UsageError(msg, where=str(folder), next_step="Give the folder of a BEIR data set.")
    return Source(folder / QUERIES).rows(problems)


def _split(source: Source, folder: Path) -> Path:
    files = {path.stem: path for path in sorted((folder / QRELS).glob("*.tsv"))}
    if not files:
        msg = f"the folder has no {QRELS}/*.tsv."
        raise UsageError(msg, where=str(folder), next_step="Give the folder of a BEIR data set.")
    chosen = next((name for name in SPLITS if name in files), min(files))
    source.left_out.update(f"{QRELS}/{name}.tsv" for name in files if name != chosen)
    return files[chosen]


def _is_judgements(source: Source) -> bool:
    return tuple(source.head.partition(b"\n")[0].decode("utf-8", "replace").split()) == HEADER


def _folder(source: Source) -> Path:
    if source.is_folder:
        return source.path
    parent = source.path.absolute().parent
    return parent.parent if parent.name == QRELS else Path(source.path).parent
