"""The quick way from records to columns: whole lists are checked at once, and whatever is unusual is left to `fields`."""

from __future__ import annotations

import hashlib
import math
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..case import TAG, content_hash, row_types
from ..jsontext import dump_bytes, dumps
from .fields import CASE_KEYS, EXPECTED_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

KNOWN = frozenset(CASE_KEYS)
EXPECTED = frozenset(EXPECTED_KEYS)
TOLERANCES = frozenset({"absolute", "relative"})
NUMBERS = {int, float}
FLOATS = frozenset({"numeric", "value"})
WHOLE = {int}


def plain_frame(records: Sequence[Mapping[str, Any]], lines: Sequence[int]) -> pl.DataFrame | None:
    """The gold frame of native records, a tenth of the time of one after another; null if any needs a second look.

    What it gives is what `fields.read_case` and `case.gold_row` give, and the column `evidence` where no grades are given.
    """
    keys, none = set[str]().union(*records), [None] * len(records)
    if not keys <= KNOWN:
        return None
    columns: dict[str, list[Any]] = {key: [record.get(key) for record in records] if key in keys else none for key in CASE_KEYS}
    expected = _expected(columns["expected"])
    tags = [{} if value is None else value for value in columns["tags"]]
    plain = (
        expected is not None
        and _are_texts(columns["id"])
        and _are_inputs(columns["input"])
        and _are_tags(tags)
        and _are_texts(_given(columns["cluster"]))
        and _are_texts(_given(columns["notes"]))
        and _are_numbers(_given(columns["weight"]), above=0.0)
    )
    if not plain or expected is None:
        return None
    weights = [1.0 if weight is None else float(weight) for weight in columns["weight"]]
    columns |= {"line": list(lines), "expected": expected, "tags": tags, "weight": weights}
    return _frame(columns)


def _frame(columns: dict[str, list[Any]]) -> pl.DataFrame:
    import polars as pl

    types, rows = row_types(), len(columns["id"])
    asked, tags = columns["input"], columns["tags"]
    made: dict[str, list[Any]] = {
        **columns,
        "input": [value if type(value) is str else dumps(value, sort=True) for value in asked],
        "structured": [type(value) is dict for value in asked],
        "expected": [dumps(value, sort=True) for value in columns["expected"]],
        "case": _hashes(columns),
    }
    series = {name: pl.Series(made[name], dtype=types[name]) for name in types if name in made and name != "tags"}
    named = {TAG + name: pl.Series([part.get(name) for part in tags], dtype=pl.String) for name in sorted(set(chain(*tags)))}
    series["evidence_missing"] = pl.Series([[]], dtype=types["evidence_missing"]).new_from_index(0, rows)
    order = [part for name in types for part in (named if name == "tags" else (name,))]
    both = series | named
    frame = pl.DataFrame({name: both[name] for name in order})
    evidence = _evidence([part.get("evidence", ()) for part in columns["expected"]])
    return frame if evidence is None else frame.with_columns(evidence)


def _evidence(values: list[Any]) -> pl.Series | None:
    """The expected passages, List[Struct{id, grade}]; null where any are an object, of ids and grades."""
    import polars as pl

    from ..table import EVIDENCE, cut_lists

    if dict in _types(values):
        return None
    ids = pl.Series("id", list(chain.from_iterable(values)), dtype=pl.String)
    passages = pl.select(pl.struct(ids, pl.lit(1.0).alias("grade"))).to_series()
    return cut_lists(passages, list(map(len, values))).cast(EVIDENCE).alias("evidence")


def _hashes(columns: dict[str, list[Any]]) -> list[str]:
    """The content hash of each case."""
    keys = ("id", "input", "expected", "tags", "cluster", "weight")
    rows = zip(*(columns[key] for key in keys), strict=True)
    return [
        _hash(
            {
                "id": name,
                "input": asked,
                "expected": {**expected, "evidence": _graded(expected.get("evidence", {}))},
                "evidence_missing": (),
                "tags": tags,
                "cluster": cluster,
                "weight": _whole(weight),
            }
        )
        for name, asked, expected, tags, cluster, weight in rows
    ]


def _hash(content: dict[str, Any]) -> str:
    """`content_hash`; where floats can stand in two places only, they are made whole there instead of everywhere."""
    expected = content["expected"]
    if type(content["input"]) is dict or "tolerance" in expected or _types(expected["evidence"].values()) - WHOLE:
        return content_hash(content)
    for name in FLOATS & expected.keys():
        expected[name] = _whole(expected[name])
    return hashlib.sha256(dump_bytes(content, sort=True)).hexdigest()


def _whole(value: float) -> float:
    return int(value) if type(value) is float and value.is_integer() else value


def _graded(evidence: Any) -> Any:
    return dict.fromkeys(evidence, 1) if type(evidence) is list else evidence


def _expected(values: list[Any]) -> list[dict[str, Any]] | None:
    """What is expected, as `Expected.to_json` writes it; null where any needs a second look."""
    given: list[Any] = [{} if value is None else value for value in values]
    if set(map(type, given)) - {dict}:
        return None
    given = [value if None not in value.values() else _without_nulls(value) for value in given]
    keys = set(chain.from_iterable(given))
    if not keys <= EXPECTED or not all(CHECKS[key]([part[key] for part in given if key in part]) for key in keys):
        return None
    return [_written(part) if "evidence" in part or "tolerance" in part else part for part in given]


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {key: part for key, part in value.items() if part is not None}


def _written(expected: dict[str, Any]) -> dict[str, Any]:
    """Evidence of grade 1 as a list without repeats, a bare tolerance as a relative one."""
    changed: dict[str, Any] = {}
    evidence, tolerance = expected.get("evidence"), expected.get("tolerance")
    if type(evidence) is dict and all(grade == 1 for grade in evidence.values()):
        changed["evidence"] = list(evidence)
    elif type(evidence) is list and len(set(evidence)) < len(evidence):
        changed["evidence"] = list(dict.fromkeys(evidence))
    if type(tolerance) in NUMBERS:
        changed["tolerance"] = {"relative": tolerance}
    return {**expected, **changed} if changed else expected


def _given(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _are_texts(values: Sequence[Any]) -> bool:
    """Whether all are texts and none is blank."""
    return not set(map(type, values)) - {str} and all(values) and not any(map(str.isspace, values))


def _are_numbers(values: Sequence[Any], above: float | None = None, least: float | None = None) -> bool:
    """Whether all are finite numbers within the bounds; a boolean is none."""
    if set(map(type, values)) - NUMBERS or not all(map(math.isfinite, values)):
        return False
    return not values or ((above is None or min(values) > above) and (least is None or min(values) >= least))


def _are_inputs(values: Sequence[Any]) -> bool:
    objects = [value for value in values if type(value) is dict]
    return all(objects) and _are_texts([value for value in values if type(value) is not dict] if objects else values)


def _are_tags(values: Sequence[Any]) -> bool:
    return not set(map(type, values)) - {dict} and not _types(chain.from_iterable(map(dict.values, values))) - {str}


def _are_lists(values: Sequence[Any]) -> bool:
    """Whether all are lists of texts with something in them."""
    return not set(map(type, values)) - {list} and all(values) and _are_texts(list(chain.from_iterable(values)))


def _are_tolerances(values: Sequence[Any]) -> bool:
    """Whether all are numbers, or objects of an absolute or relative number, of 0 or more."""
    objects = [value for value in values if type(value) is dict]
    numbers = [value for value in values if type(value) is not dict]
    inner = list(chain.from_iterable(map(dict.values, objects)))
    return all(map(TOLERANCES.issuperset, objects)) and _are_numbers([*numbers, *inner], least=0.0)


def _are_evidence(values: Sequence[Any]) -> bool:
    """Whether all are lists of ids or objects of ids and grades, with something in them."""
    lists = [value for value in values if type(value) is list]
    objects = [value for value in values if type(value) is dict]
    ids = list(chain.from_iterable(lists))
    return (
        len(lists) + len(objects) == len(values)
        and all(values)
        and not _types(ids) - {str}
        and all(ids)
        and _are_numbers(list(chain.from_iterable(map(dict.values, objects))))
    )


def _types(values: Iterable[Any]) -> set[type]:
    return set(map(type, values))


CHECKS: dict[str, Callable[[Sequence[Any]], bool]] = {
    "answer": _are_texts,
    "answers": _are_lists,
    "numeric": _are_numbers,
    "unit": _are_texts,
    "tolerance": _are_tolerances,
    "boolean": lambda values: not _types(values) - {bool},
    "items": _are_lists,
    "label": _are_texts,
    "value": _are_numbers,
    "evidence": _are_evidence,
}
