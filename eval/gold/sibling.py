"""Another file with the same ids: how many of the shared cases differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..jsontext import canonical
from .findings import Finding
from .source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..case import GoldSet

SHOWN = 3
NESTED = frozenset({"beir", "trec", "squad", "promptfoo"})


def sibling_differences(gold: GoldSet, other: GoldSet) -> Iterator[Finding]:
    """One finding, where cases with the same id differ: in what is asked or expected, or in notes and other fields only."""
    mine, theirs = _hashes(gold), _hashes(other)
    shared = [name for name in mine if name in theirs]
    content = [name for name in shared if mine[name] != theirs[name]]
    records, others = _records(gold), _records(other)
    beside = [name for name in shared if name not in content and records.get(name) != others.get(name)]
    if not content and not beside:
        return
    differing = content + beside
    shown = ", ".join(differing[:SHOWN]) + (", ..." if len(differing) > SHOWN else "")
    message = (
        f"{len(differing)} of the {len(shared)} cases that {other.path} shares by id differ: {len(content)} in what is asked, "
        f"expected or tagged, {len(beside)} in notes and other fields only ({shown})."
    )
    next_step = "Keep one of the files, or give changed cases ids of their own."
    yield Finding(code="sibling-differs", severity="warning", line=0, case=None, message=message, next_step=next_step)


def _hashes(gold: GoldSet) -> dict[str, str]:
    return dict(gold.frame.select("id", "case").iter_rows())


def _records(gold: GoldSet) -> dict[str, bytes]:
    """Each case's record as it stands in its file; of formats that are no plain list of records its notes."""
    if gold.format in NESTED:
        return {name: (notes or "").encode() for name, notes in gold.frame.select("id", "notes").iter_rows()}
    by_line = {line: canonical(record) for line, record in Source(gold.path).rows([])}
    return {name: by_line.get(line, b"") for name, line in gold.frame.select("id", "line").iter_rows()}
