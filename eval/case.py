"""A case and a gold set: what is asked, and what a right answer holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .jsontext import canonical, dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import polars as pl

DEFAULT_RELATIVE_TOLERANCE = 0.005
TAG = "tag:"


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


class GoldRow(NamedTuple):
    """A case as a row of a gold set's frame. `structured` tells an input that is an object (JSON here) from a text."""

    id: str
    line: int
    input: str
    structured: bool
    expected: str
    tags: Mapping[str, str]
    cluster: str | None
    weight: float
    notes: str | None
    evidence_missing: Sequence[str]
    case: str


class GoldSet:
    """The cases of one file, as objects (`cases`) and as columns (`frame`), each made from the other when first asked for.

    `frame` has the columns of `GoldRow`, one `tag:<name>` for each tag instead of `tags`; it may hold what `expected` says of
    evidence as a column `evidence` (List[Struct{id, grade}]), where reading made one anyway.
    """

    def __init__(
        self,
        *,
        cases: Sequence[Case] | None = None,
        frame: pl.DataFrame | None = None,
        sha256: str | None = None,
        path: Path,
        format: str,  # noqa: A002
    ) -> None:
        self.path, self.format = path, format
        self._sha256 = sha256
        self._cases = None if cases is None else tuple(cases)
        self._frame = frame

    @classmethod
    def of_frame(cls, frame: pl.DataFrame, *, path: Path, format: str) -> GoldSet:  # noqa: A002
        """A gold set of columns; its hash is made of the column `case`."""
        return cls(frame=frame, path=path, format=format)

    def with_frame(self, frame: pl.DataFrame) -> GoldSet:
        """The same file with other rows."""
        return GoldSet.of_frame(frame, path=self.path, format=self.format)

    @property
    def sha256(self) -> str:
        """The hash of the cases' content, whatever their order and white space."""
        if self._sha256 is None:
            self._sha256 = set_hash(self.frame["case"].to_list())
        return self._sha256

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases as objects."""
        if self._cases is None:
            self._cases = _cases(self.frame)
        return self._cases

    @property
    def frame(self) -> pl.DataFrame:
        """The cases as columns."""
        if self._frame is None:
            self._frame = rows_frame([gold_row(case) for case in self._cases or ()])
        return self._frame

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GoldSet):
            return NotImplemented
        return (self.sha256, self.path, self.format) == (other.sha256, other.path, other.format)

    def __hash__(self) -> int:
        return hash((self.sha256, self.path, self.format))

    def __len__(self) -> int:
        return len(self._cases) if self._cases is not None else self.frame.height

    @property
    def tag_names(self) -> list[str]:
        """The names of all tags, sorted."""
        return sorted(name.removeprefix(TAG) for name in self.frame.columns if name.startswith(TAG))

    def to_json(self) -> dict[str, Any]:
        """The set as records name it; `evidence_missing` counts the expected ids that the corpus lacks."""
        return {
            "path": str(self.path),
            "format": self.format,
            "sha256": self.sha256,
            "cases": len(self),
            "evidence_missing": self.evidence_missing,
        }

    @property
    def evidence_missing(self) -> int:
        """How many expected ids of all cases the corpus lacks."""
        return int(self.frame["evidence_missing"].list.len().sum())


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a case's content, the fields of `gold_row`."""
    return hashlib.sha256(canonical(content)).hexdigest()


def set_hash(hashes: Iterable[str]) -> str:
    """SHA-256 (hex) over the sorted hashes of the cases."""
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def gold_row(case: Case) -> GoldRow:
    """The row of a case; its hash covers what it asks, expects and is tagged with, not its line or notes."""
    expected = case.expected.to_json()
    content = {
        "id": case.id,
        "input": case.input if isinstance(case.input, str) else dict(case.input),
        "expected": {**expected, "evidence": dict(case.expected.evidence)},
        "evidence_missing": sorted(case.evidence_missing),
        "tags": dict(case.tags),
        "cluster": case.cluster,
        "weight": case.weight,
    }
    return GoldRow(
        id=case.id,
        line=case.line,
        input=input_text(case),
        structured=not isinstance(case.input, str),
        expected=dumps(expected, sort=True),
        tags=case.tags,
        cluster=case.cluster,
        weight=case.weight,
        notes=case.notes,
        evidence_missing=case.evidence_missing,
        case=content_hash(content),
    )


def input_text(case: Case) -> str:
    """The input as text: itself, or JSON of an object."""
    return case.input if isinstance(case.input, str) else dumps(dict(case.input), sort=True)


def rows_frame(rows: Sequence[GoldRow]) -> pl.DataFrame:
    """The frame of a gold set's rows."""
    import polars as pl

    names = sorted({name for row in rows for name in row.tags})
    columns: dict[str, pl.Series] = {}
    for field_name, dtype in row_types().items():
        values = [getattr(row, field_name) for row in rows]
        if field_name == "tags":
            columns |= {TAG + name: pl.Series([tags.get(name) for tags in values], dtype=pl.String) for name in names}
        elif field_name == "evidence_missing" and not any(values):
            columns[field_name] = pl.Series([[]], dtype=dtype).new_from_index(0, len(rows))
        else:
            columns[field_name] = pl.Series(values, dtype=dtype)
    return pl.DataFrame(columns)


def row_types() -> dict[str, Any]:
    """The columns of a gold frame and their types, in order; `tags` stands for one column a tag."""
    import polars as pl

    return {
        "id": pl.String,
        "line": pl.Int64,
        "input": pl.String,
        "structured": pl.Boolean,
        "expected": pl.String,
        "tags": None,
        "cluster": pl.String,
        "weight": pl.Float64,
        "notes": pl.String,
        "evidence_missing": pl.List(pl.String),
        "case": pl.String,
    }


def _cases(frame: pl.DataFrame) -> tuple[Case, ...]:
    tags = {name.removeprefix(TAG): frame[name].to_list() for name in frame.columns if name.startswith(TAG)}
    plain = ("id", "input", "structured", "expected", "cluster", "weight", "notes", "line", "evidence_missing")
    rows = zip(*(frame[name].to_list() for name in plain), strict=True)
    return tuple(
        Case(
            id=identity,
            input=loads(text) if structured else text,
            expected=expected_of(loads(expected)),
            tags={name: values[place] for name, values in tags.items() if values[place] is not None},
            cluster=cluster,
            weight=weight,
            notes=notes,
            line=line,
            evidence_missing=tuple(missing),
        )
        for place, (identity, text, structured, expected, cluster, weight, notes, line, missing) in enumerate(rows)
    )


def expected_of(data: Mapping[str, Any]) -> Expected:
    """What a right answer holds, from the JSON that `Expected.to_json` writes."""
    evidence = data.get("evidence") or {}
    tolerance = data.get("tolerance")
    return Expected(
        **{name: data[name] for name in ("answer", "numeric", "unit", "boolean", "label", "value") if name in data},
        answers=tuple(data.get("answers", ())),
        items=tuple(data.get("items", ())),
        tolerance=Tolerance(**tolerance) if tolerance is not None else None,
        evidence=evidence if isinstance(evidence, dict) else dict.fromkeys(evidence, 1),
    )


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
