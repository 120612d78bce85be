"""Faults on demand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from emulator.faults import Fault, Faults, parse_faults
from emulator.wire import Call

if TYPE_CHECKING:
    from tests.fakes.in_process_aws import InProcessAws


def call(service: str = "s3", operation: str = "GetObject", path: str = "/bucket/a/b") -> Call:
    return Call(
        method="GET", path=path, query="", headers={}, body=b"", service=service, region="us-east-1", operation=operation
    )


def test_a_rule_hits_as_often_as_it_says_and_after_what_it_lets_pass() -> None:
    faults = Faults()
    faults.add([Fault(kind="slow_down", operation="Get*", count=2, after=1)])
    assert [faults.meet(call()) is not None for _ in range(5)] == [False, True, True, False, False]
    assert faults.describe()[0]["hits"] == 2
    faults.clear()
    assert faults.describe() == []


@pytest.mark.parametrize(
    ("rule", "hit"),
    [
        (Fault(kind="reset"), True),
        (Fault(kind="reset", service="ecr"), False),
        (Fault(kind="reset", operation="Put*"), False),
        (Fault(kind="reset", key="bucket/a/*"), True),
        (Fault(kind="reset", key="bucket/b/*"), False),
    ],
)
def test_a_rule_matches_by_service_operation_and_key(rule: Fault, hit: bool) -> None:
    faults = Faults()
    faults.add([rule])
    assert (faults.meet(call()) is not None) == hit


def test_s3_is_told_by_its_codes(aws: InProcessAws) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    for kind, code, status in [("slow_down", "SlowDown", 503), ("access_denied", "AccessDenied", 403)]:
        aws.faults.add([Fault(kind=kind, service="s3", operation="PutObject", count=1)])
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket="bucket", Key="k", Body=b"x")
        answer = caught.value.response
        assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")


def test_latency_lets_the_call_go_on_later(aws: InProcessAws) -> None:
    aws.faults.add([Fault(kind="latency", operation="GetCallerIdentity", seconds=0.05)])
    started = time.monotonic()
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert time.monotonic() - started >= 0.05


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"kind": "boom"}, "kind 'boom' is none of"),
        ({"kind": "reset", "opertion": "x"}, "unknown field 'opertion'"),
        ("x", "expected"),
        ({"faults": ["x"]}, "a rule is an object"),
    ],
)
def test_wrong_rules_are_named(body: object, words: str) -> None:
    with pytest.raises((ValueError, TypeError), match=words):
        parse_faults(body)
