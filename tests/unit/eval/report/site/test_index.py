from __future__ import annotations

import json
from dataclasses import replace

import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.report.site.index import FORMAT, PAGE, SHOWN, Index, RunSummary, dumped, parsed

from .samples import PLACE, RUN, SITE, index, run


def ids(found: Index) -> list[str]:
    return [each.run_id for each in found.runs]


def long(count: int) -> Index:
    """An index of runs that were added one by one, made quickly: the pages fall as they would."""
    made = index()
    for number in range(0, count, PAGE):
        batch = tuple(run(each) for each in range(number, min(number + PAGE, count)))
        made = replace(made, runs=(*batch[:-1][::-1], *made.runs)).with_run(batch[-1])
    return made


def test_the_newest_run_stands_first_whenever_it_was_added() -> None:
    assert ids(index(run(18), run(20), run(19))) == ["r00020", "r00019", "r00018"]


def test_a_run_added_again_replaces_itself_and_only_itself() -> None:
    found = index(RUN, replace(RUN, service="other"), replace(RUN, verdict="pass"))
    assert {each.service: each.verdict for each in found.runs} == {"finrag": "pass", "other": "fail"}


def test_a_page_is_made_once_a_whole_one_is_over() -> None:
    full = long(SHOWN + PAGE - 1)
    assert (full.pages, len(full.first)) == (0, SHOWN + PAGE - 1)
    over = full.with_run(run(SHOWN + PAGE - 1))
    assert (over.pages, len(over.first)) == (1, SHOWN)
    assert {each.run_id for each in over.runs if each.page} == {f"r{number:05}" for number in range(PAGE)}


def test_a_page_stays_what_it_is_when_runs_are_added() -> None:
    before = long(SHOWN + PAGE)
    after = before.with_run(run(SHOWN + PAGE)).with_run(run(3, run_id="late"))
    page = [each.run_id for each in before.runs if each.page == 1]
    assert [each.run_id for each in after.runs if each.page == 1] == page
    assert "late" in [each.run_id for each in after.first]


def test_a_run_published_again_stays_on_its_page() -> None:
    found = long(SHOWN + PAGE).with_run(run(3, verdict="fail"))
    (again,) = [each for each in found.runs if each.run_id == "r00003"]
    assert (again.page, again.verdict, found.pages) == (1, "fail", 1)


def test_what_is_written_is_read_back() -> None:
    found = index(RUN, run(1), replace(run(2), metrics={}, headline=""), live="r00001")
    assert parsed(dumped(found)) == found


def test_the_index_has_a_version_and_one_run_a_line() -> None:
    text = dumped(index(RUN, run(1), live=RUN.run_id)).decode()
    told = json.loads(text)
    assert (told["format"], told["id"], told["live"]) == (FORMAT, SITE, {"finrag": {"production": RUN.run_id}})
    assert len(text.splitlines()) == 2 + len(told["runs"])
    assert told["runs"][0]["metrics"] == dict(RUN.metrics)


def test_format_1_is_carried_over() -> None:
    told = {"run_id": "a", "service": "s", "environment": "e", "commit": "c", "created_at": "", "verdict": "pass"}
    more = {"headline": "h", "commit_subject": "x", "href": "a"}
    first = {"format": 1, "runs": [{**told, **more, "metrics": {"m": 0.5, "n": None}}]}
    (found,) = parsed(json.dumps(first, indent=1).encode()).runs
    assert found == RunSummary(**told, **more, metrics={"m": 0.5})  # type: ignore[arg-type]


def test_a_site_gets_an_id_of_its_own_and_keeps_it() -> None:
    one, other = parsed(None), parsed(None)
    assert one.id.startswith("urn:uuid:")
    assert one.id != other.id
    assert parsed(dumped(one)).id == one.id


BROKEN = (
    b"not json",
    b"[]",
    b'{"format": 1}',
    b'{"format": 1, "runs": [{}]}',
    b'{"format": 2, "runs": 7}',
    b'{"format": 2, "live": [], "runs": []}',
    json.dumps({"format": 2, "runs": [{**dict.fromkeys(("run_id", "service", "environment", "commit", "verdict"), "x"),
                "created_at": 7}]}).encode(),
)  # fmt: skip


@pytest.mark.parametrize("stored", BROKEN)
def test_what_is_no_index_is_said(stored: bytes) -> None:
    with pytest.raises(UsageError, match="no index of runs"):
        parsed(stored)


def test_an_index_of_a_newer_version_is_left_alone() -> None:
    with pytest.raises(UsageError, match="format 3") as caught:
        parsed(b'{"format": 3, "runs": []}')
    assert "newer goldgate" in str(caught.value)


def test_fields_that_a_later_version_added_do_no_harm() -> None:
    told = json.loads(dumped(index(RUN)))
    told["runs"][0]["weather"] = "fine"
    assert parsed(json.dumps(told).encode()) == index(RUN)


def test_what_serves_is_found_by_service_and_environment() -> None:
    staging = replace(run(3), environment="staging")
    found = index(run(1), run(2), staging, live="r00001")
    serving, newest = found.serving(PLACE), found.newest(PLACE)
    assert serving is not None
    assert newest is not None
    assert (serving.run_id, newest.run_id) == ("r00001", "r00002")
    assert found.serving(staging.place) is None
    assert index(run(1), live="gone").serving(PLACE) is None
