from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.reporting.chain import Records, chain_links, digest_checks
from tests.unit.pipeline.makers import (
    DIGEST,
    IMAGE,
    OTHER_IMAGE,
    contract_record,
    evaluation_record,
    image_record,
    push_record,
    release,
    release_record,
    verification_record,
)
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.pipeline.context import Context

SHORT = DIGEST[7:19]
OTHER_DIGEST = f"sha256:{'c' * 64}"
REFERENCE = f"127.0.0.1:4566/finrag@{DIGEST}"
WHOLE: dict[str, Any] = {
    "image": image_record(),
    "contract": contract_record(),
    "evaluation": evaluation_record(),
    "push": push_record(config=IMAGE),
    "release": release_record(reference=REFERENCE),
    "verification": verification_record(),
}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return World(tmp_path).context()


def records(**told: Any) -> Records:
    return Records(**(dict.fromkeys(WHOLE) | told))


def links(context: Context, found: Records, live: Any = None, error: str | None = None) -> list[tuple[str, str, str]]:
    return [(link.label, link.value, link.state) for link in chain_links(context, found, live, error)]


def test_a_whole_run_is_a_whole_chain(context: Context) -> None:
    assert links(context, records(**WHOLE)) == [
        ("commit", "9f31c2e", "ok"),
        ("image", "111111111111", "ok"),
        ("contract", "1 of 1", "ok"),
        ("evaluation", "passed", "ok"),
        ("push", SHORT, "ok"),
        ("release", "released", "ok"),
        ("running", SHORT, "ok"),
    ]


def test_what_was_not_reached_is_shown_as_not_reached(context: Context) -> None:
    contract = contract_record(passed=False, checks=[{"ok": False}, {"ok": True}])
    assert links(context, records(image=image_record(), contract=contract))[2:] == [
        ("contract", "1 of 2", "failed"),
        ("evaluation", "not reached", "not reached"),
        ("push", "not reached", "not reached"),
        ("release", "not reached", "not reached"),
        ("running", "nothing live", "not reached"),
    ]


@pytest.mark.parametrize(("verdict", "word", "state"), [("fail", "blocked", "failed"), ("inconclusive", "not sure", "warning")])
def test_the_verdict_in_the_chain_and_what_stays_live(context: Context, verdict: str, word: str, state: str) -> None:
    found = records(image=image_record(), evaluation=evaluation_record(verdict=verdict))
    assert ("evaluation", word, state) in links(context, found)
    assert links(context, found, release())[-1] == ("running", f"{SHORT} stays live", "info")


@pytest.mark.parametrize(
    ("status", "state"),
    [("released", "ok"), ("unchanged", "ok"), ("rolled_back", "failed"), ("failed", "failed")],
)
def test_a_release_that_went_wrong_is_a_broken_link(context: Context, status: str, state: str) -> None:
    found = records(**{**WHOLE, "release": release_record(status=status), "verification": None})
    assert links(context, found)[-2:] == [
        ("release", status.replace("_", " "), state),
        ("running", "not proven", "not reached"),
    ]


def test_a_verification_that_failed_says_what_was_wrong(context: Context) -> None:
    wrong = verification_record(ok=False, problems=["1 of 2 tasks run", "t1 is unhealthy"])
    last = chain_links(context, records(**{**WHOLE, "verification": wrong}), None)[-1]
    assert (last.state, last.detail) == ("failed", "1 of 2 tasks run; t1 is unhealthy")


def test_the_stage_that_raised_an_error_is_marked_where_no_record_tells_of_it(context: Context) -> None:
    found = records(**{**WHOLE, "release": None, "verification": None})
    assert links(context, found, error="commit 9f31c2e is older.\nNext: none")[4:] == [
        ("push", SHORT, "ok"),
        ("release", "stopped", "failed"),
        ("running", "nothing live", "not reached"),
    ]


def test_uncommitted_changes_show_in_the_chain(context: Context) -> None:
    dirty = replace(context, commit=replace(context.commit, dirty=True))
    assert links(dirty, records())[0] == ("commit", "9f31c2e+", "ok")


def test_a_stage_says_what_it_took_unless_it_was_taken_over(context: Context) -> None:
    reused = {**WHOLE, "evaluation": evaluation_record(reused_from="20261119-090000-6b02aaa")}
    seconds = [link.seconds for link in chain_links(context, records(**reused), None)]
    assert seconds == [None, 2.1, 2.1, None, 2.1, 2.1, 2.1]


def test_every_link_of_a_whole_run_is_checked_on_both_digests() -> None:
    checks = digest_checks(records(**WHOLE))
    assert [" = ".join(check.names) for check in checks] == [
        "built = tested",
        "tested = evaluated",
        "evaluated = pushed",
        "pushed = released",
        "released = running",
    ]
    assert [(check.state, check.left, check.right) for check in checks] == [("ok", IMAGE, IMAGE)] * 3 + [
        ("ok", DIGEST, DIGEST)
    ] * 2


@pytest.mark.parametrize(
    ("stage", "broken", "told"),
    [
        ("contract", {"contract": contract_record(image_id=OTHER_IMAGE)}, "tested is 222222222222, built was 111111111111"),
        (
            "evaluation",
            {"evaluation": evaluation_record(subject={"digest": OTHER_IMAGE})},
            "evaluated is 222222222222, tested was 111111111111",
        ),
        ("push", {"push": push_record(config=OTHER_IMAGE)}, "pushed is 222222222222, evaluated was 111111111111"),
        ("push", {"push": push_record(image_id=OTHER_IMAGE)}, "pushed is 222222222222, evaluated was 111111111111"),
        ("release", {"release": release_record(digest=OTHER_DIGEST)}, "released is cccccccccccc, pushed was bbbbbbbbbbbb"),
        (
            "release",
            {"release": release_record(reference=f"x/finrag@{OTHER_DIGEST}")},
            "released is cccccccccccc, pushed was bbbbbbbbbbbb",
        ),
        (
            "running",
            {"verification": verification_record(running=[{"digest": DIGEST}, {"digest": OTHER_DIGEST}])},
            "running is cccccccccccc, released was bbbbbbbbbbbb",
        ),
        ("running", {"verification": verification_record(running=[])}, "running is nothing, released was bbbbbbbbbbbb"),
    ],
)
def test_a_broken_link_names_the_two_digests(stage: str, broken: dict[str, Any], told: str) -> None:
    check = next(check for check in digest_checks(records(**WHOLE | broken)) if check.stage == stage)
    assert (check.state, check.told) == ("failed", told)


def test_links_that_were_not_reached_are_not_checked() -> None:
    checks = digest_checks(records(image=image_record(), contract=contract_record()))
    assert [check.state for check in checks] == ["ok", "not reached", "not reached", "not reached", "not reached"]


def test_a_push_from_before_the_manifest_was_kept_is_held_to_the_image_id() -> None:
    check = digest_checks(records(**WHOLE | {"push": push_record()}))[2]
    assert (check.state, check.told) == ("ok", "the same image ID")
