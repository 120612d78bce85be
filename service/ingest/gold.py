"""The gold set of the reference project, made from what the generated reports state."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from .questions_many import cross_company, trend, unanswerable
from .questions_single import boolean, lists, numeric, span

if TYPE_CHECKING:
    from .asking import Draft
    from .corpus import Corpus

KINDS = (numeric, span, lists, boolean, trend, cross_company, unanswerable)


def gold_cases(corpus: Corpus) -> list[dict[str, Any]]:
    """All cases in the native form, kinds mixed; `fr-0001` upwards."""
    drafts = [draft for kind in KINDS for draft in kind(corpus)]
    Random(f"{corpus.seed}:gold:order").shuffle(drafts)  # noqa: S311 - reproducible text, no secret
    return [_case(f"fr-{number:04d}", draft) for number, draft in enumerate(drafts, start=1)]


def gold_jsonl(corpus: Corpus) -> bytes:
    """The gold file: one case a line; the same corpus gives the same bytes."""
    lines = (json.dumps(case, ensure_ascii=False) for case in gold_cases(corpus))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _case(name: str, draft: Draft) -> dict[str, Any]:
    return {
        "id": name,
        "input": draft.question,
        "expected": draft.expected,
        "tags": {"kind": draft.kind, "difficulty": draft.difficulty, "company": draft.company},
        "cluster": draft.cluster,
    }
