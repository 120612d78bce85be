"""What goes wrong outside: one paragraph saying what, where and what next, the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.engine import RUN_LABEL, Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .project import Project

pytestmark = pytest.mark.engine


@pytest.fixture
def faults(live: Project) -> Iterator[Any]:
    """Makes the local AWS refuse: `faults(kind=..., operation=...)`."""
    address = f"http://127.0.0.1:{live.port}/_goldgate/faults"

    def inject(**rule: Any) -> None:
        request = urllib.request.Request(address, data=json.dumps(rule).encode(), method="POST")
        urllib.request.urlopen(request, timeout=5).close()

    yield inject
    urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=5).close()


def nothing_left(project: Project) -> None:
    """No container of goldgate's own, no temporary file, every record whole."""
    mine = Engine.connect().client.containers.list(all=True, filters={"label": RUN_LABEL})
    assert [c.name for c in mine if "tiny" in c.name] == []
    for path in (project.path / "runs").rglob("*"):
        assert not path.name.startswith("."), path
        if path.suffix == ".json":
            json.loads(path.read_text())


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("html", ["text/html", "<html>Bad gateway</html>"]),
        ("slow", ["within 3 s"]),
        ("dies", ["exited"]),
    ],
)
def test_a_service_that_gives_nothing_usable_is_no_wrong_answer(live: Project, fault: str, words: list[str]) -> None:
    live.behave(version=9, fails=fault)
    started = time.monotonic()
    done = live.goldgate("run")
    assert done.returncode == 3, done.stdout + done.stderr
    assert time.monotonic() - started < 60
    for word in words:
        assert word in done.stderr
    assert not live.has_record("evaluation")
    assert (live.path / "runs" / "latest" / "tiny" / "journal.jsonl").is_file()
    assert json.loads((live.path / "runs" / "latest" / "run.json").read_text())["status"] == "failed"
    nothing_left(live)


def test_a_missing_bucket_is_named(live: Project) -> None:
    done = live.goldgate("run", "--set", "services.tiny.publish.bucket=no-such-bucket-here")
    assert done.returncode == 3, done.stderr
    assert "no-such-bucket-here" in done.stderr
    nothing_left(live)


def test_a_missing_permission_is_named_with_who_lacks_it(live: Project, faults: Any) -> None:
    faults(kind="access_denied", service="s3", operation="GetObject", key="*current.json")
    done = live.goldgate("run")
    assert done.returncode == 3, done.stderr
    for word in ("AccessDenied", "s3:GetObject", "current.json", "arn:aws:"):
        assert word in done.stderr
    nothing_left(live)


def test_a_report_that_cannot_be_uploaded_changes_nothing_about_the_release(live: Project, faults: Any) -> None:
    faults(kind="access_denied", service="s3", operation="PutObject", key="*site/*")
    live.behave(version=1, note="the same service again")
    done = live.goldgate("run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not uploaded" in done.stdout
    live.git("tag", "-f", "v1")


def test_an_unreachable_aws_is_named(live: Project) -> None:
    done = live.goldgate("status", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "http://127.0.0.1:9" in done.stderr
    assert "goldgate local" in done.stderr


def test_an_account_that_is_not_the_configured_one_is_refused(live: Project) -> None:
    done = live.goldgate("run", "--set", 'aws.account_id="999999999999"')
    assert done.returncode == 6, done.stderr
    assert "999999999999" in done.stderr


def test_an_interrupt_leaves_no_container_and_no_half_record(live: Project) -> None:
    live.behave(version=9, fails="slow")
    before = live.run_ids()
    process = subprocess.Popen(
        [sys.executable, "-m", "goldgate.pipeline.cli", "run"],
        cwd=live.path,
        env=live.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    engine, deadline = Engine.connect(), time.monotonic() + 60
    while time.monotonic() < deadline:
        names = [c.name for c in engine.client.containers.list(filters={"label": RUN_LABEL})]
        if any("evaluate" in name for name in names):
            break
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "interrupted" in err
    assert "Traceback" not in err
    new = [run for run in live.run_ids() if run not in before]
    assert json.loads((live.path / "runs" / new[0] / "run.json").read_text())["status"] == "interrupted"
    nothing_left(live)


def test_two_runs_at_once_are_refused(live: Project) -> None:
    import fcntl

    lock = live.path / ".goldgate" / "tiny-local.lock"
    with lock.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = live.goldgate("run")
    assert done.returncode == 6, done.stderr
    assert "another goldgate" in done.stderr
