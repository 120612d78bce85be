from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.errors import OutsideError, UsageError
from goldgate.pipeline.stages import build
from tests.fakes.docker_command import BUILT, docker_command
from tests.unit.pipeline.config.files import COMPLETE, changed
from tests.unit.pipeline.makers import COMMIT, image_record
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from pathlib import Path

LIMITED = changed("    port: 8080\n", "    port: 8080\n    build:\n      args: {EXTRA: 'yes'}\n      max_image_mb: 200\n")
LABEL = "--label=org.opencontainers.image"


def built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str = COMPLETE, size: int = 200_000_000, **changes: Any
) -> Any:
    """The record of a build by a docker client of ours."""
    docker_command(tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    world = World(tmp_path, text)
    world.docker.images.add({"Id": BUILT, "Size": size, "RootFS": {"Layers": ["sha256:aa", "sha256:bb"]}})
    return build.run(world.context(**changes))


def words(tmp_path: Path) -> list[str]:
    return (tmp_path / "bin" / "arguments-build").read_text().splitlines()


def test_a_build_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = built(tmp_path, monkeypatch)
    assert record.image_id == BUILT
    assert (record.commit, record.tag, record.dirty) == (COMMIT, f"finrag:{COMMIT[:12]}", False)
    assert (record.size_bytes, record.layers) == (200_000_000, ["sha256:aa", "sha256:bb"])
    assert (record.built_layers, record.cached_layers) == (2, 3)
    assert (record.base_image, record.base_digest) == ("scratch", None)


def test_the_labels_are_the_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, monkeypatch)
    assert {word for word in words(tmp_path) if word.startswith("--label")} == {
        f"{LABEL}.source=",
        f"{LABEL}.revision={COMMIT}",
        f"{LABEL}.created=2026-11-20T14:00:00+00:00",
        f"{LABEL}.title=finrag",
    }


def test_uncommitted_changes_stand_in_the_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = replace(World(tmp_path).commit, dirty=True)
    assert built(tmp_path, monkeypatch, commit=commit).dirty
    assert f"{LABEL}.revision={COMMIT}-dirty" in words(tmp_path)


def test_the_stand_in_base_image_is_handed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, monkeypatch, LIMITED, base_image="goldgate-base:bookworm")
    arguments = {word for word in words(tmp_path) if word.startswith("--build-arg")}
    assert arguments >= {"--build-arg=BASE_IMAGE=goldgate-base:bookworm", "--build-arg=EXTRA=yes"}


STAGED = """ARG BASE_IMAGE=python:3.11-slim
ARG FLAVOUR="bookworm"
FROM ${BASE_IMAGE} AS dependencies
FROM --platform=linux/amd64 ${BASE_IMAGE}-$FLAVOUR AS code
FROM code
"""


@pytest.mark.parametrize(
    ("dockerfile", "arguments", "base"),
    [
        (STAGED, {}, "python:3.11-slim-bookworm"),
        (STAGED, {"BASE_IMAGE": "ours:1"}, "ours:1-bookworm"),
        ("FROM python:3.11@sha256:abc\n", {"BASE_IMAGE": "ours"}, "python:3.11@sha256:abc"),
        ("FROM ${UNSET}\n", {}, "${UNSET}"),
        ("", {}, None),
    ],
)
def test_the_base_is_that_of_the_last_stage(dockerfile: str, arguments: dict[str, str], base: str | None) -> None:
    assert build.base_of(dockerfile, arguments) == base


@pytest.mark.parametrize(
    ("attributes", "digest"),
    [({"Id": "sha256:11", "RepoDigests": ["base@sha256:22"]}, "sha256:22"), ({"Id": "sha256:11"}, "sha256:11")],
)
def test_the_digest_of_the_base_is_that_of_the_registry_else_its_id(
    tmp_path: Path, attributes: dict[str, Any], digest: str
) -> None:
    world = World(tmp_path)
    world.docker.images.add(attributes, "base:1")
    assert build.base_digest(world.context(), "base:1") == digest
    assert build.base_digest(world.context(), "base@sha256:33") == "sha256:33"
    assert build.base_digest(world.context(), "unknown:1") is None
    assert build.base_digest(world.context(), None) is None


def test_the_configurations_base_image_goes_before_the_stand_in(tmp_path: Path) -> None:
    world = World(tmp_path, changed("    port: 8080\n", "    port: 8080\n    build: {args: {BASE_IMAGE: ours}}\n"))
    context = world.context(base_image="goldgate-base:bookworm")
    assert build.build_arguments(context)["BASE_IMAGE"] == "ours"


def test_an_image_over_the_limit_names_the_line_of_the_limit(tmp_path: Path) -> None:
    world = World(tmp_path, LIMITED)
    line = LIMITED.splitlines().index("      max_image_mb: 200") + 1
    build.check_size(world.context(), image_record(size_bytes=200_000_000))
    with pytest.raises(UsageError, match=r"the image has 200\.0 MB; 200 MB are allowed\.") as caught:
        build.check_size(world.context(), image_record(size_bytes=200_000_001))
    assert caught.value.where == f"{tmp_path}/ml_config.yaml:{line}"


def test_without_a_limit_any_size_goes(tmp_path: Path) -> None:
    build.check_size(World(tmp_path).context(), image_record(size_bytes=10**12))


def test_the_stage_itself_refuses_an_image_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"250\.0 MB"):
        built(tmp_path, monkeypatch, LIMITED, size=250_000_000)


def test_without_docker_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="no docker command"):
        build.run(World(tmp_path).context())
