from __future__ import annotations

from typing import Any

import jmespath
import pytest

from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.reading import Reader, WrongShape, compiled, ranked
from goldgate.eval.errors import UsageError
from goldgate.eval.gold.formats.draft import content_id
from goldgate.eval.results import Context, Response

REFERENCE = RequestMapping(
    path="/query",
    answer="answer",
    contexts="contexts",
    retrieved="contexts[].id",
    citations="citations",
    tokens="usage",
    cost="cost_usd",
)
BODY: dict[str, Any] = {
    "answer": "x",
    "contexts": [{"id": "s2", "text": "t", "score": 0.9}, {"id": "s1", "text": "u", "score": 1}],
    "citations": ["s1"],
    "usage": {"input_tokens": 3, "output_tokens": 4},
    "cost_usd": 0.5,
}


def test_the_reference_service_is_read_whole() -> None:
    response = Reader(REFERENCE).read("a", BODY)
    assert (response.id, response.answer, response.retrieved, response.citations) == ("a", "x", ("s2", "s1"), ("s1",))
    assert response.contexts == (Context(id="s2", text="t", score=0.9), Context(id="s1", text="u", score=1))
    assert (response.input_tokens, response.output_tokens, response.cost_usd) == (3, 4, 0.5)


def test_without_a_retrieved_path_the_contexts_are_what_was_retrieved() -> None:
    response = Reader(RequestMapping(contexts="contexts")).read("a", BODY)
    assert response.retrieved == ("s2", "s1")


def test_a_context_without_an_id_has_that_of_its_text_and_else_its_rank() -> None:
    body = {"answer": "x", "contexts": ["A  text", {"text": " A text"}, "", {"id": None, "score": 1}, {"id": 7, "text": "t"}]}
    response = Reader(RequestMapping(contexts="contexts")).read("a", body)
    assert [part.id for part in response.contexts] == [content_id("A text")] * 2 + ["3", "4", "7"]
    assert response.retrieved == (content_id("A text"), "3", "4", "7")


@pytest.mark.parametrize(
    ("answer", "text"), [("x", "x"), (True, "true"), (12.5, "12.5"), (["a", "é"], '["a","é"]'), ("", ""), (0, "0")]
)
def test_an_answer_that_is_no_text_becomes_json(answer: object, text: str) -> None:
    assert Reader(RequestMapping()).read("a", {"answer": answer}).answer == text


@pytest.mark.parametrize("usage", [{"prompt_tokens": 1, "completion_tokens": 2}, {"inputTokens": 1, "outputTokens": 2}])
def test_token_counts_are_known_by_several_names(usage: dict[str, int]) -> None:
    response = Reader(RequestMapping(tokens="usage")).read("a", {"answer": "x", "usage": usage})
    assert (response.input_tokens, response.output_tokens) == (1, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": None}, 'nothing at "answer" in an object with the keys answer, contexts'),
        ({"contexts": "x"}, "no list"),
        ({"contexts": [3]}, "where an object"),
        ({"contexts": [{"id": {}, "text": "t"}]}, "where an id should stand"),
        ({"citations": {"a": 1}}, "citations is an object with the keys a and no list"),
        ({"usage": 7}, "tokens is 7 and no object"),
        ({"usage": {"input_tokens": "many"}}, 'tokens.input_tokens is "many" and no number'),
        ({"cost_usd": "$1"}, "cost is"),
    ],
)
def test_another_shape_is_said(change: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongShape, match=message):
        Reader(REFERENCE).read("a", {**BODY, **change})


def test_a_body_that_is_no_object_is_said() -> None:
    with pytest.raises(WrongShape, match='nothing at "answer" in a list of 2'):
        Reader(RequestMapping()).read("a", [1, 2])


def test_a_broken_path_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"request\.retrieved is no JMESPath"):
        Reader(RequestMapping(retrieved="contexts[.id"))


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (["b", "a", "b"], ("b", "a")),
        ([7, "a"], ("7", "a")),
        ([{"id": "a"}, {"id": "b"}], ("a", "b")),
        ([{"id": "a", "score": 1}, {"id": "b", "score": 2.5}], ("b", "a")),
        ([{"id": "a", "score": 1.0}, {"id": "c", "score": 1.0 + 1e-9}, {"id": "b", "score": 1.0}], ("c", "b", "a")),
        ([{"id": "a", "score": 1e300}, {"id": "b", "score": -1e300}], ("a", "b")),
    ],
)
def test_ranking_keeps_the_order_or_sorts_as_trec_eval_does(value: Any, ids: tuple[str, ...]) -> None:
    assert ranked(value, "retrieved") == ids


@pytest.mark.parametrize(
    "body",
    [
        BODY,
        {"contexts": [{"id": "a"}, {"id": None}, {"no": 1}]},
        {"contexts": [[{"id": "a"}], {"id": "b"}]},
        {"contexts": [{"id": "a"}, 3, "x"]},
        {"contexts": []},
        {"contexts": None},
        {"contexts": {"id": "a"}},
        {},
        [],
        None,
    ],
)
@pytest.mark.parametrize("expression", ["contexts", "contexts[].id"])
def test_the_short_ways_equal_jmespath(expression: str, body: Any) -> None:
    assert compiled("retrieved", expression)(body) == jmespath.search(expression, body)


def read_part(**body: Any) -> Response:
    paths: dict[str, Any] = {name: name for name in body}
    mapping = RequestMapping(answer=None, **paths)
    return Reader(mapping).read("a", body)


@pytest.mark.parametrize(("value", "label"), [("spam", "spam"), (True, "true"), (False, "false"), (3, "3")])
def test_a_label_is_a_text(value: object, label: str) -> None:
    assert read_part(label=value).label == label


@pytest.mark.parametrize(
    "value",
    [
        {"spam": 0.9, "ham": 0.1},
        [{"label": "spam", "score": 0.9}, {"label": "ham", "score": 0.1}],
        [{"label": "spam", "probability": 0.9}, {"label": "ham", "probability": 0.1}],
    ],
)
def test_scores_are_probabilities_by_label(value: object) -> None:
    assert read_part(scores=value).scores == {"spam": 0.9, "ham": 0.1}


def test_a_prediction_has_value_interval_and_quantiles() -> None:
    found = read_part(value=3, interval=[1, 5.5], quantiles={"0.9": 5, "0.1": 1})
    assert (found.value, found.interval, list(found.quantiles.items())) == (3, (1, 5.5), [(0.1, 1), (0.9, 5)])


def test_zero_is_a_value() -> None:
    assert read_part(value=0, cost=0.0).value == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"label": {"a": 1}}, "label holds an object with the keys a where an id should stand"),
        ({"scores": 0.5}, "scores is 0.5 and no object"),
        ({"scores": {"a": "high"}}, 'scores.a is "high" and no number'),
        ({"scores": {"a": None}}, "scores.a is null and no number"),
        ({"scores": [{"label": "a"}]}, "scores.a is null and no number"),
        ({"value": "12"}, 'value is "12" and no number'),
        ({"value": True}, "value is true and no number"),
        ({"interval": [1]}, "interval is a list of 1 and no list"),
        ({"interval": {"low": 1, "high": 2}}, "and no list"),
        ({"interval": [2, 1]}, "its low end is above its high end"),
        ({"interval": [1, None]}, "interval is null and no number"),
        ({"quantiles": [1, 2]}, "quantiles is a list of 2 and no object"),
        ({"quantiles": {"median": 1}}, 'the level "median", which is no number between 0 and 1'),
        ({"quantiles": {"1.5": 1}}, 'the level "1.5"'),
        ({"quantiles": {"0.5": "x"}}, 'quantiles.0.5 is "x" and no number'),
    ],
)
def test_predictions_of_another_shape_are_said(body: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongShape) as caught:
        read_part(**body)
    assert message in str(caught.value)


def test_an_answer_may_be_left_out_where_none_is_needed() -> None:
    reader = Reader(RequestMapping(label="label"), needs_answer=False)
    assert reader.read("a", {"label": "x"}).answer is None
    with pytest.raises(WrongShape):
        Reader(RequestMapping(label="label")).read("a", {"label": "x"})
