from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore import exceptions as boto
from botocore.config import Config

from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.options import AskOptions, Patience
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.errors import OutsideError
from goldgate.pipeline.lambda_subject import LambdaSubject, client_settings
from tests.fakes.lambda_client import Failing, FakeLambda
from tests.fakes.shapes import client_error, refuse
from tests.unit.eval.makers import case, gold_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldgate.eval.ask.subject import Attempt

MAPPING = RequestMapping(body={"question": "{{ input }}"}, tokens="usage", timeout_seconds=2.0)


def attempt(respond: Callable[[Any, int], Any], mapping: RequestMapping = MAPPING) -> Attempt:
    async def ask() -> Attempt:
        subject = LambdaSubject(FakeLambda(respond), "answers", mapping)
        await subject.open(1)
        try:
            return await subject.ask(case("a", "What?"))
        finally:
            await subject.close()

    return asyncio.run(ask())


def raising(error: Exception) -> Callable[[Any, int], Any]:
    def respond(_event: Any, _count: int) -> Any:
        raise error

    return respond


def test_the_event_is_the_body_and_the_payload_the_answer() -> None:
    found = attempt(lambda event, _: {"answer": event["question"].upper(), "usage": {"input_tokens": 3}})
    assert found.response is not None
    assert (found.response.answer, found.response.input_tokens) == ("WHAT?", 3)
    assert found.response.latency_ms is not None


def test_an_answer_of_a_proxy_is_unpacked() -> None:
    found = attempt(lambda *_: {"statusCode": 200, "body": '{"answer": "x"}', "headers": {}})
    assert found.response is not None
    assert found.response.answer == "x"


@pytest.mark.parametrize(
    ("payload", "fault", "detail"),
    [
        (Failing("ValueError", "no such model"), "failed", "the function failed: ValueError: no such model"),
        (Failing("Sandbox.Timedout", "RequestId: 1 Error: Task timed out after 3.00 seconds"), "timeout", "Task timed out"),
        (Failing("Runtime.OutOfMemory", "RequestId: 1 Error: Runtime exited"), "failed", "Runtime.OutOfMemory"),
        ({"statusCode": 503, "body": "try later"}, "busy", "HTTP 503: try later"),
        ({"statusCode": 404, "body": {"message": "Not Found"}}, "status", 'HTTP 404: {"message":"Not Found"}'),
        (b'{"answer": "cut', "cut", 'no JSON: {"answer": "cut'),
        (b"", "cut", "no JSON: an empty payload"),
        ({"reply": "x"}, "wrong_shape", 'wrong shape: nothing at "answer"'),
    ],
)
def test_what_is_no_answer_is_a_fault(payload: Any, fault: str, detail: str) -> None:
    found = attempt(lambda *_: payload)
    assert (found.response, found.fault) == (None, fault)
    assert detail in found.detail


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (client_error("Invoke", "TooManyRequestsException", "Rate Exceeded.", 429), "busy"),
        (client_error("Invoke", "ServiceException", "", 500), "busy"),
        (client_error("Invoke", "ResourceConflictException", "is being updated", 409), "busy"),
        (boto.EndpointConnectionError(endpoint_url="https://lambda.test"), "unreachable"),
        (boto.ConnectTimeoutError(endpoint_url="https://lambda.test"), "unreachable"),
        (boto.ReadTimeoutError(endpoint_url="https://lambda.test"), "timeout"),
        (boto.ConnectionClosedError(endpoint_url="https://lambda.test"), "dropped"),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), "cut"),
    ],
)
def test_what_may_pass_is_a_fault_of_its_kind(error: Exception, fault: str) -> None:
    found = attempt(raising(error))
    assert (found.response, found.fault) == (None, fault)


def test_a_throttle_says_when_to_come_back() -> None:
    error = client_error("Invoke", "TooManyRequestsException", "Rate Exceeded.", 429)
    error.response["retryAfterSeconds"] = "7"
    assert attempt(raising(error)).retry_after == 7.0


@pytest.mark.parametrize(
    "error",
    [
        client_error("Invoke", "AccessDeniedException", "User: arn:x is not authorized", 403),
        client_error("Invoke", "ResourceNotFoundException", "Function not found", 404),
        boto.NoCredentialsError(),
    ],
)
def test_what_no_invocation_would_survive_ends_the_run(error: Exception) -> None:
    client = FakeLambda(raising(error))
    gold = gold_of(*(case(f"c{place}") for place in range(20)))
    with pytest.raises(OutsideError) as caught:
        ask_all(gold, LambdaSubject(client, "answers", MAPPING), options=AskOptions(concurrency=2))
    assert caught.value.where == "lambda:answers"
    assert len(client.calls) <= 4


def test_an_invocation_that_hangs_is_given_up() -> None:
    found = attempt(lambda *_: time.sleep(0.4), replace(MAPPING, timeout_seconds=0.05))
    assert (found.fault, found.detail) == ("timeout", "no answer within 0.05 s")


def test_throttled_cases_are_asked_again() -> None:
    def respond(event: Any, count: int) -> Any:
        if count % 3 == 0:
            refuse("Invoke", "TooManyRequestsException", "Rate Exceeded.", 429)
        return {"answer": event["question"]}

    client = FakeLambda(respond)
    gold = gold_of(*(case(f"c{place}") for place in range(30)))
    options = AskOptions(concurrency=4, patience=Patience(pause_seconds=0.001))
    result = ask_all(gold, LambdaSubject(client, "answers", MAPPING, qualifier="live"), options=options)
    assert result.responses["answer"].to_list() == [one.input for one in gold.cases]
    assert result.figures.backoffs > 0
    assert {call["Qualifier"] for call in client.calls} == {"live"}


def test_the_settings_fit_botocore() -> None:
    config = Config(**client_settings(32, 10.0))
    assert (config.max_pool_connections, config.read_timeout) == (32, 10.0)
