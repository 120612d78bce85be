"""`python -m service` as a process of its own: starts, answers, stops, and fails in one line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from service.embedding.fit import fit
from tests.fakes import finrag

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCAL = finrag.CONFIG.replace(
    'embedding: {provider: bedrock, model_id: "cohere.embed-v4:0", dimensions: 64}',
    "embedding: {provider: local, dimensions: 64}",
)


def prepare(folder: Path) -> None:
    """The collection with a fitted local model."""
    finrag.write_files(folder)
    model, vectors = fit(finrag.sentences()["text"].to_list(), finrag.DIMENSIONS)
    finrag.embeddings().with_columns(embedding=vectors).write_parquet(folder / "embeddings.parquet")
    with (folder / "embedding_model.npz").open("wb") as out:
        model.save(out)
    finrag.config(folder, LOCAL)


@contextmanager
def started(folder: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"PATH": os.environ["PATH"], "ML_CONFIG": str(folder / "ml_config.yaml"), "PORT": str(port), **env}
    process = subprocess.Popen(
        [sys.executable, "-m", "service"], env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.communicate()


def ask(port: int, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        text = None if body is None else json.dumps(body)
        connection.request("POST" if text else "GET", path, text, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def healthy(process: subprocess.Popen[str], port: int, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the service ended with {process.returncode}: {process.communicate()[0]}")
        try:
            if ask(port, "/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    pytest.fail("the service did not become healthy")


def test_it_answers_many_at_once_and_stops_on_sigterm(tmp_path: Path) -> None:
    prepare(tmp_path)
    with started(tmp_path, FINRAG_COMMIT="abc1234") as (process, port):
        healthy(process, port)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: ask(port, "/query", {"question": "What was Acme's revenue in 2018?"}), range(40)))
        version = ask(port, "/version")[1]
        begin = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert {status for status, _ in found} == {200}
    assert {body["answer"] for _, body in found} == {"Acme Rockets Inc's revenue was $1,250 million in 2018."}
    assert version["commit"] == "abc1234"
    assert process.returncode == 0
    assert time.monotonic() - begin < 10
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["event"] for line in lines][:1] == ["starting"]
    assert [line["event"] for line in lines][-1:] == ["stopped"]
    assert sum(line["event"] == "request" and line["path"] == "/query" for line in lines) == 40


def test_data_that_cannot_be_loaded_ends_the_process_in_one_line(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "kpi_facts.parquet").unlink()
    with started(tmp_path) as (process, _):
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    failures = [json.loads(line) for line in out.splitlines() if "load_failed" in line]
    assert len(failures) == 1
    assert "kpi_facts.parquet: the file cannot be read" in failures[0]["cause"]
    assert "Traceback" not in out


@pytest.mark.parametrize(
    ("text", "env", "said"), [("data: {}\n", {}, "data.bucket is missing"), (LOCAL, {"PORT": "many"}, "it must be a number")]
)
def test_a_wrong_configuration_ends_it_before_it_starts(tmp_path: Path, text: str, env: dict[str, str], said: str) -> None:
    (tmp_path / "ml_config.yaml").write_text(text.replace("FOLDER", str(tmp_path)), encoding="utf-8")
    with started(tmp_path, **env) as (process, _):
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said in out
    assert len(out.splitlines()) == 1


def test_a_port_that_is_taken_ends_it(tmp_path: Path) -> None:
    prepare(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(tmp_path, PORT=str(taken.getsockname()[1])) as (process, _):
            process.communicate(timeout=60)
    assert process.returncode == 3


def test_the_image_asks_itself_whether_it_is_healthy(tmp_path: Path) -> None:
    prepare(tmp_path)
    with started(tmp_path) as (process, port):
        healthy(process, port)
        env = {"PATH": os.environ["PATH"], "PORT": str(port)}
        assert subprocess.run([sys.executable, "-m", "service.healthcheck"], env=env, timeout=30).returncode == 0
    assert subprocess.run([sys.executable, "-m", "service.healthcheck"], env=env, timeout=30).returncode == 1
