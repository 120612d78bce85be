from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.builder import Built, DockerCommand, build, find_docker_command, shortened
from goldgate.pipeline.errors import OutsideError, UsageError
from tests.fakes.docker_command import BUILT, docker_command

if TYPE_CHECKING:
    from pathlib import Path

BASE_PATH = "/usr/bin:/bin"


def test_a_client_with_buildx_builds_with_it(tmp_path: Path) -> None:
    program = docker_command(tmp_path / "a", version="28.3.0", buildx=True)
    words = (str(program), "buildx", "build", "--load", "--provenance=false", "--sbom=false")
    assert find_docker_command(str(tmp_path / "a")) == DockerCommand(words=words, buildx=True)


@pytest.mark.parametrize("version", ["18.09.1", "20.10.24+dfsg1", "22.06.0"])
def test_an_old_client_builds_with_buildkit_by_itself(tmp_path: Path, version: str) -> None:
    program = docker_command(tmp_path / "a", version=version)
    assert find_docker_command(str(tmp_path / "a")) == DockerCommand(words=(str(program), "build"), buildx=False)


@pytest.mark.parametrize("version", ["17.12.0", "23.0.0", "28.3.0", "unknown"])
def test_a_client_that_cannot_build_with_buildkit_is_said(tmp_path: Path, version: str) -> None:
    program = docker_command(tmp_path / "a", version=version)
    with pytest.raises(OutsideError, match=rf"{program} cannot build with BuildKit") as caught:
        find_docker_command(str(tmp_path / "a"))
    assert caught.value.exit_code == 3
    assert "docker-buildx" in str(caught.value.next_step)


def test_the_next_client_on_the_path_is_tried(tmp_path: Path) -> None:
    docker_command(tmp_path / "new", version="28.3.0")
    old = docker_command(tmp_path / "old")
    path = os.pathsep.join([str(tmp_path / "none"), str(tmp_path / "new"), str(tmp_path / "old")])
    assert find_docker_command(path).words[0] == str(old)


def test_all_clients_that_cannot_build_are_named(tmp_path: Path) -> None:
    first, second = (docker_command(tmp_path / name, version="28.3.0") for name in "ab")
    with pytest.raises(OutsideError) as caught:
        find_docker_command(f"{tmp_path / 'a'}:{tmp_path / 'b'}:{tmp_path / 'a'}")
    assert caught.value.what.startswith(f"{first}, {second} cannot build")


def test_no_client_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="no docker command is on PATH"):
        find_docker_command(str(tmp_path))


def the_build(tmp_path: Path, told: list[str] | None = None, **changes: Any) -> Built:
    """A build by the client of `tmp_path/bin`."""
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    handed: dict[str, Any] = {
        "command": DockerCommand(words=(str(tmp_path / "bin" / "docker"), "build"), buildx=False),
        "context": tmp_path,
        "dockerfile": tmp_path / "Dockerfile",
        "platform": "linux/amd64",
        "tag": "finrag:9f31c2e",
        "arguments": {"BASE_IMAGE": "goldgate-base:bookworm"},
        "labels": {"org.opencontainers.image.source": "https://example.org/a b"},
        "iid_file": tmp_path / "state" / "iid",
        "on_step": (told if told is not None else []).append,
        "environment": {"PATH": BASE_PATH},
    }
    return build(**{**handed, **changes})


def test_a_build_counts_its_steps_and_tells_them(tmp_path: Path) -> None:
    docker_command(tmp_path / "bin")
    told: list[str] = []
    assert the_build(tmp_path, told) == Built(image_id=BUILT, built_steps=2, cached_steps=3)
    assert told == [
        "[build 1/2] FROM docker.io/library/python:3.11-slim-bookworm",
        "[build 2/2] RUN pip install --require-hashes -r requirements.txt",
        "[stage-1 2/4] RUN useradd --uid 10001 app",
        "[stage-1 3/4] COPY service ./service",
        "[stage-1 4/4] COPY ml_config.yaml .",
    ]
    assert not (tmp_path / "state" / "iid").exists()


def test_the_client_is_handed_all_of_it(tmp_path: Path) -> None:
    docker_command(tmp_path / "bin")
    the_build(tmp_path)
    words = (tmp_path / "bin" / "arguments-build").read_text().splitlines()
    assert words[0] == "build"
    assert words[-1] == str(tmp_path)
    assert set(words[1:-1]) == {
        "--progress=plain",
        "--platform=linux/amd64",
        "--network=host",
        f"--file={tmp_path / 'Dockerfile'}",
        "--tag=finrag:9f31c2e",
        f"--iidfile={tmp_path / 'state' / 'iid'}",
        "--build-arg=BASE_IMAGE=goldgate-base:bookworm",
        "--label=org.opencontainers.image.source=https://example.org/a b",
    }
    assert "DOCKER_BUILDKIT=1" in (tmp_path / "bin" / "environment").read_text().splitlines()


@pytest.mark.parametrize(
    ("variables", "secret"),
    [
        ({}, None),
        ({"SSL_CERT_FILE": "/etc/ca.pem"}, "/etc/ca.pem"),
        ({"SSL_CERT_FILE": "/etc/ca.pem", "PIP_CERT": "/etc/pip.pem", "REQUESTS_CA_BUNDLE": ""}, "/etc/pip.pem"),
    ],
)
def test_the_ca_bundle_of_this_machine_is_a_build_secret(tmp_path: Path, variables: dict[str, str], secret: str | None) -> None:
    docker_command(tmp_path / "bin")
    the_build(tmp_path, environment={"PATH": BASE_PATH, **variables})
    words = (tmp_path / "bin" / "arguments-build").read_text().splitlines()
    found = [word for word in words if word.startswith("--secret")]
    assert found == ([f"--secret=id=pip_cert,src={secret}"] if secret else [])


def test_a_failed_build_ends_with_its_last_lines(tmp_path: Path) -> None:
    output = "\n".join(f"#5 0.{n:03} line {n}" for n in range(30))
    docker_command(tmp_path / "bin", code=1, progress=f"#5 [2/4] RUN false\n{output}\n\nERROR: exit code: 1\n")
    with pytest.raises(OutsideError) as caught:
        the_build(tmp_path)
    lines = caught.value.what.splitlines()
    assert lines[0] == "the image did not build. The last that it said:"
    assert lines[-1] == "  ERROR: exit code: 1"
    assert len(lines) == 16
    assert caught.value.where == str(tmp_path / "Dockerfile")


@pytest.mark.parametrize("part", ["dockerfile", "context"])
def test_what_is_not_there_is_said_before_anything_runs(tmp_path: Path, part: str) -> None:
    docker_command(tmp_path / "bin")
    with pytest.raises(UsageError, match="nothing here to build") as caught:
        the_build(tmp_path, None, **{part: tmp_path / "absent"})
    assert caught.value.where == str(tmp_path / "absent")
    assert not (tmp_path / "bin" / "arguments-build").exists()


def test_an_interrupt_ends_the_client(tmp_path: Path) -> None:
    program = docker_command(tmp_path / "bin")
    program.write_text("#!/bin/sh\necho '#4 [1/1] FROM scratch'\nexec sleep 60\n")

    def interrupt(_step: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        the_build(tmp_path, on_step=interrupt)


def test_a_long_step_is_shown_on_one_short_line() -> None:
    shown = shortened("[2/5] RUN one &&     two \\\n    && " + "x" * 200)
    assert shown.startswith("[2/5] RUN one && two \\ && xxx")
    assert (len(shown), shown[-4:]) == (90, " ...")
    assert shortened("[1/5] COPY  a b") == "[1/5] COPY a b"
