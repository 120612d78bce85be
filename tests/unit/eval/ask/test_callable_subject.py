from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.ask.subject import Attempt
from goldgate.eval.results import Context, Response

from ..makers import case, gold_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldgate.eval.case import Case

CASE = case("a", "What?")


def attempt(function: Callable[..., Any], **more: Any) -> Attempt:
    async def ask() -> Attempt:
        subject = CallableSubject(function, **more)
        await subject.open(2)
        try:
            return await subject.ask(CASE)
        finally:
            await subject.close()

    return asyncio.run(ask())


def response(function: Callable[..., Any], **more: Any) -> Response:
    found = attempt(function, **more).response
    assert found is not None
    return found


async def later(question: str) -> str:
    await asyncio.sleep(0)
    return question.upper()


@pytest.mark.parametrize(
    ("function", "more"), [(str.upper, {}), (lambda question: question.upper(), {"inline": True}), (later, {})]
)
def test_a_text_is_the_answer(function: Callable[..., Any], more: dict[str, Any]) -> None:
    found = response(function, **more)
    assert (found.id, found.answer) == ("a", "WHAT?")
    assert found.latency_ms is not None
    assert 0 <= found.latency_ms < 5000
    assert found.asked_at.endswith("+00:00")


def test_a_function_of_the_case_is_handed_the_case() -> None:
    def answer(case: Case) -> str:
        return case.id

    assert response(answer).answer == "a"


def test_an_object_is_read_as_a_recorded_response() -> None:
    fields = {
        "answer": ["x"], "contexts": [{"id": "s1", "text": "t"}, {"id": "s2"}], "citations": ("s1",), "label": "spam",
        "scores": {"spam": 0.9, "ham": 0.1}, "value": np.float32(1.5), "interval": (1, 2), "quantiles": {0.5: 1.5},
        "usage": {"input_tokens": 3, "output_tokens": 4}, "cost_usd": 0.1, "anything": "else",
    }  # fmt: skip
    found = response(lambda _: fields)
    assert (found.answer, found.label, found.value, found.interval) == ('["x"]', "spam", 1.5, (1, 2))
    assert found.contexts[0] == Context(id="s1", text="t")
    assert (found.retrieved, found.citations, dict(found.scores)) == (("s1", "s2"), ("s1",), {"spam": 0.9, "ham": 0.1})
    assert (dict(found.quantiles), found.cost_usd) == ({0.5: 1.5}, 0.1)
    assert (found.input_tokens, found.output_tokens) == (3, 4)


def test_an_object_without_an_answer_will_do_and_tokens_may_stand_in_it() -> None:
    found = response(lambda _: {"retrieved": np.array(["b", "a"]), "contexts": [{"id": "z"}], "input_tokens": 7})
    assert (found.answer, found.retrieved, found.input_tokens, found.output_tokens) == (None, ("b", "a"), 7, None)


def test_a_function_that_measures_its_own_latency_is_believed() -> None:
    found = response(lambda _: {"answer": "x", "latency_ms": 12})
    assert (found.latency_ms, found.asked_at) == (12, "")


def test_a_response_is_taken_as_it_is() -> None:
    assert response(lambda _: Response(id="other", answer="x", latency_ms=1.0)) == Response(id="a", answer="x", latency_ms=1.0)


def _raise(error: Exception) -> Callable[[Any], Any]:
    def function(_: Any) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "fault", "detail"),
    [
        (ValueError("no such model"), "failed", "ValueError: no such model"),
        (KeyError(), "failed", "KeyError"),
        (ConnectionResetError("reset"), "dropped", "ConnectionResetError: reset"),
        (TimeoutError("too slow"), "timeout", "too slow"),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_what_the_function_raises_is_a_fault_and_no_wrong_answer(
    error: Exception,
    fault: str,
    detail: str,
    inline: bool,
) -> None:
    found = attempt(_raise(error), inline=inline)
    assert (found.response, found.fault, found.detail) == (None, fault, detail)


@pytest.mark.parametrize("value", [None, 7, ["x"], {"contexts": 7}, {"interval": [2, 1]}])
def test_another_shape_is_said(value: Any) -> None:
    found = attempt(lambda _: value, name="model.ask")
    assert found.fault == "wrong_shape"
    assert found.detail.startswith("model.ask returned the wrong shape: ")


def test_an_error_field_is_an_infrastructure_fault() -> None:
    assert attempt(lambda _: {"error": "quota"}) == Attempt(fault="failed", detail="quota")


async def hang(_: Any) -> str:
    await asyncio.sleep(30)
    return "late"


@pytest.mark.parametrize("function", [hang, lambda _: time.sleep(0.5)])
def test_the_wait_for_an_answer_is_bounded(function: Callable[..., Any]) -> None:
    found = attempt(function, timeout_seconds=0.05)
    assert (found.fault, found.detail) == ("timeout", "no answer within 0.05 s")


def test_an_interrupt_passes() -> None:
    def interrupted(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted, inline=True)


def test_the_identity_is_that_of_name_and_digest() -> None:
    def one(_: Any) -> str:
        return ""

    same = CallableSubject(one, name="m", digest="1").identity == CallableSubject(hang, name="m", digest="1").identity
    assert same
    assert CallableSubject(one).identity != CallableSubject(hang).identity
    assert CallableSubject(one, name="m", digest="1").identity != CallableSubject(one, name="m", digest="2").identity


def slow(_: Any) -> str:
    time.sleep(0.05)
    return "x"


def test_threads_ask_as_many_at_once_as_they_may() -> None:
    gold = gold_of(*(case(f"c{place}") for place in range(40)))
    start = time.perf_counter()
    options = AskOptions(concurrency=20, adaptive=False)
    result = ask_all(gold, CallableSubject(slow), options=options)
    assert result.responses["answer"].to_list() == ["x"] * 40
    assert time.perf_counter() - start < 1.0


@pytest.mark.parametrize("reply", ["x", {"answer": "x", "latency_ms": 1.0}])
def test_ten_thousand_trivial_answers_cost_little(reply: Any, tmp_path: Any) -> None:
    gold = gold_of(*(case(f"c{place}") for place in range(10_000)))
    assert gold.frame.height == 10_000
    used = time.thread_time()
    result = ask_all(gold, CallableSubject(lambda _: reply, inline=True), journal_path=tmp_path / "j.jsonl")
    used = time.thread_time() - used
    assert result.responses.height == 10_000
    assert used < 1.5
