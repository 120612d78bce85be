from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from goldgate.eval.ask.http_subject import HttpSubject, retry_after
from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.errors import UsageError

NOW = datetime(2026, 11, 20, 14, 2, 12, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("value", "sent", "seconds"),
    [
        (None, None, None),
        ("", None, None),
        ("3", None, 3.0),
        ("0.5", None, 0.5),
        ("-1", None, 0.0),
        ("nan", None, None),
        ("soon", None, None),
        (date(30), date(0), 30.0),
        (date(-30), date(0), 0.0),
        (date(30), "no date", None),
    ],
)
def test_the_pause_is_a_number_or_a_date_counted_from_the_services_own(
    value: str | None, sent: str | None, seconds: float | None
) -> None:
    assert retry_after(value, sent, NOW - timedelta(days=3)) == seconds


def test_a_date_without_the_services_own_is_counted_from_here() -> None:
    assert retry_after(date(60), None, NOW) == 60.0


def test_the_identity_is_that_of_what_answers_and_of_the_request() -> None:
    mapping = RequestMapping(path="/query", headers={"Authorization": "secret"})
    base = HttpSubject("http://a", mapping).identity
    assert HttpSubject("http://a/", RequestMapping(path="query", headers={"Authorization": "other"})).identity != ""
    assert HttpSubject("http://a", RequestMapping(path="/query", headers={"Authorization": "other"})).identity == base
    assert (
        HttpSubject("http://a", RequestMapping(path="/query", headers={"Authorization": "x"}, timeout_seconds=1)).identity
        == base
    )
    assert HttpSubject("http://b", mapping).identity != base
    assert HttpSubject("http://a", RequestMapping(path="/query", answer="reply")).identity != base
    assert HttpSubject("http://a", mapping, digest="1").identity == HttpSubject("http://b", mapping, digest="1").identity
    assert HttpSubject("http://a", mapping).digest is None


@pytest.mark.parametrize("address", ["ftp://a", "http://", "https://[", "http://a:port", "a.test"])
def test_what_is_no_http_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no HTTP address"):
        HttpSubject(address, RequestMapping())


def test_a_header_with_a_line_break_is_refused_and_its_secret_not_shown() -> None:
    with pytest.raises(UsageError, match="the header 'Authorization' holds a line break") as caught:
        HttpSubject("http://a", RequestMapping(), {"Authorization": "hunter2\n"})
    assert "hunter2" not in str(caught.value)


def test_whether_it_is_alive_is_asked_of_who_started_it() -> None:
    assert HttpSubject("http://a", RequestMapping()).is_alive()
    assert not HttpSubject("http://a", RequestMapping(), is_alive=lambda: False).is_alive()
