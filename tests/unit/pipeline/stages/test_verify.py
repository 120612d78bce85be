from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.errors import DeploymentFailed, Refused
from goldgate.pipeline.stages import verify

from .samples import Pipeline, digest, evaluation, push

if TYPE_CHECKING:
    from goldgate.pipeline.records import VerificationRecord

DNS = "http://finrag-1.us-east-1.elb.amazonaws.com"


def run(pipeline: Pipeline, number: int, **changes: Any) -> tuple[VerificationRecord, list[str]]:
    """Verify the image of commit `number`; returns the record and the addresses that were asked."""
    asked: list[str] = []

    def get(url: str) -> int:
        asked.append(url)
        return 200

    reach = {"http_get": get} | {name: changes.pop(name) for name in ("http_get", "url_of") if name in changes}
    handed = {"push": push(number), "evaluation": evaluation(number), **changes}
    return verify.run(pipeline.job(**reach), **handed), asked


def live() -> Pipeline:
    """A pipeline with the image of commit 1 live."""
    pipeline = Pipeline()
    pipeline.go_live(1)
    return pipeline


def test_the_evaluated_digest_runs_everywhere_and_answers() -> None:
    record, asked = run(live(), 1)
    assert record.ok
    assert [task["digest"] for task in record.running] == [digest(1), digest(1)]
    assert [revision["digest"] for revision in record.revisions] == [digest(1)]
    assert record.url == DNS
    assert asked == [f"{DNS}/healthz"] * 5
    assert (record.probes, record.failed_probes, record.problems) == (5, 0, [])


def test_another_digest_is_refused_and_each_task_is_named() -> None:
    seen: list[VerificationRecord] = []
    with pytest.raises(Refused) as caught:
        run(live(), 2, settle_seconds=30, on_record=seen.append)
    assert caught.value.exit_code == 6
    assert caught.value.what.count(digest(1)) == 3
    assert [record.ok for record in seen] == [False]


def test_one_task_of_another_digest_is_enough() -> None:
    pipeline = live()
    task = [task for task in pipeline.world.ecs.tasks.values() if task["desiredStatus"] == "RUNNING"][-1]
    task["containers"][0]["imageDigest"] = digest(9)
    with pytest.raises(Refused, match=f"task {task['taskArn'].rpartition('/')[2]} runs {digest(9)}"):
        run(pipeline, 1, settle_seconds=0)


def test_the_right_digest_that_does_not_answer_is_a_failed_deployment() -> None:
    answers = iter([200, 503, 0, 200, 200])
    seen: list[VerificationRecord] = []
    with pytest.raises(DeploymentFailed) as caught:
        run(live(), 1, http_get=lambda url: next(answers), on_record=seen.append)
    assert f"probe 2 of 5 at {DNS}/healthz got status 503" in caught.value.what
    assert "probe 3 of 5" in caught.value.what
    assert "no answer" in caught.value.what
    assert seen[0].failed_probes == 2
    assert caught.value.exit_code == 4


def test_an_unhealthy_task_is_a_failed_deployment() -> None:
    pipeline = live()
    next(t for t in pipeline.world.ecs.tasks.values() if t["desiredStatus"] == "RUNNING")["containers"][0]["healthStatus"] = (
        "UNHEALTHY"
    )
    with pytest.raises(DeploymentFailed, match="is unhealthy"):
        run(pipeline, 1, settle_seconds=20)


def test_the_chain_is_held_here_too() -> None:
    pipeline = live()
    pipeline.world.ecs.calls.clear()
    with pytest.raises(Refused, match="evaluated = pushed"):
        run(pipeline, 1, evaluation=evaluation(2))
    assert pipeline.world.ecs.calls == []


def test_the_address_is_handed_in_where_the_name_does_not_resolve() -> None:
    record, asked = run(live(), 1, url_of=lambda balancer, listener: f"http://127.0.0.1:{listener['Port']}", probes=2)
    assert record.url == "http://127.0.0.1:80"
    assert asked == ["http://127.0.0.1:80/healthz"] * 2


def test_without_a_load_balancer_there_is_nothing_to_probe() -> None:
    pipeline = Pipeline(load_balancer=None)
    pipeline.go_live(1)
    record, asked = run(pipeline, 1)
    assert (record.ok, record.url, record.probes, asked) == (True, None, 0, [])
