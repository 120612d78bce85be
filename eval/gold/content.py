"""The bytes that the hashes of cases are made of, for whole columns at once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from ..case import TAG
from ..jsontext import canonical, dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

ESCAPED = r'["\\\x00-\x1f]'
"""What JSON writes in another way than it is."""


def case_hashes(cases: pl.DataFrame, asked: pl.Series, expected: pl.Series) -> pl.Series:
    """The `case` hash of each row: what `case.content_hash` gives for its content.

    `cases` holds id, cluster, weight and `tag:<name>` columns; no evidence is missing. `asked` is the canonical JSON of each
    input, `expected` that of what is expected, with its evidence as an object.
    """
    tags = sorted(name for name in cases.columns if name.startswith(TAG))
    content = pl.select(
        pl.concat_str(
            pl.lit('{"cluster":'), json_texts(cases["cluster"]),
            pl.lit(',"evidence_missing":[],"expected":'), expected,
            pl.lit(',"id":'), json_texts(cases["id"]),
            pl.lit(',"input":'), asked,
            pl.lit(',"tags":{'), _members(cases.select(tags)),
            pl.lit('},"weight":'), _number_texts(cases["weight"]), pl.lit("}"),
        )
    ).to_series()  # fmt: skip
    return pl.Series("case", [hashlib.sha256(text.encode()).hexdigest() for text in content.to_list()], dtype=pl.String)


def json_texts(texts: pl.Series) -> pl.Series:
    """Each text as JSON writes it; null for a null."""
    if texts.null_count() == len(texts):
        return pl.Series(["null"]).new_from_index(0, len(texts))
    return pl.select(pl.concat_str(pl.lit('"'), escaped(texts), pl.lit('"')).fill_null("null")).to_series()


def escaped(texts: pl.Series) -> pl.Series:
    """Each text as JSON writes it between its quotes."""
    special = texts.str.contains(ESCAPED).arg_true()
    return (
        texts if special.is_empty() else texts.scatter(special, [dumps(text)[1:-1] for text in texts.gather(special).to_list()])
    )


def _number_texts(numbers: pl.Series) -> pl.Series:
    """Each number as canonical JSON writes it."""
    known = numbers.unique()
    written = [canonical(number).decode() for number in known.to_list()]
    return numbers.replace_strict(known, pl.Series(written, dtype=pl.String), return_dtype=pl.String)


def _members(tags: pl.DataFrame) -> pl.Series:
    """The members of the object of each row's tags, those that are null left out."""
    if not tags.width:
        return pl.Series("tags", [""])
    names: Sequence[str] = [dumps(name.removeprefix(TAG)) for name in tags.columns]
    parts = [
        pl.when(values.is_not_null()).then(pl.concat_str(pl.lit(f"{name}:"), json_texts(values)))
        for name, values in zip(names, tags.get_columns(), strict=True)
    ]
    return pl.select(pl.concat_str(parts, separator=",", ignore_nulls=True)).to_series()
