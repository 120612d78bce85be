from __future__ import annotations

from typing import Any

import pytest

from goldgate.pipeline.reporting.releasing import release_facts
from tests.unit.pipeline.makers import DIGEST, release_record, verification_record

OTHER = f"sha256:{'c' * 64}"


def checks(**verification: Any) -> list[tuple[str, bool, str]]:
    found = release_facts(release_record(), verification_record(**verification))["checks"]
    return [(check["name"], check["ok"], check["detail"]) for check in found]


def test_the_verification_becomes_checks_at_its_end() -> None:
    verification = verification_record(started_at="2026-11-20T14:03:00Z", seconds=4.0)
    found = release_facts(release_record(), verification)["checks"]
    assert {check["after_seconds"] for check in found} == {52.0}
    assert checks() == [
        ("tasks run the evaluated digest", True, "1 of 1"),
        ("tasks are healthy", True, "1 of 1"),
        ("probes answered", True, "5 of 5"),
    ]


@pytest.mark.parametrize(
    ("verification", "failed"),
    [
        ({"running": [{"digest": DIGEST}, {"digest": OTHER}]}, ("tasks run the evaluated digest", False, "1 of 2")),
        ({"running": []}, ("tasks run the evaluated digest", False, "0 of 0")),
        ({"running": [{"digest": DIGEST, "health": "UNHEALTHY"}]}, ("tasks are healthy", False, "0 of 1")),
        ({"failed_probes": 2}, ("probes answered", False, "3 of 5")),
    ],
)
def test_what_was_not_so_is_a_failed_check(verification: dict[str, Any], failed: tuple[str, bool, str]) -> None:
    assert failed in checks(**verification)


def test_health_and_probes_that_nobody_looked_at_are_no_checks() -> None:
    assert checks(running=[{"digest": DIGEST}], probes=0) == [("tasks run the evaluated digest", True, "1 of 1")]


def test_an_alarm_stands_where_it_was_first_seen() -> None:
    observations = [
        {"after_seconds": 1.0, "new": {}},
        {"after_seconds": 4.0, "alarms": ["p95-high"]},
        {"after_seconds": 6.0, "alarms": ["p95-high", "errors-5xx"]},
    ]
    assert release_facts(release_record(observations=observations))["alarms"] == [
        {"after_seconds": 4.0, "name": "p95-high", "state": "fired"},
        {"after_seconds": 6.0, "name": "errors-5xx", "state": "fired"},
    ]


def test_a_release_without_a_cause_or_a_verification_invents_none() -> None:
    facts = release_facts(release_record())
    assert (facts["cause"], facts["checks"], facts["alarms"], facts["previous"]) == (None, [], [], "")
    assert facts["revision"] == "finrag:41"
