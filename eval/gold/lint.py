"""Everything that looks wrong or odd about a gold set, each with its line, a severity and what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from .answers import answers_in_questions, numeric_missing, unrelated_answers
from .duplicates import duplicates, near_duplicates
from .evidence import check_evidence, lost_evidence, said
from .findings import Finding, Looked
from .leaks import leaks
from .sibling import sibling_differences
from .tags import lone_tags, tag_spellings, untagged_unanswerable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from ..case import GoldSet

__all__ = ["Finding", "check_evidence", "lint"]

CHECKS = (
    duplicates,
    near_duplicates,
    numeric_missing,
    unrelated_answers,
    answers_in_questions,
    untagged_unanswerable,
    tag_spellings,
    lone_tags,
)


def lint(
    gold: GoldSet,
    *,
    corpus_ids: Collection[str] | None = None,
    passages: Mapping[str, str] | None = None,
    missing_evidence: Literal["error", "report"] = "error",
    against: Sequence[Path] = (),
    sibling: GoldSet | None = None,
) -> list[Finding]:
    """Look for faults in a gold set that could be loaded: repeated ids and contradictions are not among its own any more.

    `corpus_ids` are all ids that can be retrieved; evidence beyond them is an error, or a warning where `missing_evidence` is
    "report". `passages` are their texts, which leak as well as questions and answers do. `against` are files and folders of
    prompts or training data, `sibling` another file with the same ids. The findings are in the order of their lines, those
    about the whole set first.

    Raises:
        UsageError: a file of `against` cannot be read.
    """
    looked = Looked(gold)
    found = [finding for check in CHECKS for finding in check(looked)]
    if corpus_ids is not None:
        found += _lost(looked, corpus_ids, missing_evidence)
    found += leaks(looked, against, passages)
    if sibling is not None:
        found += sibling_differences(gold, sibling)
    return sorted(found, key=lambda finding: (finding.line, finding.code))


def _lost(looked: Looked, corpus_ids: Collection[str], mode: Literal["error", "report"]) -> Iterator[Finding]:
    severity: Literal["error", "warning"] = "error" if mode == "error" else "warning"
    for row in lost_evidence(looked.gold, corpus_ids).iter_rows(named=True):
        next_step = "Correct the ids." if mode == "error" else "They count as no miss of the service."
        finding = looked.finding(row["row"], "evidence-missing", severity, said(row["id"], row["lost"]), next_step)
        yield replace(finding, lost=len(row["lost"]))
