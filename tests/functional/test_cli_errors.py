"""Expected failures as people see them: one paragraph, the right exit code, no traceback, nothing half-written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.cli import left_at_an_interrupt, parser
from goldgate.pipeline.engine import free_port
from tests.fakes.command_line import ROOT, Done, call, run
from tests.fakes.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

TINY = ROOT / "tests" / "projects" / "tiny"
NEED_ENGINE = ["run", "build", "test", "evaluate", "push", "check"]
BROKEN = """\
version: 1
project: tiny
retreival: {top_k: 5}
services:
  tiny:
    request: {path: /query, body: {question: "{{ input }}"}, answer: answer}
    gold_sets: [gold.jsonl]
    gates:
      - {metric: answer.exact_match, min: 0.9}
    deploy:
      cluster: tiny
      cpu: 256
      memory: 30720
environments:
  local: {aws: {endpoint: emulator}}
"""
LINES = [
    'ml_config.yaml:3: unknown key "retreival" in the top level; did you mean "retrieval"?',
    "ml_config.yaml:13: cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the rehearsals as a checkout of its own."""
    folder = tmp_path / "tiny"
    shutil.copytree(TINY, folder)
    Repository(folder).commit()
    return folder


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if ".git/" not in f"{path}/"}


def without_traceback(done: Done) -> Done:
    assert "Traceback" not in done.err + done.out
    return done


def test_faults_of_the_configuration_are_all_said_at_once(project: Path) -> None:
    (project / "ml_config.yaml").write_text(BROKEN)
    done = without_traceback(run("check", cwd=project))
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [*LINES, "2 errors. Keys: docs/config.md"]


def broken(project: Path) -> None:
    text = (TINY / "ml_config.yaml").read_text()
    assert text.count("memory: 512") == 1
    (project / "ml_config.yaml").write_text(text.replace("memory: 512", "memory: 30720").replace("gold_sets:", "gold_set:"))


def test_the_exact_lines_on_standard_error(project: Path) -> None:
    broken(project)
    done = without_traceback(run("check", cwd=project))
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        'ml_config.yaml:4: services.tiny lacks the key "gold_sets".',
        'ml_config.yaml:8: unknown key "gold_set" in services.tiny; did you mean "gold_sets"?',
        "ml_config.yaml:16: cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.",
        "3 errors. Keys: docs/config.md",
    ]


def test_the_same_parts_as_json_on_standard_output(project: Path) -> None:
    broken(project)
    done = call("check", "--json", cwd=project)
    assert (done.code, done.err) == (2, "")
    assert (done.data["error"], done.data["exit_code"], done.data["next"]) == ("Problems", 2, "Keys: docs/config.md")
    assert [(fault["file"], fault["line"]) for fault in done.data["problems"]] == [
        ("ml_config.yaml", 4),
        ("ml_config.yaml", 8),
        ("ml_config.yaml", 16),
    ]


@pytest.mark.parametrize("json", [True, False])
def test_in_a_workflow_each_fault_is_an_annotation_too(project: Path, *, json: bool) -> None:
    broken(project)
    done = call("check", *(["--json"] if json else []), cwd=project, GITHUB_ACTIONS="true")
    lines = [line for line in (done.err if json else done.out).splitlines() if line.startswith("::")]
    assert lines == [
        '::error file=ml_config.yaml,line=4,title=goldgate::services.tiny lacks the key "gold_sets".',
        '::error file=ml_config.yaml,line=8,title=goldgate::unknown key "gold_set" in services.tiny; did you mean "gold_sets"?',
        "::error file=ml_config.yaml,line=16,title=goldgate::cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.",
    ]
    if json:
        assert len(done.data["problems"]) == 3


def test_outside_of_a_workflow_there_is_no_annotation(project: Path) -> None:
    broken(project)
    done = call("check", cwd=project)
    assert "::error" not in done.out + done.err


@pytest.mark.parametrize("command", NEED_ENGINE)
def test_without_an_engine_the_socket_is_named(project: Path, command: str) -> None:
    before = files(project)
    done = without_traceback(run(command, cwd=project, DOCKER_HOST=f"unix://{project}/docker.sock"))
    assert done.code == 3
    assert done.err == (
        f"unix://{project}/docker.sock: no Docker engine answers. "
        "Start Docker, or call `goldgate local up`, which starts one.\n"
    )
    assert files(project) == before


def test_without_an_engine_as_json(project: Path) -> None:
    done = run("build", "--json", cwd=project)
    assert (done.code, done.err) == (3, "")
    assert done.data == {
        "error": "OutsideError",
        "what": "no Docker engine answers.",
        "where": "unix:///nowhere/docker.sock",
        "next": "Start Docker, or call `goldgate local up`, which starts one.",
        "exit_code": 3,
    }


def test_in_a_workflow_a_fault_without_a_line_keeps_its_place(project: Path) -> None:
    done = run("build", cwd=project, GITHUB_ACTIONS="true")
    assert done.out.startswith("::error title=goldgate::unix:///nowhere/docker.sock: no Docker engine answers.")


def test_status_of_the_local_aws_needs_nothing(project: Path) -> None:
    done = run("local", "status", cwd=project, GOLDGATE_LOCAL_PORT=str(free_port()))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == ["  engine      none answers", "  base image  none yet", "  local AWS   down"]


def test_ending_what_was_never_started_says_so(project: Path) -> None:
    done = run("local", "down", cwd=project, GOLDGATE_LOCAL_PORT=str(free_port()))
    assert (done.code, done.err) == (0, "")
    assert done.out == "  local       nothing of goldgate's was running\n"


@pytest.mark.parametrize("command", ["run", "build"])
def test_outside_of_a_repository_it_says_so(tmp_path: Path, command: str) -> None:
    shutil.copytree(TINY, tmp_path / "tiny")
    done = without_traceback(call(command, cwd=tmp_path / "tiny"))
    assert done.code == 2
    assert "is in no git repository with a commit" in done.err
    assert "git init" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "--config", "absent.yaml"], "absent.yaml"),
        (["check", "--env", "staging"], '"staging"'),
        (["check", "--set", "services.tiny.deploy.memroy=1024"], "memroy"),
        (["check", "--set", "nonsense"], "nonsense"),
        (["build", "--service", "tinny"], 'there is no service "tinny"; did you mean "tiny"?'),
        (["report"], "there is no run 'latest'"),
        (["report", "--run", "20260101-000000-aaaaaaa"], "there is no run '20260101-000000-aaaaaaa'"),
    ],
)
def test_a_wrong_name_is_said(project: Path, words: list[str], told: str) -> None:
    before = files(project)
    done = without_traceback(call(*words, cwd=project))
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert files(project) == before


def test_a_record_that_a_report_needs_is_read_without_engine_or_aws(project: Path) -> None:
    folder = project / "runs" / "20260101-000000-aaaaaaa" / "tiny"
    folder.mkdir(parents=True)
    (folder / "image.json").write_text('{"format": 9}')
    done = without_traceback(call("report", "--run", "20260101-000000-aaaaaaa", cwd=project))
    assert done.code == 2
    assert "record format 9 is not 1" in done.err
    assert not (folder / "report").exists()


def test_a_run_without_records_still_gets_its_report(project: Path) -> None:
    folder = project / "runs" / "20260101-000000-aaaaaaa" / "tiny"
    folder.mkdir(parents=True)
    done = without_traceback(call("report", "--run", "20260101-000000-aaaaaaa", "--json", cwd=project))
    assert (done.code, done.data["run"]) == (0, "runs/20260101-000000-aaaaaaa")
    assert "not reached" in (project / done.data["report"]).read_text()


def test_a_reader_that_leaves_early_gets_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text('{"id": "a", "input": "Q", "expected": {"answer": "x"}}\n')
    words = f"{sys.executable} -m goldgate.pipeline.cli gold hash {tmp_path}/g.jsonl | true"
    done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_with_130_and_without_a_traceback(tmp_path: Path, number: signal.Signals) -> None:
    """It waits for a gold set that nobody writes; opening the other end tells that it does."""
    pipe = tmp_path / "gold.jsonl"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "goldgate.pipeline.cli", "gold", "lint", str(pipe)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process, pipe.open("w"):
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.strip() == "interrupted: nothing was written"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        (["run"], "a release that had begun goes on by itself"),
        (["evaluate"], "a release that had begun goes on by itself"),
        (["evaluate", "--gold", "g", "--url", "u", "--out", "runs/x"], "the journal in runs/x keeps what was answered"),
        (["evaluate", "--gold", "g", "--url", "u"], "nothing is kept"),
        (["score", "--gold", "g", "--responses", "r"], "nothing was written"),
    ],
)
def test_an_interrupt_says_what_it_leaves(words: list[str], left: str) -> None:
    assert left in left_at_an_interrupt(parser().parse_args(words))
