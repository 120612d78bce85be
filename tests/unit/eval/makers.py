"""Short ways to the values that many tests of this room need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from goldgate.eval.case import Case, Expected, GoldSet
from goldgate.eval.gold.hash import gold_hash
from goldgate.eval.results import Context, Response
from goldgate.eval.table import cases_frame

SHARED = Path(__file__).parents[4] / "shared" / "data"


def gold_of(*cases: Case) -> GoldSet:
    return GoldSet(cases=cases, sha256=gold_hash(cases), path=Path("gold.jsonl"), format="jsonl")


def case(
    identity: str, question: str = "", *, tags: dict[str, str] | None = None, cluster: str | None = None, **expected: Any
) -> Case:
    return Case(
        id=identity, input=question or f"question {identity}", expected=Expected(**expected), tags=tags or {}, cluster=cluster
    )


def table(gold: GoldSet, **answers: str | Response | None) -> Any:
    """The table of cases; a text stands for a response with that answer, None for no response."""
    responses = {
        name: given if isinstance(given, Response) else Response(id=name, answer=given)
        for name, given in answers.items()
        if given is not None
    }
    return cases_frame(gold, responses)


def contexts(*texts: str) -> tuple[Context, ...]:
    return tuple(Context(id=f"s{place}", text=text, score=1.0) for place, text in enumerate(texts, start=1))
