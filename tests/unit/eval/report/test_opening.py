from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.report.cases import CaseTable, load
from goldgate.eval.report.model import ChainLink, DigestCheck, ReportInput
from goldgate.eval.report.opening import chain, facts, links_said, opening, smallest_fall

from .sample import sample

if TYPE_CHECKING:
    from pathlib import Path

BARE = ReportInput(service="finrag", environment="local", run_id="r", commit="9f31c2e")
PASSED = {"verdict": "pass", "gates": [{"metric": "answer.token_f1", "rule": "min 0.5", "value": 0.7, "verdict": "pass"}]}


def links(**states: str) -> tuple[ChainLink, ...]:
    return tuple(ChainLink(label=label, value=state, state=state) for label, state in states.items())  # type: ignore[arg-type]


def test_a_blocked_run_says_that_the_old_image_keeps_serving(tmp_path: Path) -> None:
    found = opening(sample(tmp_path))
    assert (found.state, found.sign, found.title) == ("fail", "✕", "Blocked")
    assert found.lines[-1].endswith("The old image keeps serving.")


def test_a_rolled_back_release_names_the_cause_before_anything_else() -> None:
    release = {"status": "rolled_back", "cause": "killed for memory\nlog line", "next": "raise memory"}
    found = opening(replace(BARE, evaluation=PASSED, release=release))
    assert (found.title, found.sentence, found.lines[0]) == ("Rolled back", "killed for memory", "Next: raise memory")
    assert "passed, the gate holds" in found.lines[1]


def test_the_end_of_the_log_stands_before_what_to_do_next() -> None:
    release = {"status": "failed", "cause": "exit code 1", "next": "read the log", "log": ["starting", "no such file"]}
    assert opening(replace(BARE, release=release)).lines == ("Its log ends with: no such file", "Next: read the log")


def test_a_release_that_runs_is_released() -> None:
    ok = links(release="ok", running="ok")
    assert opening(replace(BARE, evaluation=PASSED, chain=ok)).title == "Released"
    assert opening(replace(BARE, evaluation=PASSED, chain=links(release="ok"))).title == "Passed"


def test_a_failed_push_after_a_pass_is_no_pass() -> None:
    push = ChainLink(label="push", value="refused", state="failed", detail="ECR answered AccessDenied")
    found = opening(replace(BARE, evaluation=PASSED, chain=(push,)))
    assert (found.state, found.title, found.sentence) == ("fail", "Stopped", "push: ECR answered AccessDenied")


def test_failed_contract_checks_stop_the_run() -> None:
    checks = [{"name": "healthy in time", "ok": False, "detail": "503 for 60 s"}, {"name": "not root", "ok": True}]
    found = opening(replace(BARE, contract={"checks": checks}, chain=links(contract="failed")))
    assert found.sentence == "1 of 2 contract checks failed: healthy in time"
    assert found.lines == ("503 for 60 s", "No question was asked.")


def test_a_run_that_reached_nothing_says_so() -> None:
    assert opening(BARE).title == "Not evaluated"


def test_a_sentence_handed_in_replaces_ours() -> None:
    assert opening(replace(BARE, evaluation=PASSED, headline="Docker is gone.")).sentence == "Docker is gone"


def test_stages_that_nobody_spoke_of_were_not_reached() -> None:
    found = chain(replace(BARE, chain=links(commit="ok", image="failed")))
    assert [link.label for link in found] == ["commit", "image", "contract", "evaluation", "push", "release", "running"]
    assert {link.state for link in found[2:]} == {"not reached"}


def test_the_smallest_visible_fall_is_computed_from_the_gate_on_all_cases() -> None:
    half = 1.959964 * 0.01
    drop = {"metric": "retrieval.recall@10", "rule": "max_drop 0.02", "verdict": "pass"}
    gate = drop | {"diff": 0.0, "ci_low": -half, "ci_high": half}
    figure, label = smallest_fall({"gates": [gate]}) or ("", "")
    assert figure == "2.5 points"  # (1.645 + 0.842) standard errors of one point
    assert label == "smallest fall of recall@10 that it could have seen, 4 times in 5"
    said = smallest_fall({"gates": [gate | {"smallest_effect": 0.031}]})
    assert said is not None
    assert said[0] == "3.1 points"
    equal = drop | {"diff": 0.0, "smallest_effect": 0.067, "reason": "all cases score exactly as live"}
    unmoved = smallest_fall({"gates": [equal]})
    assert unmoved is not None
    assert unmoved[0] == "6.7 points"
    assert smallest_fall({"gates": []}) is None
    given = smallest_fall({"smallest_fall": {"metric": "retrieval.recall@10", "value": 0.021}})
    assert given is not None
    assert given[0] == "2.1 points"


def test_the_strip_counts_flips_errors_time_and_cost(tmp_path: Path) -> None:
    report = sample(tmp_path)
    found = {fact.label: fact.figure for fact in facts(report, load(report.cases, report.baseline_cases, report.evaluation))}
    assert found["right → wrong"] == "14"
    assert found["wrong → right"] == "7"
    assert found["infrastructure error, not counted as wrong"] == "! 1"
    assert found["the whole run; 1 min 52 s for 240 asked"] == "2 min 05 s"
    assert found["evaluation, budget $5.00"] == "$0.71"


@pytest.mark.parametrize("evaluation", [None, {}, {"verdict": "pass"}])
def test_absent_fields_leave_the_strip_empty(evaluation: dict[str, object] | None) -> None:
    assert facts(replace(BARE, evaluation=evaluation), CaseTable()) == []


NAMES = ("built", "tested", "evaluated", "pushed", "released", "running")


def digests(*states: str) -> tuple[DigestCheck, ...]:
    pairs = zip(NAMES, NAMES[1:], states, strict=False)
    return tuple(DigestCheck(stage="s", names=(a, b), state=state, told=f"{b} differs") for a, b, state in pairs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["ok"] * 5, "One image all the way: built = tested = evaluated = pushed = released = running, each link checked"),
        (
            ["ok", "ok", *["not reached"] * 3],
            "One image so far: built = tested = evaluated, each link checked; not reached: pushed, released, running",
        ),
        (["ok", "failed", "ok", "ok", "ok"], "Broken: evaluated is not what was tested"),
        (["not reached"] * 5, "No link of the chain was reached"),
    ],
)
def test_the_links_of_the_digest_chain_in_one_sentence(states: list[str], said: str) -> None:
    assert links_said(replace(BARE, digests=digests(*states))) == said


def test_a_broken_link_is_no_pass_whatever_the_evaluation_says() -> None:
    ok = links(release="ok", running="ok")
    found = opening(replace(BARE, evaluation=PASSED, chain=ok, digests=digests("ok", "ok", "ok", "ok", "failed")))
    assert (found.state, found.title) == ("fail", "Broken chain")
    assert found.sentence == "the image that is running is not the one that was released"
    assert found.lines[0] == "running differs."


def test_a_run_that_asked_nothing_tells_its_time_alone() -> None:
    stopped = facts(replace(BARE, seconds=48.0), CaseTable())
    assert [(fact.figure, fact.label) for fact in stopped] == [("48 s", "the whole run")]


def test_answers_that_were_taken_over_took_no_time(tmp_path: Path) -> None:
    report = sample(tmp_path)
    assert report.evaluation is not None
    reused = replace(report, evaluation=report.evaluation | {"reused_from": "20261119-090000-6b02aaa"})
    labels = [fact.label for fact in facts(reused, CaseTable())]
    assert "the whole run, nothing asked again" in labels


def test_what_judges_cost_is_part_of_the_cost(tmp_path: Path) -> None:
    report = sample(tmp_path)
    assert report.evaluation is not None
    cost = {"cost": {"usd": 0.7}, "judges": {"judge.correctness": {"cost_usd": 0.25}, "judge.free": {"cost_usd": None}}}
    found = {fact.label: fact.figure for fact in facts(replace(report, evaluation=report.evaluation | cost), CaseTable())}
    assert found["evaluation, $0.25 of it for judges"] == "$0.95"


def test_without_a_gate_nothing_has_passed() -> None:
    evaluation = {"verdict": "pass", "gates": [], "gold_set": {"cases": 3}}
    found = opening(ReportInput(service="s", environment="", run_id="", commit="", evaluation=evaluation))
    assert (found.title, found.state, found.sign) == ("Evaluated", "", "·")
    assert found.sentence == "no gate is set, so no answer could stop it"
    assert "3 cases" in found.lines[0]


def test_cases_that_scored_lower_without_turning_wrong_are_counted() -> None:
    frame = pl.DataFrame({"id": ["a", "b"]})
    table = CaseTable(frame=frame, live=frame, counts=Counter({"worse": 18, "broken": 0, "fixed": 1}))
    found = [(fact.figure, fact.label) for fact in facts(BARE, table)]
    assert found == [("0", "right → wrong"), ("18", "scored lower on a gated metric"), ("1", "wrong → right")]
