"""A case and a gold set: what is asked, and what a right answer holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEFAULT_RELATIVE_TOLERANCE = 0.005


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """How far a number may lie from the expected one: `absolute` in the expected unit, `relative` as a fraction of it.

    Where both are set, either suffices. In a gold file a bare number is relative (0.01 is 1 %), an object names its kind:
    `{"absolute": 0.5}`. A case without a tolerance gets `DEFAULT_RELATIVE_TOLERANCE`.
    """

    absolute: float | None = None
    relative: float | None = None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a right answer holds; every field is optional.

    `answers` are alternatives of `answer`. `numeric` is in `unit` ("USD million", "%", "USD", ...). `evidence` maps the id of
    a passage to its grade (1 and more is relevant).
    """

    answer: str | None = None
    answers: tuple[str, ...] = ()
    numeric: float | None = None
    unit: str | None = None
    tolerance: Tolerance | None = None
    boolean: bool | None = None
    items: tuple[str, ...] = ()
    label: str | None = None
    value: float | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that count as right, the main one first, without repeats."""
        first = (self.answer,) if self.answer is not None else ()
        return tuple(dict.fromkeys((*first, *self.answers)))

    @property
    def expects_answer(self) -> bool:
        """Whether any answer field is set; evidence alone is none."""
        fields = (self.answer, self.numeric, self.boolean, self.label, self.value)
        return bool(self.answers or self.items) or any(part is not None for part in fields)

    def to_json(self) -> dict[str, Any]:
        """The fields that are set, as they stand in a native gold file."""
        plain: dict[str, Any] = {
            "answer": self.answer,
            "answers": list(self.answers) or None,
            "numeric": self.numeric,
            "unit": self.unit,
            "tolerance": _tolerance_json(self.tolerance),
            "boolean": self.boolean,
            "items": list(self.items) or None,
            "label": self.label,
            "value": self.value,
            "evidence": _evidence_json(self.evidence),
        }
        return {key: value for key, value in plain.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question of a gold set. `line` is where it begins in its file; `evidence_missing` are ids that the corpus lacks."""

    id: str
    input: str | Mapping[str, Any]
    expected: Expected = field(default_factory=Expected)
    tags: Mapping[str, str] = field(default_factory=dict)
    cluster: str | None = None
    weight: float = 1.0
    notes: str | None = None
    line: int = 0
    evidence_missing: tuple[str, ...] = ()

    @property
    def unanswerable(self) -> bool:
        """Whether the right answer is a refusal: said by the tag `kind`, or no answer and no evidence is expected."""
        if self.tags.get("kind") == "unanswerable":
            return True
        return not (self.expected.expects_answer or self.expected.evidence or self.evidence_missing)


@dataclass(frozen=True, kw_only=True)
class GoldSet:
    """The cases of one file. `sha256` is the hash of their content, whatever their order and white space."""

    cases: tuple[Case, ...]
    sha256: str
    path: Path
    format: str

    def __len__(self) -> int:
        return len(self.cases)

    @property
    def tag_names(self) -> list[str]:
        """The names of all tags, sorted."""
        return sorted({name for case in self.cases for name in case.tags})


def _tolerance_json(tolerance: Tolerance | None) -> dict[str, float] | None:
    if tolerance is None:
        return None
    both = {"absolute": tolerance.absolute, "relative": tolerance.relative}
    return {key: value for key, value in both.items() if value is not None}


def _evidence_json(evidence: Mapping[str, float]) -> list[str] | dict[str, float] | None:
    if not evidence:
        return None
    if all(grade == 1 for grade in evidence.values()):
        return list(evidence)
    return dict(evidence)
