from __future__ import annotations

from typing import Any

import pytest

from goldgate.pipeline.errors import DeploymentFailed, OutsideError, Refused, UsageError
from goldgate.pipeline.stages import rollback
from tests.fakes.ecs import ROLLED_BACK

from .samples import COMMITS, Pipeline, digest


def run(pipeline: Pipeline, to: str | None = None, **changes: Any) -> rollback.RollbackResult:
    """Roll back."""
    reach = {name: changes.pop(name) for name in ("http_get", "url_of") if name in changes}
    handed = {"to": to, "ledger": pipeline.ledger, "author": "someone", **changes}
    return rollback.run(pipeline.job(**reach), **handed)


def live(*numbers: int) -> Pipeline:
    """A pipeline in which those commits went live one after another."""
    pipeline = Pipeline()
    pipeline.go_live(*numbers)
    return pipeline


def test_the_last_release_that_passed_is_put_back_and_recorded() -> None:
    pipeline = live(1, 2)
    records: list[Any] = []
    result = run(pipeline, on_release=records.append, on_verification=records.append)
    assert pipeline.world.ecs.live_image().endswith(digest(1))
    assert result.verification.ok
    assert (result.release.status, result.release.kind) == ("released", "rollback")
    assert [record.name for record in records] == ["release", "release", "verification"]
    current = pipeline.ledger.current()
    assert current == result.published
    assert current is not None
    assert (current.digest, current.kind, current.left, current.commit) == (digest(1), "rollback", digest(2), COMMITS[0])
    assert current.author == "someone"
    assert len(pipeline.ledger.history()) == 3


def test_not_the_next_lower_revision_but_the_last_known_good_one() -> None:
    pipeline = live(1)
    pipeline.world.ecs.script = ROLLED_BACK
    assert pipeline.release(2).status == "rolled_back"
    pipeline.world.ecs.script = ("SUCCESSFUL",)
    pipeline.go_live(3)
    run(pipeline)
    assert pipeline.world.ecs.live_image().endswith(digest(1))


def test_a_second_rollback_goes_further_back_and_not_forth() -> None:
    pipeline = live(1, 2, 3)
    run(pipeline)
    assert pipeline.world.ecs.live_image().endswith(digest(2))
    run(pipeline)
    assert pipeline.world.ecs.live_image().endswith(digest(1))
    with pytest.raises(Refused, match="no other release"):
        run(pipeline)


def test_a_release_that_did_not_pass_is_passed_over() -> None:
    pipeline = live(1)
    pipeline.release(2)
    pipeline.publish(2, verdict="inconclusive")
    pipeline.go_live(3)
    run(pipeline)
    assert pipeline.world.ecs.live_image().endswith(digest(1))


def test_what_was_left_and_then_released_again_is_good_again() -> None:
    pipeline = live(1, 2)
    run(pipeline)
    pipeline.release(2)
    pipeline.publish(2)
    pipeline.release(3)
    pipeline.publish(3)
    run(pipeline)
    assert pipeline.world.ecs.live_image().endswith(digest(2))


@pytest.mark.parametrize("to", [digest(1), digest(1)[:15], "1" * 12, "run-1"])
def test_a_release_can_be_named(to: str) -> None:
    pipeline = live(1, 2, 3)
    run(pipeline, to)
    assert pipeline.world.ecs.live_image().endswith(digest(1))


@pytest.mark.parametrize("to", ["run-9", "9" * 12, "111", ""])
def test_a_name_that_fits_nothing_is_said(to: str) -> None:
    pipeline = live(1, 2)
    with pytest.raises(UsageError, match="no release in the ledger"):
        run(pipeline, to)


def test_a_beginning_that_fits_two_is_said() -> None:
    pipeline = live(1)
    pipeline.publish(2, digest=digest(1)[:30] + "f" * 41)
    with pytest.raises(UsageError, match="beginning of 2 digests"):
        run(pipeline, "1" * 12)


def test_a_named_release_that_did_not_pass_is_refused() -> None:
    pipeline = live(1)
    pipeline.publish(2, verdict="fail")
    with pytest.raises(Refused, match="its verdict is fail"):
        run(pipeline, digest(2))


def test_nothing_to_go_back_to_is_refused() -> None:
    with pytest.raises(Refused, match="no other release"):
        run(live(1))
    with pytest.raises(Refused, match="no other release"):
        run(Pipeline())


def test_the_evaluation_must_still_be_there() -> None:
    pipeline = live(1, 2)
    for key in [key for key in pipeline.s3.buckets["reports"] if "/records/" in key]:
        del pipeline.s3.buckets["reports"][key]
    pipeline.world.ecs.calls.clear()
    with pytest.raises(OutsideError, match="does not hold it"):
        run(pipeline)
    assert pipeline.world.ecs.calls == []


def test_a_rollback_that_fails_leaves_the_ledger_as_it_is() -> None:
    pipeline = live(1, 2)
    pipeline.world.ecs.script = ROLLED_BACK
    with pytest.raises(DeploymentFailed):
        run(pipeline)
    current = pipeline.ledger.current()
    assert current is not None
    assert current.digest == digest(2)
    assert pipeline.world.ecs.live_image().endswith(digest(2))


def test_a_lost_race_is_refused() -> None:
    pipeline = live(1, 2)

    def somebody_else(_: Any) -> None:
        if pipeline.ledger.current() is not None and len(pipeline.ledger.history()) == 2:
            pipeline.publish(3)

    with pytest.raises(Refused, match="went first"):
        run(pipeline, on_verification=somebody_else)
