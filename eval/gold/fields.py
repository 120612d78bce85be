"""Reading the fields of one case strictly, every fault collected with its file and line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..case import Case, Expected, Tolerance
from ..errors import GoldgateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

CASE_KEYS = ("id", "input", "expected", "tags", "cluster", "weight", "notes")
EXPECTED_KEYS = ("answer", "answers", "numeric", "unit", "tolerance", "boolean", "items", "label", "value", "evidence")


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
