from __future__ import annotations

from typing import Any

import pytest

from goldgate.eval.report.gates import read
from goldgate.eval.report.sentence import evidence, headline, to_settle

DROP = {
    "metric": "retrieval.recall@10",
    "slice": {"difficulty": "hard"},
    "rule": "max_drop 0.03",
    "value": 0.781,
    "baseline": 0.842,
    "diff": -0.061,
    "ci_low": -0.09,
    "ci_high": -0.032,
    "n": 58,
    "verdict": "fail",
}
TOKEN_F1 = {"metric": "answer.token_f1", "rule": "max_drop 0.02"}
HELD = TOKEN_F1 | {"diff": 0.004, "ci_low": -0.01, "ci_high": 0.02, "verdict": "pass"}
OPEN = {
    "metric": "answer.token_f1",
    "rule": "max_drop 0.02",
    "diff": -0.008,
    "ci_low": -0.026,
    "ci_high": 0.01,
    "n": 240,
    "verdict": "inconclusive",
}
SLOW = {"metric": "latency.p95_ms", "rule": "max 1500", "value": 1720.0, "verdict": "fail"}


def evaluation(verdict: str, *gates: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"verdict": verdict, "gates": list(gates), "gold_set": {"cases": 240}} | more


@pytest.mark.parametrize(
    ("found", "title", "sentence"),
    [
        (
            evaluation("fail", HELD, DROP),
            "Blocked",
            "recall@10 on hard questions fell by 6.1 points (95 % interval -9.0 to -3.2), more than the 3 points allowed",
        ),
        (evaluation("fail", SLOW), "Blocked", "p95 latency is 1,720 ms, more than the 1,500 ms allowed"),
        (
            evaluation("inconclusive", OPEN),
            "Not sure",
            "token_f1 may have fallen by up to 2.6 points (95 % interval -2.6 to +1.0), more than the 2 points allowed",
        ),
        (evaluation("pass", HELD), "Passed", "the gate holds"),
        (evaluation("pass", HELD, HELD), "Passed", "all 2 gates hold"),
        (evaluation("pass"), "Passed", "no gate was set"),
    ],
)
def test_the_verdict_in_plain_words(found: dict[str, Any], title: str, sentence: str) -> None:
    said = headline(found)
    assert said.title == title
    assert said.sentence == sentence


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rule": "max_drop 0.01"}, "more than the 1 point allowed"),
        ({"rule": "max_drop 0.025"}, "more than the 2.5 points allowed"),
        ({"rule": "max_drop 0"}, "where none is allowed"),
        ({"metric": "latency.p95_ms", "rule": "max_rise 50", "diff": 120.0, "ci_low": 80.0, "ci_high": 160.0},
         "p95 latency rose by 120 ms (95 % interval +80 to +160), more than the 50 ms allowed"),
        ({"metric": "retrieval.recall@10", "rule": "min 0.8", "value": 0.781, "ci_low": 0.74, "ci_high": 0.82},
         "is 0.781 (95 % interval 0.740 to 0.820), less than the 0.800 required"),
    ],
)  # fmt: skip
def test_what_is_allowed_stands_behind_what_happened(changes: dict[str, Any], said: str) -> None:
    assert headline(evaluation("fail", {**DROP, "slice": None, **changes})).sentence.endswith(said)


def test_a_pass_names_the_fall_that_came_closest_to_its_margin() -> None:
    fell = {**HELD, "diff": -0.004}
    assert headline(evaluation("pass", HELD, fell)).sentence == (
        "all 2 gates hold; token_f1 fell by 0.4 points (95 % interval -1.0 to +2.0), less than the 2 points allowed"
    )


def test_errors_speak_for_themselves_when_they_leave_a_gate_open() -> None:
    reason = "is 0.850 against min 0.800, but 5 of 20 cases ended in an infrastructure error"
    held = {"metric": "retrieval.recall@10", "rule": "min 0.8", "value": 0.85, "verdict": "inconclusive"}
    found = evaluation("inconclusive", held | {"reason": reason})
    assert headline(found).sentence == f"recall@10 {reason}"


def test_a_gate_without_a_value_says_why() -> None:
    empty = {"metric": "answer.list_f1", "rule": "min 0.8", "verdict": "inconclusive"}
    found = evaluation("inconclusive", empty | {"reason": "has no value: no case has expected.items"})
    assert headline(found).sentence == "list_f1 has no value: no case has expected.items"
    assert evidence(found) == "answer.list_f1 on all cases has no value: no case has expected.items."


def test_a_first_release_says_what_could_not_be_checked() -> None:
    unchecked = {"metric": "retrieval.recall@10", "rule": "max_drop 0.02", "verdict": "pass", "value": 0.9}
    fixed = {"metric": "retrieval.recall@10", "rule": "min 0.8", "verdict": "pass", "value": 0.9}
    said = headline(evaluation("pass", unchecked, fixed))
    assert said.sentence == "the limit holds; 1 gate had nothing live to compare with"
    assert said.against.startswith("Nothing was live to compare with: 240 cases")


def test_the_figures_behind_the_sentence() -> None:
    assert evidence(evaluation("fail", DROP, SLOW)) == (
        "retrieval.recall@10 on difficulty: hard went from 0.842 to 0.781 on 58 cases, -6.1 points; "
        "the whole interval lies past the margin. 1 more gate failed."
    )


def test_a_pass_shows_what_came_closest() -> None:
    said = evidence(evaluation("pass", {**HELD, "value": 0.7, "baseline": 0.696}))
    assert said.startswith("Closest to its bound: answer.token_f1 on all cases went from 0.696 to 0.700")


def test_against_names_the_live_digest_the_day_and_what_was_left_out() -> None:
    left_out = {"only_here": 4, "only_there": 0, "changed": 2}
    baseline = {"digest": "sha256:" + "6b02" * 16, "released_at": "2026-11-17T09:00:00Z", "common": 236} | left_out
    said = headline(evaluation("fail", {**DROP, "p_adjusted": 0.01}, {**OPEN, "p_adjusted": 0.3}, baseline=baseline)).against
    assert "what is live, sha256:6b02…, released 17 Nov, on the same 236 cases in pairs" in said
    assert "(the gold sets differ: 4 new here, 2 changed since, left out)" in said
    assert "corrected for 2 comparisons (Holm)" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "About 300 more cases would settle it, if the estimate stays where it is."),
        ({"cases_needed": 550}, "About 310 more cases would settle it, if the estimate stays where it is."),
        ({"diff": -0.0199}, "The estimate lies almost on the bound: no affordable number of cases would settle it."),
        ({"verdict": "pass"}, ""),
    ],
)
def test_what_would_settle_it(changes: dict[str, Any], said: str) -> None:
    assert to_settle(read({"gates": [OPEN | changes]})[0], 240) == said
