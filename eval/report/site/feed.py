"""The newest runs as an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .. import figures
from ..sentence import TITLES
from ..text import safe_href
from .spark import sign
from .xmltext import xml_text

if TYPE_CHECKING:
    from .index import Index, RunSummary

ENTRIES = 50
ATOM = "http://www.w3.org/2005/Atom"


def feed(index: Index, address: str) -> str:
    """The feed of the newest runs. `address` is where the site is reached; without one the links are relative to the feed.

    Ids follow from the site's own id, not from its address. Runs that tell no time are left out, for an entry must tell one.
    """
    runs = [run for run in index.runs if _time(run.created_at)][:ENTRIES]
    root = ET.Element("feed", xmlns=ATOM)
    _text(root, "id", index.id)
    _text(root, "title", "Runs of goldgate")
    _text(root, "updated", max((_updated(run) for run in runs), default="1970-01-01T00:00:00Z"))
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=_link("feed.xml", address))
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=_link("index.html", address))
    ET.SubElement(root, "generator").text = "goldgate"
    for run in runs:
        _entry(root, run, index.id, address)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _entry(root: ET.Element, run: RunSummary, site: str, address: str) -> None:
    entry = ET.SubElement(root, "entry")
    title = TITLES.get(run.verdict, run.verdict.capitalize())
    _text(entry, "id", _urn(site, *run.key))
    _text(entry, "title", f"{sign(run.verdict)} {title}: {run.service} in {run.environment}, {figures.short(run.commit)}")
    _text(entry, "published", _time(run.created_at))
    _text(entry, "updated", _updated(run))
    _text(ET.SubElement(entry, "author"), "name", run.author or "goldgate")
    if safe_href(run.href):
        ET.SubElement(entry, "link", rel="alternate", type="text/html", href=xml_text(_link(run.href, address)))
    for scheme, term in (("service", run.service), ("environment", run.environment), ("verdict", run.verdict)):
        ET.SubElement(entry, "category", term=xml_text(term), scheme=f"urn:goldgate:{scheme}")
    _text(entry, "summary", _summary(run))


def _summary(run: RunSummary) -> str:
    """The sentence of the verdict, the metrics, and what was committed."""
    metrics = ", ".join(f"{figures.plain_name(name)} {figures.value(name, value)}" for name, value in run.metrics.items())
    parts = [run.headline.rstrip("."), metrics, f"Commit: {run.commit_subject}" if run.commit_subject else ""]
    return ". ".join(part for part in parts if part) or f"Run {run.run_id}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = xml_text(text)


def _link(href: str, address: str) -> str:
    return href if re.match(r"https?:", href, re.IGNORECASE) or not address else f"{address.rstrip('/')}/{href}"


def _urn(*names: str) -> str:
    """A name that stays: a UUID of these names (version 5, RFC 9562)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(names).encode("utf-8", "replace").decode()).urn


def _updated(run: RunSummary) -> str:
    return max(_time(run.ended_at), _time(run.created_at))


def _time(iso: str) -> str:
    """A date and time as RFC 3339 has it, in UTC; empty for what is none."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return ""
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when.isoformat(timespec="seconds").replace("+00:00", "Z")
