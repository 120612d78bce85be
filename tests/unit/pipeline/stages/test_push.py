from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.aws import Aws
from goldgate.pipeline.errors import OutsideError, Refused
from goldgate.pipeline.stages import push
from tests.fakes.ecr import URI, FakeEcr
from tests.unit.pipeline.config.files import changed
from tests.unit.pipeline.makers import COMMIT, IMAGE, OTHER_IMAGE, contract_record, evaluation_record, image_record
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from pathlib import Path

TAG = f"{COMMIT[:12]}-{'1' * 12}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An engine that has the image, and pushes what it has."""
    made = World(tmp_path)
    made.docker.images.add({"Id": IMAGE})
    made.docker.images.events = lambda repository, tag, image: [
        {"id": "layer", "status": "Pushing", "progressDetail": {"current": 4096}},
        {"aux": {"Digest": made.ecr.put(tag, image.id)}},
    ]
    return made


def test_a_push_is_recorded_by_digest(world: World) -> None:
    record = push.run(world.context(), image_record(), contract_record(), evaluation_record())
    digest = world.ecr.tags[TAG]
    assert (record.digest, record.reference, record.tag) == (digest, f"{URI}@{digest}", TAG)
    assert (record.repository, record.already_there, record.pushed_bytes) == ("finrag", False, 4096)
    assert world.docker.images.pushed == [(URI, TAG, {"username": "AWS", "password": "pass:word"})]


def test_what_is_there_already_is_not_pushed_again(world: World) -> None:
    digest = world.ecr.put(TAG, IMAGE)
    record = push.run(world.context(), image_record(), contract_record(), evaluation_record())
    assert (record.digest, record.already_there, record.pushed_bytes) == (digest, True, 0)
    assert world.docker.images.pushed == []


@pytest.mark.parametrize("already", [True, False])
def test_another_image_behind_the_digest_is_refused(world: World, *, already: bool) -> None:
    if already:
        world.ecr.put(TAG, OTHER_IMAGE)
    world.docker.images.events = lambda repository, tag, image: [{"aux": {"Digest": world.ecr.put(tag, OTHER_IMAGE)}}]
    with pytest.raises(Refused, match=f"holds {OTHER_IMAGE}, but {IMAGE} was evaluated") as caught:
        push.run(world.context(), image_record(), contract_record(), evaluation_record())
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("verdict", ["fail", "inconclusive"])
def test_only_an_image_that_passed_is_pushed(world: World, verdict: str) -> None:
    with pytest.raises(Refused, match=f"is {verdict}, and only an image that passed") as caught:
        push.run(world.context(), image_record(), contract_record(), evaluation_record(verdict=verdict))
    assert caught.value.exit_code == 6
    assert caught.value.where == world.context().folder.shown
    assert world.docker.images.pushed == []


def test_an_evaluation_of_another_image_is_refused(world: World) -> None:
    with pytest.raises(Refused, match=f"speaks of {OTHER_IMAGE[:19]}"):
        push.run(world.context(), image_record(), contract_record(), evaluation_record(image_id=OTHER_IMAGE))
    assert world.docker.images.pushed == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"passed": False}, "did not hold its contract"),
        ({"image_id": OTHER_IMAGE}, f"contract record speaks of {OTHER_IMAGE[:19]}"),
    ],
)
def test_an_image_that_was_not_held_to_its_contract_is_refused(world: World, change: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        push.run(world.context(), image_record(), contract_record(**change), evaluation_record())
    assert caught.value.exit_code == 6
    assert world.docker.images.pushed == []


def test_uncommitted_changes_go_to_the_local_aws_only(world: World) -> None:
    dirty = image_record(dirty=True)
    assert push.run(world.context(), dirty, contract_record(), evaluation_record()).digest
    on_aws = Aws("us-east-1", _made=dict(world.clients))
    with pytest.raises(Refused, match="changes that are not in commit") as caught:
        push.run(world.context(aws=on_aws), dirty, contract_record(), evaluation_record())
    assert caught.value.exit_code == 6


def test_a_missing_repository_names_the_line_of_its_name(tmp_path: Path) -> None:
    text = changed("      cpu: 256\n", "      cpu: 256\n      repository: elsewhere\n")
    line = text.splitlines().index("      repository: elsewhere") + 1
    with pytest.raises(OutsideError, match="no repository 'elsewhere' in us-east-1") as caught:
        push.run(World(tmp_path, text).context(), image_record(), contract_record(), evaluation_record())
    assert caught.value.where == f"{tmp_path}/ml_config.yaml:{line}"
    assert "goldgate local up" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("DescribeRepositories", "ecr:DescribeRepositories"),
        ("DescribeImages", "ecr:DescribeImages"),
        ("GetAuthorizationToken", "ecr:GetAuthorizationToken"),
        ("BatchGetImage", "ecr:BatchGetImage"),
    ],
)
def test_a_denied_call_names_its_permission(world: World, operation: str, action: str) -> None:
    world.ecr.errors[operation] = "AccessDeniedException"
    with pytest.raises(OutsideError) as caught:
        push.run(world.context(), image_record(), contract_record(), evaluation_record())
    assert action in str(caught.value.next_step)


def test_a_digest_that_ecr_does_not_have_is_said() -> None:
    with pytest.raises(OutsideError, match="ECR has no finrag@sha256:00: it is not there"):
        push.check_manifest(FakeEcr(), "finrag", "sha256:00", IMAGE)


def test_a_manifest_without_a_config_is_refused() -> None:
    ecr = FakeEcr()
    ecr.manifests["sha256:00"] = '{"schemaVersion": 2, "manifests": []}'
    with pytest.raises(Refused, match="was evaluated"):
        push.check_manifest(ecr, "finrag", "sha256:00", IMAGE)


def test_the_config_of_the_manifest_is_kept_as_read_back(world: World) -> None:
    record = push.run(world.context(), image_record(), contract_record(), evaluation_record())
    assert record.config == IMAGE
