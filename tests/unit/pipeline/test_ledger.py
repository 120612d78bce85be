from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline.errors import OutsideError, Refused
from goldgate.pipeline.ledger import Ledger, Release
from tests.fakes.s3 import FakeS3

if TYPE_CHECKING:
    from pathlib import Path

POINTER = "goldgate/releases/finrag/production/current.json"


def release(number: int, **fields: Any) -> Release:
    """The release of the day `number`."""
    told: dict[str, Any] = {
        "service": "finrag",
        "environment": "production",
        "run_id": f"202611{number:02}-120000-abcdef{number}",
        "commit": f"{number:040x}",
        "image_id": f"sha256:{number:064x}",
        "digest": f"sha256:{number + 100:064x}",
        "reference": f"finrag@sha256:{number + 100:064x}",
        "evaluation": "records/x.json",
        "cases": None,
        "gold_sha": "abc",
        "verdict": "pass",
        "released_at": f"2026-11-{number:02}T12:00:00+00:00",
        "task_definition": f"finrag:{number}",
    }
    return Release(**{**told, **fields})


@pytest.fixture
def s3() -> FakeS3:
    return FakeS3("reports")


@pytest.fixture
def ledger(s3: FakeS3) -> Ledger:
    return Ledger(s3, "reports", "goldgate/", service="finrag", environment="production", who=lambda: "arn:aws:iam::1:user/u")


def publish(ledger: Ledger, *numbers: int) -> list[Release]:
    """Release those days one after another."""
    done: list[Release] = []
    for number in numbers:
        done.append(ledger.publish_release(release(number), done[-1].etag if done else None))
    return done


def test_nothing_was_released_yet(ledger: Ledger) -> None:
    assert ledger.current() is None
    assert ledger.history() == []


def test_what_is_published_is_current_with_its_etag(ledger: Ledger) -> None:
    published = ledger.publish_release(release(1), None)
    current = ledger.current()
    assert current == release(1)
    assert current is not None
    assert current.etag == published.etag
    assert published.etag is not None


def test_history_is_newest_first_and_limited(ledger: Ledger) -> None:
    publish(ledger, 1, 2, 3, 4, 5)
    assert [entry.run_id for entry in ledger.history(3)] == [release(n).run_id for n in (5, 4, 3)]
    assert len(ledger.history()) == 5


def test_the_layout_is_the_one_of_the_design(ledger: Ledger, s3: FakeS3) -> None:
    publish(ledger, 1)
    stamp = "20261101T1200000000"
    assert sorted(s3.buckets["reports"]) == [
        POINTER,
        f"goldgate/releases/finrag/production/history/{stamp}-{release(1).digest[7:19]}.json",
    ]
    assert json.loads(s3.buckets["reports"][POINTER])["format"] == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_lost_race_is_refused_and_names_the_winner(ledger: Ledger, s3: FakeS3, *, first: bool) -> None:
    seen = None if first else publish(ledger, 1)[0].etag

    def go_first(key: str) -> None:
        if key == POINTER:
            s3.before_put = lambda _: None
            ledger.publish_release(release(7), seen)

    s3.before_put = go_first
    with pytest.raises(Refused) as caught:
        ledger.publish_release(release(8), seen)
    assert caught.value.exit_code == 6
    assert f"{release(7).digest[7:19]} of commit" in caught.value.what
    assert ledger.current() == release(7)
    assert release(8) not in ledger.history()


def test_a_stale_etag_is_refused(ledger: Ledger) -> None:
    first, _ = publish(ledger, 1, 2)
    with pytest.raises(Refused, match="went first"):
        ledger.publish_release(release(3), first.etag)


def test_a_repeated_write_of_the_same_release_is_no_lost_race(ledger: Ledger, s3: FakeS3) -> None:
    """A retry inside boto3 after a lost answer meets its own first write."""
    publish(ledger, 1)
    again = ledger.publish_release(release(1), None)
    assert again.etag is not None
    assert len(ledger.history()) == 1


def test_a_crash_between_pointer_and_history_loses_nothing(ledger: Ledger, s3: FakeS3) -> None:
    first = publish(ledger, 1)[0]
    for key in [key for key in s3.buckets["reports"] if "/history/" in key]:
        del s3.buckets["reports"][key]
    assert ledger.history() == [first]
    ledger.publish_release(release(2), first.etag)
    assert ledger.history() == [release(2), release(1)]


def test_records_lie_under_the_hash_of_their_content(ledger: Ledger, s3: FakeS3) -> None:
    key = ledger.put_record({"b": 1, "a": "ü"})
    assert key == ledger.put_record({"a": "ü", "b": 1})
    assert ledger.get_record(key) == {"a": "ü", "b": 1}
    content = s3.buckets["reports"][f"goldgate/{key}"]
    assert key == f"records/{hashlib.sha256(content).hexdigest()}.json"
    assert len(s3.puts) == 1


def test_a_record_that_was_changed_is_noticed(ledger: Ledger, s3: FakeS3) -> None:
    key = ledger.put_record({"verdict": "fail"})
    s3.buckets["reports"][f"goldgate/{key}"] = b'{"verdict":"pass"}'
    with pytest.raises(OutsideError, match="not the one in its name"):
        ledger.get_record(key)


def test_a_record_that_is_gone_is_said(ledger: Ledger) -> None:
    with pytest.raises(OutsideError, match="does not hold it"):
        ledger.get_record("records/0.json")


def test_cases_go_up_once_and_come_down_whole(ledger: Ledger, s3: FakeS3, tmp_path: Path) -> None:
    rows = tmp_path / "cases.parquet"
    rows.write_bytes(b"PAR1" * 1000)
    key = ledger.upload_cases(rows)
    assert ledger.upload_cases(rows) == key
    assert len(s3.puts) == 1
    target = tmp_path / "down" / "cases.parquet"
    assert ledger.download_cases(release(1, cases=key), target) == target
    assert target.read_bytes() == rows.read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_wrong_cases_leave_no_file(ledger: Ledger, s3: FakeS3, tmp_path: Path) -> None:
    rows = tmp_path / "cases.parquet"
    rows.write_bytes(b"PAR1")
    key = ledger.upload_cases(rows)
    s3.buckets["reports"][f"goldgate/{key}"] = b"other"
    with pytest.raises(OutsideError, match="not the one in its name"):
        ledger.download_cases(release(1, cases=key), tmp_path / "down" / "x.parquet")
    assert list((tmp_path / "down").iterdir()) == []


def test_a_release_without_cases_has_none_to_download(ledger: Ledger, tmp_path: Path) -> None:
    assert ledger.download_cases(release(1), tmp_path / "x") is None


def test_a_missing_bucket_is_said(s3: FakeS3) -> None:
    elsewhere = Ledger(s3, "nowhere", "goldgate", service="finrag", environment="production")
    for act in (elsewhere.current, elsewhere.history, lambda: elsewhere.put_record({})):
        with pytest.raises(OutsideError, match="there is no such bucket") as caught:
            act()
        assert str(caught.value.where).startswith("s3://nowhere/goldgate/")


def test_a_denied_read_names_key_permission_and_caller(ledger: Ledger, s3: FakeS3) -> None:
    s3.refuse = {"GetObject": "AccessDenied"}
    with pytest.raises(OutsideError) as caught:
        ledger.current()
    assert caught.value.where == f"s3://reports/{POINTER}"
    assert "as arn:aws:iam::1:user/u" in caught.value.what
    assert "s3:GetObject" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not json", "cannot be read as JSON"),
        (b"[]", "no JSON object"),
        (b'{"format": 2}', "format 2 is not 1"),
        (b'{"format": 1, "service": "finrag"}', "no whole release"),
    ],
)
def test_a_broken_pointer_is_said(ledger: Ledger, s3: FakeS3, content: bytes, words: str) -> None:
    s3.buckets["reports"][POINTER] = content
    with pytest.raises(OutsideError, match=words) as caught:
        ledger.current()
    assert caught.value.where == f"s3://reports/{POINTER}"


def test_fields_of_a_later_writer_are_dropped(ledger: Ledger, s3: FakeS3) -> None:
    data = {**release(1).to_json(), "moon_phase": "full"}
    s3.buckets["reports"][POINTER] = json.dumps(data).encode()
    assert ledger.current() == release(1)


def test_environments_and_services_do_not_mix(ledger: Ledger, s3: FakeS3) -> None:
    publish(ledger, 1)
    other = Ledger(s3, "reports", "goldgate", service="finrag", environment="staging")
    assert other.current() is None
    assert other.history() == []


def test_the_etag_is_no_part_of_a_release() -> None:
    assert dataclasses.replace(release(1), etag='"x"') == release(1)
    assert "etag" not in release(1).to_json()


def test_an_empty_prefix_is_no_folder(s3: FakeS3) -> None:
    bare = Ledger(s3, "reports", "", service="finrag", environment="production")
    bare.publish_release(release(1), None)
    assert bare.history() == [release(1)]
    assert "releases/finrag/production/current.json" in s3.buckets["reports"]


def test_evaluations_are_kept_by_run_released_or_not_newest_first(ledger: Ledger, s3: FakeS3) -> None:
    for day, verdict in ((1, "pass"), (3, "pass"), (2, "fail")):
        ledger.put_evaluation({"run_id": f"202611{day:02}-120000-abc", "verdict": verdict})
    assert [entry["verdict"] for entry in ledger.evaluations(2)] == ["pass", "fail"]
    assert "goldgate/evaluations/finrag/production/20261101-120000-abc.json" in s3.buckets["reports"]
    assert ledger.history() == []


def test_an_evaluation_that_is_published_again_replaces_its_entry(ledger: Ledger) -> None:
    for verdict in ("fail", "pass"):
        ledger.put_evaluation({"run_id": "20261101-120000-abc", "verdict": verdict})
    assert [entry["verdict"] for entry in ledger.evaluations()] == ["pass"]


def test_a_release_from_before_facts_were_kept_is_read(ledger: Ledger, s3: FakeS3) -> None:
    told = {key: value for key, value in release(1).to_json().items() if key != "facts"}
    s3.put_object(Bucket="reports", Key=POINTER, Body=json.dumps(told).encode(), ContentType="application/json")
    current = ledger.current()
    assert current is not None
    assert current.facts is None
