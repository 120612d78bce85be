"""The feed is held to RFC 4287: what a feed and an entry must have, once, and in which form."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree as ET

import pytest

from goldgate.eval.report.site.feed import ENTRIES, feed

from ..hostile import HOSTILE
from .samples import PLACE, RUN, SITE, index, run

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS = "https://reports.example.org/goldgate/site"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def parsed(text: str) -> tuple[ET.Element, list[ET.Element]]:
    root = ET.fromstring(text)
    return root, root.findall(f"{ATOM}entry")


def links(node: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in node.findall(f"{ATOM}link")}


def valid(root: ET.Element, entries: list[ET.Element]) -> None:
    """Hold the feed to sections 4.1.1 and 4.1.2: one id, title and updated; an author in each entry; an alternate link."""
    assert root.tag == f"{ATOM}feed"
    ids = []
    for node in (root, *entries):
        for name in ("id", "title", "updated"):
            assert [bool(child.text) for child in node.findall(f"{ATOM}{name}")] == [True], name
        uuid.UUID(str(node.findtext(f"{ATOM}id")))
        ids.append(node.findtext(f"{ATOM}id"))
        for name in ("updated", "published"):
            for child in node.findall(f"{ATOM}{name}"):
                assert RFC_3339.fullmatch(str(child.text))
                datetime.fromisoformat(str(child.text))
        assert len({link.attrib["rel"] for link in node.findall(f"{ATOM}link")}) == len(node.findall(f"{ATOM}link"))
    assert len(set(ids)) == len(ids)
    for entry in entries:
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        assert entry.findtext(f"{ATOM}summary") or "alternate" in links(entry)


def test_the_feed_is_valid_and_its_links_lead_to_the_site() -> None:
    text = feed(index(run(1), run(2), RUN), ADDRESS)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    root, entries = parsed(text)
    valid(root, entries)
    assert links(root) == {"self": f"{ADDRESS}/feed.xml", "alternate": f"{ADDRESS}/index.html"}
    assert links(entries[0]) == {"alternate": f"{ADDRESS}/{RUN.href}"}
    assert root.findtext(f"{ATOM}id") == SITE


def test_an_entry_tells_verdict_reason_metrics_and_author() -> None:
    _, (entry,) = parsed(feed(index(RUN), ADDRESS))
    assert entry.findtext(f"{ATOM}title") == "✕ Blocked: finrag in production, 9f31c2e"
    summary = str(entry.findtext(f"{ATOM}summary"))
    assert summary == f"{RUN.headline}. recall@10 0.901, p95 latency 398 ms. Commit: {RUN.commit_subject}"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "A. Tester"
    assert {node.attrib["term"] for node in entry.findall(f"{ATOM}category")} == {*PLACE, "fail"}
    assert entry.findtext(f"{ATOM}updated") == RUN.ended_at


def test_without_an_address_links_are_relative_to_the_feed() -> None:
    root, (entry,) = parsed(feed(index(RUN), ""))
    valid(root, [entry])
    assert (links(root)["self"], links(entry)["alternate"]) == ("feed.xml", RUN.href)


def test_ids_stay_when_a_run_is_published_again_at_another_address() -> None:
    _, (first,) = parsed(feed(index(RUN), ""))
    _, (second,) = parsed(feed(index(replace(RUN, verdict="pass")), ADDRESS))
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")


def test_the_newest_stand_first_and_the_feed_stays_short() -> None:
    _, entries = parsed(feed(index(*(run(number) for number in range(ENTRIES + 5))), ADDRESS))
    times = [str(entry.findtext(f"{ATOM}published")) for entry in entries]
    assert (len(entries), times) == (ENTRIES, sorted(times, reverse=True))


def test_a_run_without_a_time_is_no_entry() -> None:
    root, entries = parsed(feed(index(RUN, run(1, created_at="")), ADDRESS))
    valid(root, entries)
    assert len(entries) == 1
    valid(*parsed(feed(index(), ADDRESS)))


@pytest.mark.parametrize("poison", [*HOSTILE, "\ufffe\uffff\x00]]>", "half \ud800 pair"])
def test_hostile_runs_are_text(poison: str) -> None:
    told = replace(RUN, service=poison, environment=poison, headline=poison, commit_subject=poison, author=poison,
                   verdict=poison or "x", href=poison, run_id=poison)  # fmt: skip
    root, entries = parsed(feed(index(told), ADDRESS).encode("utf-8").decode())
    valid(root, entries)
    assert not any(address.lower().lstrip().startswith("javascript") for address in links(entries[0]).values())
