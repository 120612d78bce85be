"""Tags that cannot do their work: values on one case, values and names that differ in spelling only."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ..case import TAG
from .findings import Finding, Looked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MANY = 10
SPELLING = re.compile(r"[\W_]+")


def lone_tags(looked: Looked) -> Iterator[Finding]:
    """Tag values that only one case bears: a slice of one case decides nothing. A tag with many of them is said once."""
    import polars as pl

    for name in looked.gold.tag_names:
        column = pl.col(TAG + name)
        rows = looked.frame.with_row_index("row").filter(column.is_not_null() & column.is_unique())
        if rows.height > MANY:
            message = f'{rows.height} values of the tag "{name}" stand on one case each: no slices.'
            yield Finding(code="lone-tag", severity="info", line=0, case=None, message=message)
            continue
        for row, value in rows.select("row", column).iter_rows():
            message = f"{{case}} is the only one tagged {name}={value}: no slice of its own can be judged."
            yield looked.finding(row, "lone-tag", "info", message)


def tag_spellings(looked: Looked) -> Iterator[Finding]:
    """Names and values of tags that are one word in different spellings, "Hard" and "hard"."""
    names = looked.gold.tag_names
    for alike in _alike(names):
        message = f"the tags {_listed(alike)} differ in spelling only."
        yield Finding(code="tag-spelling", severity="warning", line=0, case=None, message=message, next_step="Use one of them.")
    for name in names:
        values = looked.frame[TAG + name].drop_nulls().unique().to_list()
        for alike in _alike(values):
            message = f'the values {_listed(alike)} of the tag "{name}" differ in spelling only: they make slices of their own.'
            row = int((looked.frame[TAG + name] == alike[-1]).arg_true()[0])
            yield looked.finding(row, "tag-spelling", "warning", message, "Use one of them.")


def untagged_unanswerable(looked: Looked) -> Iterator[Finding]:
    """Cases that expect nothing and are not tagged kind=unanswerable: a refusal counts as right there."""
    kind = looked.frame[TAG + "kind"] if TAG + "kind" in looked.frame.columns else None
    for row in looked.expected["unanswerable"].arg_true().to_list():
        if kind is None or kind[row] != "unanswerable":
            message = "{case} expects nothing, so that only a refusal is right."
            yield looked.finding(row, "nothing-expected", "warning", message, "Give its answer, or tag it kind: unanswerable.")


def _alike(words: Iterable[str]) -> list[list[str]]:
    groups = defaultdict(list)
    for word in sorted(words):
        groups[SPELLING.sub("", word).casefold() or word].append(word)
    return [group for group in groups.values() if len(group) > 1]


def _listed(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
