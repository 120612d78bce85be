from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.checks.smoke import Answer, SmokeEvent, ask, judge, load_events, smoke_check
from goldgate.pipeline.engine import free_port
from goldgate.pipeline.errors import OutsideError, UsageError
from tests.fakes.small_server import serving

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, name: str, data: Any) -> None:
    (folder / name).write_text(data if isinstance(data, str) else json.dumps(data))


def test_events_are_read_in_order_of_name(tmp_path: Path) -> None:
    write(tmp_path, "20-long.json", {"name": "a long text", "request": {"path": "/query", "text": "ab", "repeat": 3}})
    write(tmp_path, "10-good.json", {"request": {"path": "/query", "json": {"q": "ü"}}, "expect": {"keys": ["answer"]}})
    request = {"path": "/x", "method": "GET", "headers": {"x-api-key": "wrong"}}
    write(tmp_path, "30-key.json", {"request": request, "expect": {"status": [401, 403]}})
    write(tmp_path, "40-bad.json", {"request": {"path": "/query", "json": None}, "expect": {"status": 422}})
    assert load_events(tmp_path) == [
        SmokeEvent(name="10-good", path="/query", body=json.dumps({"q": "ü"}).encode(), keys=("answer",)),
        SmokeEvent(name="a long text", path="/query", body=b"ababab"),
        SmokeEvent(name="30-key", path="/x", method="GET", headers={"x-api-key": "wrong"}, status=(401, 403)),
        SmokeEvent(name="40-bad", path="/query", body=b"null", status=(422,)),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("{half", "JSONDecodeError"),
        ([], "TypeError"),
        ({"name": "x"}, "KeyError 'request'"),
        ({"request": {}}, "KeyError 'path'"),
        ({"request": {"path": "/x"}, "expect": {"status": "two hundred"}}, "ValueError"),
        ({"request": {"path": "/x"}, "expect": [200]}, "AttributeError"),
        ({"request": {"path": "/x"}, "expect": {"keys": "answer"}}, "expect.keys is a list, not 'answer'"),
        ({"request": {"path": "/x", "text": "a", "repeat": "often"}}, "ValueError"),
    ],
)
def test_a_file_that_is_no_event_is_named(tmp_path: Path, data: Any, words: str) -> None:
    write(tmp_path, "10.json", data)
    with pytest.raises(UsageError, match="is no smoke event") as caught:
        load_events(tmp_path)
    assert words in caught.value.what
    assert caught.value.where == str(tmp_path / "10.json")


@pytest.mark.parametrize("there", [True, False])
def test_a_folder_without_events_is_said(tmp_path: Path, *, there: bool) -> None:
    folder = tmp_path if there else tmp_path / "absent"
    with pytest.raises(UsageError, match="holds no smoke events") as caught:
        load_events(folder)
    assert caught.value.where == str(folder)


EVENT = SmokeEvent(name="x", path="/query", keys=("answer", "contexts.id", "usage.input_tokens"))
WHOLE = b'{"answer": null, "contexts": [{"id": "a"}], "usage": {"input_tokens": 0}}'


@pytest.mark.parametrize(
    ("event", "status", "body", "ok", "detail"),
    [
        (EVENT, 200, WHOLE, True, "200, 3 keys"),
        (EVENT, 200, b'{"answer": 1, "contexts": [], "usage": 5}', False, "the answer lacks contexts.id, usage.input_tokens"),
        (EVENT, 200, b"[]", False, "the answer lacks answer, contexts.id, usage.input_tokens"),
        (EVENT, 200, b"<html>", False, "answered text/html, not JSON: <html>"),
        (EVENT, 500, b"boom", False, "answered 500, not 200: boom"),
        (SmokeEvent(name="x", path="/", status=(401, 403)), 200, b"", False, "answered 200, not 401 or 403: "),
        (SmokeEvent(name="x", path="/", status=(422,)), 422, b"not json", True, "422"),
        (
            SmokeEvent(name="x", path="/", status=(500,)),
            500,
            b"Traceback (most recent call last):",
            False,
            "answered 500 with a traceback",
        ),
    ],
)
def test_an_answer_is_held_to_the_event(event: SmokeEvent, status: int, body: bytes, *, ok: bool, detail: str) -> None:
    assert judge(event, Answer(status=status, content_type="text/html", body=body)) == (ok, detail)


def test_an_event_is_sent_as_it_says() -> None:
    seen: list[tuple[str, str, bytes]] = []

    def answer(*request: Any) -> tuple[int, Any]:
        seen.append(request)
        return 200, {"answer": "yes"}

    with serving(answer) as url:
        check = smoke_check(url, SmokeEvent(name="good", path="/query?x=1", body=b'{"q": 1}', keys=("answer",)))
    assert (check.name, check.ok, check.detail) == ("smoke: good", True, "200, 1 key")
    assert seen == [("POST", "/query?x=1", b'{"q": 1}')]


def test_no_answer_is_a_check_that_does_not_hold() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(OutsideError, match=r"^GET /healthz got no answer: .*refused"):
        ask(url, SmokeEvent(name="x", path="/healthz", method="GET"))
    check = smoke_check(url, SmokeEvent(name="x", path="/healthz", method="GET"))
    assert not check.ok
    assert "got no answer" in check.detail
