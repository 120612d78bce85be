"""What a judge is shown of a case."""

from __future__ import annotations

from goldgate.eval.judge.exhibits import UNANSWERABLE, exhibits, expected_text
from goldgate.eval.results import Response
from tests.unit.eval.makers import case, contexts, gold_of, table


def test_a_row_becomes_an_exhibit() -> None:
    gold = gold_of(
        case("a", "How much?", answer="5", answers=("five",), evidence={"s1": 1}), case("b", tags={"kind": "unanswerable"})
    )
    response = Response(id="a", answer="It is 5.", contexts=contexts("Five it was."))
    first, second = exhibits(table(gold, a=response, b=None))
    assert (first.input, first.answer, first.expected, first.contexts) == (
        "How much?",
        "It is 5.",
        "5\nor: five",
        "[s1] Five it was.",
    )
    assert (second.answer, second.expected) == ("", UNANSWERABLE)


def test_more_than_texts_is_shown_as_it_stands() -> None:
    assert expected_text('{"numeric": 5, "unit": "USD", "evidence": ["x"]}') == '{"numeric": 5, "unit": "USD"}'
    assert expected_text(None) == expected_text("{}") == ""
