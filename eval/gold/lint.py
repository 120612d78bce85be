"""What is wrong with a gold set as a whole: repeats, contradictions, evidence that the corpus lacks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ..case import GoldSet
from ..errors import GoldgateError, Problems, UsageError
from ..jsontext import canonical
from .hash import gold_hash

if TYPE_CHECKING:
    from ..case import Case, Expected

SHOWN_IDS = 3


def duplicate_ids(cases: list[Case], path: str) -> list[GoldgateError]:
    """One problem for each case whose id stands on an earlier line already."""
    first: dict[str, Case] = {}
    problems: list[GoldgateError] = []
    for case in cases:
        if case.id in first:
            msg = f'the id "{case.id}" stands on line {first[case.id].line} already.'
            problems.append(UsageError(msg, where=f"{path}:{case.line}", next_step="Give each case an id of its own."))
        first.setdefault(case.id, case)
    return problems


def contradictions(cases: list[Case], path: str) -> list[GoldgateError]:
    """One problem for each case that repeats an earlier question and expects another answer."""
    first: dict[str, Case] = {}
    problems: list[GoldgateError] = []
    for case in cases:
        earlier = first.setdefault(_question(case), case)
        if earlier.id != case.id and _wanted(earlier) != _wanted(case):
            msg = (
                f'case "{case.id}" repeats the question of "{earlier.id}" (line {earlier.line}) with another answer '
                f"({_shown(earlier.expected)} / {_shown(case.expected)})."
            )
            problems.append(UsageError(msg, where=f"{path}:{case.line}", next_step='Keep one, or tell them apart in "input".'))
    return problems


def check_evidence(gold: GoldSet, known_ids: frozenset[str], mode: Literal["error", "report"]) -> GoldSet:
    """Compare the expected evidence with the ids of the corpus.

    In mode "report" the ids that the corpus lacks move to `evidence_missing`, so that they are no miss of the service; the
    hash of the set changes with them.

    Raises:
        Problems: mode is "error" and ids are missing; one problem a case, with its line.
    """
    problems: list[GoldgateError] = []
    cases = []
    for case in gold.cases:
        lost = tuple(name for name in case.expected.evidence if name not in known_ids)
        if lost and mode == "error":
            problems.append(_lost(case, lost, gold))
        cases.append(_without(case, lost) if lost else case)
    if problems:
        raise Problems(
            problems,
            next_step="Correct the ids, or set corpus.missing_evidence to report: what is lost is then no miss.",
        )
    return GoldSet(cases=cases, sha256=gold_hash(cases), path=gold.path, format=gold.format)


def _lost(case: Case, lost: tuple[str, ...], gold: GoldSet) -> GoldgateError:
    shown = ", ".join(lost[:SHOWN_IDS]) + (f" and {len(lost) - SHOWN_IDS} more" if len(lost) > SHOWN_IDS else "")
    msg = f'case "{case.id}" expects evidence that the corpus lacks: {shown}.'
    return UsageError(msg, where=f"{gold.path}:{case.line}")


def _without(case: Case, lost: tuple[str, ...]) -> Case:
    kept = {name: grade for name, grade in case.expected.evidence.items() if name not in lost}
    return replace(case, expected=replace(case.expected, evidence=kept), evidence_missing=case.evidence_missing + lost)


def _question(case: Case) -> str:
    text = case.input if isinstance(case.input, str) else canonical(dict(case.input)).decode()
    return re.sub(r"\W+", " ", text).strip().casefold() or text


def _wanted(case: Case) -> str:
    expected = case.expected.to_json()
    expected.pop("evidence", None)
    expected.pop("tolerance", None)
    return canonical({k: v.strip().casefold() if isinstance(v, str) else v for k, v in expected.items()}).decode()


def _shown(expected: Expected) -> str:
    if expected.numeric is not None:
        text = f"{expected.numeric:g} {expected.unit or ''}".strip()
    elif expected.texts:
        text = expected.texts[0]
    else:
        rest = {key: value for key, value in expected.to_json().items() if key not in {"evidence", "tolerance"}}
        text = json.dumps(rest, ensure_ascii=False) if rest else "no answer"
    return text if len(text) <= 60 else text[:57] + "..."
