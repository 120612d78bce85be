"""Gold sets whose cases expect graded evidence and nothing else, as judgements are, made in columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ..case import TAG, row_types
from ..table import EVIDENCE, cut_lists
from .content import case_hashes, escaped, json_texts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]

BLANK = r"^[\s\x1c-\x1f]*$"
WRITTEN = r'"[^"\\\x00-\x1f]*":(?:0|-?[1-9]\d{0,14})'
ONLY_EVIDENCE = rf'^\{{"evidence":\{{{WRITTEN}(?:,{WRITTEN})*\}}\}}$'


def graded_frame(cases: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame | None:
    """The gold frame, with the column `evidence`, of cases that expect these passages; null if any needs a second look.

    `cases` holds line, id, input (a text) and may hold cluster, weight, notes and `tag:<name>` columns; `evidence` has row
    (the place of its case), id and grade (whole numbers), in the order of the cases, of which each has some.
    The other columns are what `fields.read_case` and `case.gold_row` give.
    """
    cases = _whole(cases)
    ordered = evidence.sort("row", "id")
    counts = pl.Series(np.bincount(evidence["row"].to_numpy(), minlength=len(cases)))
    if not _are_plain(cases) or not (counts > 0).all() or _repeated(ordered):
        return None
    single = np.bincount(evidence["row"].to_numpy(), evidence["grade"].to_numpy() != 1, len(cases)) == 0
    content = _texts(ordered, counts, np.zeros(len(cases), dtype=bool))
    kept = ordered if not single.any() else _either(evidence, ordered, single)
    expected = content if not single.any() else _texts(kept, counts, single)
    return _frame(
        cases,
        expected=expected,
        evidence=cut_lists(kept.select(pl.struct("id", pl.col("grade").cast(pl.Float64))).to_series(), counts).cast(EVIDENCE),
        case=case_hashes(cases, json_texts(cases["input"]), content),
    )


def read_graded(texts: pl.Series) -> pl.DataFrame | None:
    """row, id and grade out of JSON texts {"evidence":{id:grade}}; null where any text is another, or written otherwise."""
    if texts.null_count() or not texts.str.contains(ONLY_EVIDENCE).all():
        return None
    inner = texts.str.strip_prefix('{"evidence":{"').str.strip_suffix("}}")
    parts = inner.str.replace_all('":', ',"', literal=True).str.split(',"')
    flat, counts = parts.explode(), parts.list.len().to_numpy() // 2
    rows = np.repeat(np.arange(len(texts)), counts)
    return pl.DataFrame({"row": rows, "id": flat.gather_every(2), "grade": flat.gather_every(2, 1).cast(pl.Int64)})


def _whole(cases: pl.DataFrame) -> pl.DataFrame:
    """The cases with every column that one may leave out."""
    left_out = {"cluster": pl.String, "notes": pl.String, "weight": pl.Float64}
    added = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in left_out.items() if name not in cases.columns]
    return cases.with_columns(added).with_columns(pl.col("weight").cast(pl.Float64).fill_null(1.0))


def _are_plain(cases: pl.DataFrame) -> bool:
    """Whether no case lacks an id or input, no text is blank, and all weights are numbers above 0."""
    texts = pl.col("id", "input", "cluster", "notes")
    blank = cases.select(texts.str.contains(BLANK).any()).row(0)
    weights = cases["weight"]
    given = cases["id"].null_count() == cases["input"].null_count() == 0
    return given and not any(blank) and bool((weights.is_finite() & (weights > 0)).all())


def _repeated(ordered: pl.DataFrame) -> bool:
    """Whether a case has some passage twice."""
    same = [ordered[name] == ordered[name].shift() for name in ("row", "id")]
    return bool((same[0] & same[1]).any())


def _either(given: pl.DataFrame, ordered: pl.DataFrame, single: Mask) -> pl.DataFrame:
    """The passages of cases whose grades are all 1 as they were given, those of the others in the order of their ids."""
    mask = pl.lit(pl.Series(single[ordered["row"].to_numpy()]))
    return ordered.with_columns(
        pl.when(mask).then(given[name]).otherwise(ordered[name]).alias(name) for name in ("id", "grade")
    )


def _texts(evidence: pl.DataFrame, counts: pl.Series, single: Mask) -> pl.Series:
    """The JSON of what each case expects: a list of ids where `single`, else an object of ids and grades."""
    ending = pl.concat_str(pl.lit('":'), evidence["grade"].cast(pl.String))
    if single.any():
        ending = pl.when(pl.lit(pl.Series(single[evidence["row"].to_numpy()]))).then(pl.lit('"')).otherwise(ending)
    parts = pl.select(pl.concat_str(pl.lit('"'), escaped(evidence["id"]), ending)).to_series()
    inner = cut_lists(parts, counts).list.join(",")
    opens, closes = (pl.Series(np.where(single, *marks)) for marks in (('{"evidence":[', '{"evidence":{'), ("]}", "}}")))
    return pl.select(pl.concat_str(opens, inner, closes)).to_series()


def _frame(cases: pl.DataFrame, **made: pl.Series) -> pl.DataFrame:
    """All columns in their order."""
    rows = len(cases)
    plain = {
        "structured": pl.Series([False]).new_from_index(0, rows),
        "evidence_missing": pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(0, rows),
    }
    tags = sorted(name for name in cases.columns if name.startswith(TAG))
    order = [part for name in row_types() for part in (tags if name == "tags" else [name])]
    whole = cases.with_columns(series.alias(name) for name, series in (plain | made).items())
    return whole.select(*order, "evidence")
