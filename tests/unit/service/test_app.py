from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from service.app import Settings, create_app
from service.engine import Engine
from service.errors import LoadError, ModelError
from service.state import State
from tests.fakes import finrag
from tests.fakes.asgi import Client

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUESTION = {"question": "What was Acme's revenue in 2018?"}


@contextmanager
def serving(
    build: Callable[[], Engine], settings: Settings | None = None, *, wait: bool = True
) -> Iterator[tuple[Client, io.StringIO]]:
    """The application with its engine built (unless `wait` is off), and its log."""
    log, out = finrag.silent()
    state = State(build, log)
    with Client(create_app(state, settings or Settings(commit="abc1234"), log)) as client:
        if wait:
            state.wait(10)
        yield client, out


def events(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_question_is_answered(tmp_path: Path) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        answer = client.post("/query", json={**QUESTION, "top_k": 2})
    body = answer.json()
    assert answer.status_code == 200
    assert body["answer"] == "Acme Rockets Inc's revenue was $1,250 million in 2018."
    assert set(body) == {"answer", "contexts", "citations", "model", "usage", "cost_usd", "timings"}
    assert body["contexts"][0] == {"id": "1_2018_ITEM_7_0", "text": "Revenue was $1,250 million in 2018.", "score": 1.0}
    assert body["usage"]["input_tokens"] > 0
    assert {"entities_ms", "retrieval_ms", "answer_ms", "total_ms"} == set(body["timings"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "invalid"),
        ({"question": "   "}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"question": "x", "other": 1}, 422, "invalid"),
        ({"question": "x", "top_k": 0}, 422, "invalid"),
        ({"question": "x", "top_k": "many"}, 422, "invalid"),
        ({"question": "x" * 4001}, 422, "invalid"),
        ([], 422, "invalid"),
    ],
)
def test_bad_input_is_refused_in_json(tmp_path: Path, body: object, status: int, code: str) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        answer = client.post("/query", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("text", ['{"question": ', "\x00", "question=x", ""])
def test_what_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        answer = client.post("/query", content=text, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert "error" in answer.json()


def test_unknown_paths_and_methods(tmp_path: Path) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        assert client.get("/nope").status_code == 404
        assert client.get("/query").status_code == 405
        assert client.get("/nope").json()["error"]["message"] == "Not Found"


def test_a_body_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    settings = Settings(max_bytes=100)
    with serving(lambda: finrag.engine(tmp_path), settings) as (client, _):
        declared = client.post("/query", content=b"x" * 101)
        streamed = client.post("/query", content=iter([b"x" * 60, b"x" * 60]))
        wrong = client.post("/query", content=b"{}", headers={"content-length": "-1"})
        fits = client.post("/query", json={"question": "What was Acme's revenue in 2018?"})
    assert (declared.status_code, streamed.status_code, wrong.status_code, fits.status_code) == (413, 413, 413, 200)
    assert declared.json()["error"]["code"] == "too_large"


def test_the_key_is_asked_for_where_one_is_set(tmp_path: Path) -> None:
    with serving(lambda: finrag.engine(tmp_path), Settings(api_key="secret")) as (client, out):
        assert client.post("/query", json=QUESTION).status_code == 401
        assert client.post("/query", json=QUESTION, headers={"x-api-key": "wrong"}).status_code == 401
        assert client.post("/query", json=QUESTION, headers={"x-api-key": "secret"}).status_code == 200
        assert client.get("/version").status_code == 401
        assert client.get("/healthz").status_code == 200
    assert "secret" not in out.getvalue()
    assert [line["status"] for line in events(out) if line["event"] == "request"] == [401, 401, 200, 401, 200]


def test_while_it_loads_it_says_so(tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly() -> Engine:
        gate.wait(10)
        return finrag.engine(tmp_path)

    with serving(slowly, wait=False) as (client, _):
        health, query, version = client.get("/healthz"), client.post("/query", json=QUESTION), client.get("/version")
        gate.set()
    assert (health.status_code, health.json()) == (503, {"status": "loading"})
    assert (query.status_code, query.json()["error"]["code"]) == (503, "loading")
    assert version.json()["commit"] == "abc1234"


def test_health_tells_how_each_file_was_read(tmp_path: Path) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        body = client.get("/healthz").json()
    assert body["status"] == "ok"
    assert body["loader"]["name"] == "local"
    assert [read["file"] for read in body["loader"]["files"]] == [
        "sentences.parquet",
        "embeddings.parquet",
        "kpi_facts.parquet",
    ]
    assert all(read["ms"] >= 0 and read["path"] == "folder" for read in body["loader"]["files"])


def test_version_names_commit_data_and_models(tmp_path: Path) -> None:
    with serving(lambda: finrag.engine(tmp_path)) as (client, _):
        body = client.get("/version").json()
    assert body["commit"] == "abc1234"
    assert body["models"] == {"answer": "extractive", "embedding": "hash-64"}
    assert len(body["data"]["sentences.parquet"]["etag"]) == 32


def test_a_failed_load_is_one_line_and_tells_who_must_know() -> None:
    log, out = finrag.silent()
    told: list[bool] = []

    def build() -> Engine:
        msg = "the bucket does\nnot exist."
        raise LoadError(msg, where="s3://b/k")

    state = State(build, log, on_failure=lambda: told.append(True))
    state.start()
    state.wait(10)
    assert state.status == "failed"
    assert told == [True]
    assert [line["cause"] for line in events(out)] == ["s3://b/k: the bucket does not exist."]


def test_a_failed_load_shows_in_health() -> None:
    def build() -> Engine:
        msg = "boom"
        raise ValueError(msg)

    with serving(build) as (client, _):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failed", "cause": "ValueError: boom"})


def test_a_model_that_does_not_answer_is_a_bad_gateway(tmp_path: Path) -> None:
    class Mute(Engine):
        def ask(self, text: str, top_k: int | None = None) -> object:  # type: ignore[override]
            msg = "haiku did not answer."
            raise ModelError(msg)

    with serving(lambda: Mute(finrag.config(tmp_path), finrag.corpus(tmp_path), finrag.HashEmbedder())) as (client, out):
        answer = client.post("/query", json=QUESTION)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "model")
    assert any(line["event"] == "model_error" for line in events(out))


def test_a_bug_is_json_without_a_traceback(tmp_path: Path) -> None:
    class Broken(Engine):
        def ask(self, text: str, top_k: int | None = None) -> object:  # type: ignore[override]
            msg = "the secret inside"
            raise RuntimeError(msg)

    with serving(lambda: Broken(finrag.config(tmp_path), finrag.corpus(tmp_path), finrag.HashEmbedder())) as (client, out):
        answer = client.post("/query", json=QUESTION)
    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": "internal", "message": "RuntimeError; the log has the rest."}}
    assert [line["status"] for line in events(out) if line["event"] == "request"] == [500]
