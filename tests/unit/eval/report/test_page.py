"""The page as text: its gold file, what it refuses to run, and what it does with little or hostile input."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.report.model import (
    ChainLink,
    Change,
    ChangeBlock,
    DigestCheck,
    HistoryPoint,
    Links,
    LiveImage,
    ReportInput,
)
from goldgate.eval.report.page import render, write

from .sample import HOSTILE, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BARE = ReportInput(service="finrag", environment="local", run_id="r", commit="9f31c2e")


class Elements(HTMLParser):
    """Collects every start tag with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def without_assets(page: str) -> str:
    """The page without its style sheet, script and packed columns, which have tests of their own."""
    page = re.sub(r"(?s)<style>.*?</style>", "<style>…</style>", page)
    page = re.sub(r"(?s)(<script[^>]*>).*?</script>", r"\1…</script>", page)
    return re.sub(r"sha256-[\w+/]+=*", "sha256-…", page)


def test_the_page_is_as_the_gold_file_has_it(tmp_path: Path, golden: Callable[[str, str], None]) -> None:
    golden("page.html", without_assets(render(sample(tmp_path, cases=24))))


def test_the_policy_admits_exactly_this_style_and_this_script(tmp_path: Path) -> None:
    page = render(sample(tmp_path, cases=24))
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert found is not None
    policy = found[1].replace("&#39;", "'")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for name in ("style", "script"):
        source = re.search(rf"(?s)<{name}>(.*?)</{name}>", page)
        assert source is not None
        digest = base64.b64encode(hashlib.sha256(source[1].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy


def test_nothing_is_loaded_and_no_handler_stands_in_the_markup(tmp_path: Path) -> None:
    for tag, attributes in Elements(render(sample(tmp_path, cases=24))).found:
        assert "src" not in attributes
        assert "style" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        assert tag not in ("iframe", "object", "embed", "base", "form", "img", "audio", "video")
        if tag == "link":
            assert attributes == {"rel": "icon", "href": "data:,"}


def test_hostile_text_adds_no_element(tmp_path: Path) -> None:
    (tmp_path / "kind").mkdir()
    tame = [tag for tag, _ in Elements(render(sample(tmp_path / "kind", cases=24))).found]
    wild = Elements(render(sample(tmp_path, cases=24, hostile=True)))
    allowed = set(tame) | {"p"}
    assert {tag for tag, _ in wild.found} <= allowed
    assert sum(tag == "script" for tag, _ in wild.found) == tame.count("script")


def poisoned(poison: str) -> ReportInput:
    """A report whose every field holds the same text."""
    gate = {"metric": poison, "rule": "min 0.5", "slice": {poison: poison}, "reason": poison, "verdict": "fail", "value": 0.1}
    release = {"status": f"failed {poison}", "cause": poison, "next": poison, "url": poison, "log": [poison]}
    return ReportInput(
        service=poison,
        environment=poison,
        run_id=poison,
        commit=poison,
        commit_subject=poison,
        created_at=poison,
        evaluation={
            "verdict": "fail",
            "gates": [gate],
            "metrics": {poison: {"value": 0.5, "note": poison}},
            "slices": [{"tag": poison, "value": poison, "metric": poison, "n": 3, "value_": 0.5}],
            "baseline": {"digest": poison, "released_at": poison},
            "gold_set": {"path": poison, "sha256": poison},
        },
        chain=(ChainLink(label=poison, value=poison, state="failed", detail=poison),),
        contract={"checks": [{"name": poison, "ok": False, "detail": poison}]},
        release=release | {"steps": [{"at": poison, "text": poison}], "tasks": [{poison: poison}]} | _watched(poison),
        live=LiveImage(digest=poison, commit=poison, released_at=poison, url=poison),
        digests=(DigestCheck(stage=poison, names=(poison, poison), state="failed", left=poison, right=poison, told=poison),),
        changed=(Change(name=poison, words=poison),),
        history=tuple(HistoryPoint(at=poison, run_id=at, commit=poison, verdict=poison, gates=(_then(poison),)) for at in "ab"),
        history_note=poison,
        changes=(
            ChangeBlock(title=poison, kind="diff", lines=(poison,)),
            ChangeBlock(title=poison, kind="facts", lines=(poison,)),
        ),
        headline=poison,
        links=Links(all_runs=poison, json=poison),
        reproduce=poison,
    )


def _then(poison: str) -> dict[str, Any]:
    gate = {"metric": poison, "slice": {poison: poison}, "rule": "min", "limit": 0.5, "verdict": poison}
    return gate | {"value": 0.2, "low": 0.1, "high": 0.3}


def _watched(poison: str) -> dict[str, Any]:
    """What was seen of a deployment, every text of it the same."""
    seen = [{"after_seconds": at, "status": poison, "new": {"running": at}, "traffic": at} for at in (1, 2)]
    check = {"after_seconds": 1.5, "name": poison, "ok": False, "detail": poison}
    return {"observations": seen, "alarms": [{"after_seconds": 1, "name": poison, "state": poison}], "checks": [check]}


@pytest.mark.parametrize("poison", HOSTILE)
def test_every_field_of_the_input_is_text(poison: str) -> None:
    elements = Elements(render(poisoned(poison))).found
    tame = {tag for tag, _ in Elements(render(poisoned("tame"))).found}
    assert {tag for tag, _ in elements} <= tame
    assert not any(name.startswith("on") for _, attributes in elements for name in attributes)
    assert not any((attributes.get("href") or "").lower().startswith("javascript") for _, attributes in elements)


def test_what_was_not_reached_is_shown_as_not_reached() -> None:
    page = render(replace(BARE, chain=(ChainLink(label="commit", value="9f31c2e", state="ok"),)))
    assert page.count("not reached") == 6
    assert "Not evaluated" in page
    assert 'id="block-' not in page


def test_a_failed_release_comes_before_the_gates(tmp_path: Path) -> None:
    report = sample(tmp_path, cases=24)
    page = render(replace(report, release={"status": "rolled_back", "cause": "killed for memory", "log": ["1,840 MB"]}))
    assert page.index('id="release"') < page.index('id="gates"')
    assert "log   1,840 MB" in page
    steps = [{"at": "2026-11-20T14:05:12Z", "text": "2 of 2 tasks"}]
    calm = render(replace(report, release={"status": "released", "steps": steps}))
    assert calm.index('id="release"') > calm.index('id="latency"')
    assert "14:05:12" in calm


def test_the_first_line_is_the_verdict(tmp_path: Path) -> None:
    page = render(sample(tmp_path))
    heading = re.search(r"(?s)<h1[^>]*>(.*?)</h1>", page)
    assert heading is not None
    said = re.sub(r"<[^>]+>", "", heading[1]).replace("\u00a0", " ").replace("\u2212", "-")
    assert said == (
        "✕ Blocked. recall@10 on hard questions fell by 9.1 points (95 % interval -14.8 to -3.4), "
        "more than the 3 points allowed."
    )


def test_two_hundred_regressions_stand_there_without_javascript(tmp_path: Path) -> None:
    report = sample(tmp_path, cases=240)
    page = render(report)
    assert page.count('<details class="case">') == 14
    assert "Live answered" in page
    assert "<del>" in page


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write(sample(tmp_path, cases=24), tmp_path / "deep" / "index.html")
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [entry.name for entry in path.parent.iterdir()] == ["index.html"]
    (tmp_path / "cases.parquet").write_bytes(b"broken")
    before = path.read_bytes()
    with pytest.raises(Exception, match="cannot be read"):
        write(replace(BARE, cases=tmp_path / "cases.parquet"), path)
    assert path.read_bytes() == before
