"""Reading the fields of one case strictly, every fault collected with its file and line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..case import Case, Expected, GoldRow, Tolerance, content_hash, gold_row
from ..errors import GoldgateError, UsageError
from ..jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable

CASE_KEYS = ("id", "input", "expected", "tags", "cluster", "weight", "notes")
EXPECTED_KEYS = ("answer", "answers", "numeric", "unit", "tolerance", "boolean", "items", "label", "value", "evidence")
KNOWN_KEYS = frozenset(CASE_KEYS)


@dataclass
class Fields:
    """One record of a gold file and the problems found in it so far."""

    data: Mapping[str, Any]
    where: str
    name: str
    problems: list[GoldgateError] = field(default_factory=list)

    def problem(self, what: str, next_step: str | None = None) -> None:
        """Note a fault of this record."""
        self.problems.append(UsageError(what, where=self.where, next_step=next_step))

    def unknown_keys(self, known: Iterable[str], place: str) -> None:
        """Note every key that is not known, with the nearest one that is."""
        known = tuple(known)
        for key in self.data:
            if key not in known:
                self.problem(f'{self.name}: unknown key "{key}" in {place}{suggestion(str(key), known)}')

    def wrong(self, key: str, wanted: str) -> None:
        """Note that the value of `key` has another type than `wanted`."""
        shown = repr(self.data[key])
        self.problem(f"{self.name}: {key} must be {wanted}, not {shown if len(shown) <= 40 else shown[:37] + '...'}.")

    def text(self, key: str) -> str | None:
        """A string that is not blank."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, str) and value.strip():
            return value
        self.wrong(key, "a text")
        return None

    def number(self, key: str) -> float | None:
        """A finite number; a boolean is none."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return value
        self.wrong(key, "a number")
        return None

    def boolean(self, key: str) -> bool | None:
        """true or false."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(key, "true or false")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self.data.get(key)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(part, str) and part.strip() for part in value):
            return tuple(value)
        self.wrong(key, "a list of texts")
        return ()


def suggestion(key: str, known: Iterable[str]) -> str:
    """How the message about an unknown key ends: with the nearest known one, or a full stop."""
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else "."


def read_row(data: Mapping[str, Any], where: Callable[[int], str], line: int, problems: list[GoldgateError]) -> GoldRow | None:
    """The row of one native record; its faults are added to `problems`, and None means that there were some."""
    row = plain_row(data, line)
    if row is not None:
        return row
    case = read_case(data, where(line), line, problems)
    return None if case is None else gold_row(case)


def plain_row(data: Mapping[str, Any], line: int) -> GoldRow | None:
    """The row of a record that needs no second look, a fifth of `read_case`'s time; None leaves it to `read_case`."""
    if not KNOWN_KEYS.issuperset(data):
        return None
    identity: Any = data.get("id")
    asked: Any = data.get("input")
    weight = data.get("weight")
    tags, cluster, notes = data.get("tags") or {}, data.get("cluster"), data.get("notes")
    structured = type(asked) is dict and bool(asked)
    expected = _plain_expected(data.get("expected"))
    plain = (
        expected is not None
        and _is_text(identity)
        and (structured or _is_text(asked))
        and (type(tags) is dict and all(type(value) is str for value in tags.values()))
        and (cluster is None or _is_text(cluster))
        and (notes is None or _is_text(notes))
        and (weight is None or (_is_number(weight) and weight > 0))
    )
    if not plain or expected is None:
        return None
    weight = 1.0 if weight is None else float(weight)
    evidence = expected.get("evidence", {})
    content = {
        "id": identity,
        "input": asked,
        "expected": {**expected, "evidence": evidence if type(evidence) is dict else dict.fromkeys(evidence, 1)},
        "evidence_missing": (),
        "tags": tags,
        "cluster": cluster,
        "weight": int(weight) if weight.is_integer() else weight,
    }
    return GoldRow(
        id=identity, line=line, input=dumps(asked, sort=True) if structured else asked, structured=structured,
        expected=dumps(expected, sort=True), tags=tags, cluster=cluster, weight=weight, notes=notes, evidence_missing=(),
        case=content_hash(content),
    )  # fmt: skip


def _plain_expected(raw: Any) -> dict[str, Any] | None:
    """`expected` as `Expected.to_json` writes it, None where it needs a second look."""
    if raw is None:
        return {}
    if type(raw) is not dict:
        return None
    for key, value in raw.items():
        check = PLAIN.get(key)
        if check is None or not check(value):
            return None
    evidence = raw.get("evidence")
    if evidence is None:
        return raw
    if type(evidence) is dict:
        ones = all(grade == 1 for grade in evidence.values())
        return {**raw, "evidence": list(evidence)} if ones else raw
    return raw if len(set(evidence)) == len(evidence) else {**raw, "evidence": list(dict.fromkeys(evidence))}


def _is_text(value: Any) -> bool:
    return type(value) is str and not (value == "" or value.isspace())


def _is_number(value: Any) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _is_texts(value: Any) -> bool:
    return type(value) is list and bool(value) and all(map(_is_text, value))


def _is_tolerance(value: Any) -> bool:
    return (
        type(value) is dict
        and value.keys() <= {"absolute", "relative"}
        and all(_is_number(part) and part >= 0 for part in value.values())
    )


def _is_evidence(value: Any) -> bool:
    if type(value) is dict:
        return bool(value) and all(map(_is_number, value.values()))
    return type(value) is list and bool(value) and all(type(part) is str and part for part in value)


PLAIN: dict[str, Callable[[Any], bool]] = {
    "answer": _is_text,
    "answers": _is_texts,
    "numeric": _is_number,
    "unit": _is_text,
    "tolerance": _is_tolerance,
    "boolean": lambda value: type(value) is bool,
    "items": _is_texts,
    "label": _is_text,
    "value": _is_number,
    "evidence": _is_evidence,
}


def read_case(data: Mapping[str, Any], where: str, line: int, problems: list[GoldgateError]) -> Case | None:
    """A case from one native record; its faults are added to `problems`, and None means that there were some."""
    raw_id = data.get("id")
    name = f'case "{raw_id}"' if isinstance(raw_id, str) and raw_id else "the case"
    fields = Fields(data, where, name)
    fields.unknown_keys(CASE_KEYS, "the case")
    for key in ("id", "input"):
        if data.get(key) in (None, ""):
            fields.problem(f"{name} has no {key}." if raw_id else f"the case on this line has no {key}.")
    identity = fields.text("id") if data.get("id") != "" else None
    case = Case(
        id=identity or "",
        input=_input(fields),
        expected=_expected(fields),
        tags=_tags(fields),
        cluster=fields.text("cluster"),
        weight=_weight(fields),
        notes=fields.text("notes"),
        line=line,
    )
    problems.extend(fields.problems)
    return None if fields.problems else case


def _input(fields: Fields) -> str | Mapping[str, Any]:
    value = fields.data.get("input")
    if isinstance(value, Mapping) and value:
        return value
    if value in (None, ""):
        return ""
    return fields.text("input") or "" if not isinstance(value, Mapping) else {}


def _weight(fields: Fields) -> float:
    weight = fields.number("weight")
    if weight is not None and weight <= 0:
        fields.wrong("weight", "a number above 0")
        return 1.0
    return 1.0 if weight is None else float(weight)


def _tags(fields: Fields) -> dict[str, str]:
    tags = fields.data.get("tags")
    if tags is None:
        return {}
    if not isinstance(tags, Mapping) or not all(isinstance(value, str | int | float) for value in tags.values()):
        fields.wrong("tags", "an object of names and plain values")
        return {}
    return {name: _tag_text(value) for name, value in tags.items()}


def _tag_text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _expected(fields: Fields) -> Expected:
    raw = fields.data.get("expected")
    if raw is None:
        return Expected()
    if not isinstance(raw, Mapping):
        fields.wrong("expected", "an object")
        return Expected()
    inner = Fields(raw, fields.where, fields.name, fields.problems)
    inner.unknown_keys(EXPECTED_KEYS, "expected")
    return Expected(
        answer=inner.text("answer"),
        answers=inner.texts("answers"),
        numeric=inner.number("numeric"),
        unit=inner.text("unit"),
        tolerance=_tolerance(inner),
        boolean=inner.boolean("boolean"),
        items=inner.texts("items"),
        label=inner.text("label"),
        value=inner.number("value"),
        evidence=_evidence(inner),
    )


def _tolerance(fields: Fields) -> Tolerance | None:
    raw = fields.data.get("tolerance")
    if raw is None:
        return None
    parts = raw if isinstance(raw, Mapping) else {"relative": raw}
    inner = Fields(parts, fields.where, f"{fields.name}: tolerance", fields.problems)
    inner.unknown_keys(("absolute", "relative"), "tolerance")
    absolute, relative = inner.number("absolute"), inner.number("relative")
    if any(part is not None and part < 0 for part in (absolute, relative)):
        fields.wrong("tolerance", "0 or more")
    return Tolerance(absolute=absolute, relative=relative)


def _evidence(fields: Fields) -> dict[str, float]:
    raw = fields.data.get("evidence")
    if raw is None:
        return {}
    if isinstance(raw, list) and all(isinstance(part, str) and part for part in raw):
        return dict.fromkeys(raw, 1)
    graded = isinstance(raw, Mapping) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in raw.values())
    if graded and isinstance(raw, Mapping):
        return dict(raw)
    fields.wrong("evidence", "a list of ids or an object {id: grade}")
    return {}
