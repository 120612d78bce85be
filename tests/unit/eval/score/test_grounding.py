from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.results import Response
from goldgate.eval.score.scoring import score

from ..makers import case, contexts, gold_of, table


def scored(metric: str, response: Response, **expected: Any) -> float | None:
    gold = gold_of(case("a", "How much in 2018?", **expected))
    value: float | None = score(table(gold, a=response), gold, [metric])[metric][0]
    return value


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("$1.2 billion in 2018", 1.0),
        ("$1.2 billion, up 7 %", 0.5),
        ("In 2018 nothing", None),
        (None, None),
    ],
)
def test_supported_numbers(answer: str | None, value: float | None) -> None:
    response = Response(id="a", answer=answer, contexts=contexts("Sales were 1,204 million.", "Nothing here."))
    assert scored("grounding.supported_numbers", response, answer="x") == value


@pytest.mark.parametrize(
    ("citations", "precision", "recall"),
    [((), None, 0.0), (("s1",), 1.0, 0.5), (("s1", "s9"), 0.5, 0.5), (("s1", "s2", "s2"), 1.0, 1.0)],
)
def test_citations(citations: tuple[str, ...], precision: float | None, recall: float) -> None:
    response = Response(id="a", answer="x", citations=citations)
    evidence = {"s1": 1, "s2": 1, "s3": 0}
    assert scored("grounding.citation_precision", response, evidence=evidence) == precision
    assert scored("grounding.citation_recall", response, evidence=evidence) == recall
