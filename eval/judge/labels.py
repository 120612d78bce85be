"""Human scores of answers: read strictly, and matched with the answers that they were given to."""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GoldgateError, Problems, UsageError
from ..gold.fields import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl
    from numpy.typing import NDArray

    from .rubric import Rubric

KEYS = ("id", "score", "rubric", "answer", "answer_sha256", "rater", "notes")


@dataclass(frozen=True, kw_only=True)
class Label:
    """One person's score of one answer, on the rubric's own scale; null `rubric` means any, null `answer_sha256` any answer."""

    id: str
    score: float
    where: str
    rubric: str | None = None
    answer_sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class HumanScores:
    """Fractions of the rubric's scale, row by row, NaN without a label.

    `stale` labels were given to another answer than the table's, `unknown` ones to a case that it lacks.
    """

    values: NDArray[np.float64]
    stale: int = 0
    unknown: int = 0


def answer_hash(answer: str | None) -> str:
    """The SHA-256 of an answer as `answer_sha256` holds it: of its UTF-8 text, an absent one being empty."""
    return hashlib.sha256((answer or "").encode()).hexdigest()


def load_labels(path: Path) -> list[Label]:
    """Read JSONL: `id` and `score`, optionally `rubric`, `answer` or `answer_sha256`, `rater`, `notes`. Several raters of one
    answer are several lines.

    Raises:
        UsageError: the file is absent or not text.
        Problems: broken lines, unknown keys, wrong values; each with file and line.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the labels cannot be read: {getattr(error, 'strerror', None) or error}."
        raise UsageError(msg, where=str(path)) from error
    problems: list[GoldgateError] = []
    numbered = [(f"{path}:{number}", line) for number, line in enumerate(lines, start=1) if line.strip()]
    labels = [_label(line, where, problems) for where, line in numbered]
    if problems:
        raise Problems(problems)
    return [label for label in labels if label is not None]


def by_rubric(labels: Sequence[Label], rubrics: Sequence[Rubric]) -> dict[str, list[Label]]:
    """The labels of each rubric by its name. A label without a rubric belongs to the only one; those of others are left out.

    Raises:
        Problems: scores that do not lie on their rubric's scale, labels of no rubric among several; each with file and line.
    """
    only = rubrics[0].name if len(rubrics) == 1 else None
    found: dict[str, list[Label]] = {rubric.name: [] for rubric in rubrics}
    problems: list[GoldgateError] = []
    for label in labels:
        name = label.rubric or only
        if name is None:
            problems.append(UsageError("the label does not say which rubric it is of.", where=label.where))
        elif name in found:
            found[name].append(label)
    for rubric in rubrics:
        problems += [fault for label in found[rubric.name] if (fault := _off_scale(label, rubric)) is not None]
    if problems:
        raise Problems(problems)
    return found


def _off_scale(label: Label, rubric: Rubric) -> UsageError | None:
    low, high = (0, 1) if rubric.kind == "preference" else rubric.scale
    if low <= label.score <= high:
        return None
    msg = f"the score {label.score:g} does not lie on the scale of {rubric.name}, {low:g} to {high:g}."
    return UsageError(msg, where=label.where)


def human_scores(labels: Sequence[Label], table: pl.DataFrame, rubric: Rubric) -> HumanScores:
    """The labels of this rubric beside the rows of a table of cases; several labels of one answer are averaged."""
    hashes = {name: answer_hash(answer) for name, answer in table.select("id", "answer").iter_rows()}
    given: defaultdict[str, list[float]] = defaultdict(list)
    stale = unknown = 0
    for label in labels:
        if label.id not in hashes:
            unknown += 1
        elif label.answer_sha256 not in (None, hashes[label.id]):
            stale += 1
        else:
            given[label.id].append(rubric.fraction(label.score))
    values = [float(np.mean(given[name])) if name in given else math.nan for name in table["id"].to_list()]
    return HumanScores(values=np.array(values, dtype=np.float64), stale=stale, unknown=unknown)


def _label(line: str, where: str, problems: list[GoldgateError]) -> Label | None:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        problems.append(UsageError(f"broken JSON at column {error.colno}: {error.msg}.", where=where))
        return None
    found = _faults(row)
    problems += [UsageError(fault, where=where) for fault in found]
    if found:
        return None
    digest = row.get("answer_sha256") or (answer_hash(row["answer"]) if "answer" in row else None)
    return Label(id=row["id"], score=float(row["score"]), where=where, rubric=row.get("rubric"), answer_sha256=digest)


def _faults(row: Any) -> list[str]:
    """What is wrong with one label."""
    if not isinstance(row, dict):
        return ["a label is an object: {id, score}."]
    found = [f'unknown key "{key}" in the label{suggestion(key, KEYS)}' for key in row if key not in KEYS]
    if not isinstance(row.get("id"), str) or not row["id"]:
        found.append("the label has no id.")
    score = row.get("score")
    if not isinstance(score, int | float) or not math.isfinite(score):
        found.append("score must be a number (or true and false on a scale of 0 to 1).")
    texts = ("rubric", "answer", "answer_sha256")
    return found + [f"{key} must be a text." for key in texts if row.get(key) is not None and not isinstance(row[key], str)]
