"""Addresses that stay while runs come and go: small pages that lead to the newest run, and to the one that is live."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from .. import html
from ..text import safe_href

if TYPE_CHECKING:
    from .index import Place, RunSummary

LATEST, LIVE = "latest", "live"
WORDS = {LATEST: "The newest run", LIVE: "The run whose image is live"}
_UP = "../../../"


def below(place: Place) -> str:
    """`<service>/<environment>` as it can stand in a path and in an address."""
    return "/".join(_part(name) for name in place)


def leading_page(kind: str, run: RunSummary) -> str:
    """The page `<kind>/<service>/<environment>/index.html`: it moves on by itself, and has the link in words."""
    style = html.style("base", "site")
    return (
        html.environment()
        .get_template("site_lead.html")
        .render(words=WORDS[kind], run=run, href=_from_below(run.href), up=_UP, style=style, policy=html.policy(style, ""))
    )


def _from_below(href: str) -> str | None:
    safe = safe_href(href)
    return safe if safe is None or safe.startswith("/") or re.match(r"https?:", safe, re.IGNORECASE) else f"{_UP}{safe}"


def _part(name: str) -> str:
    """A name in letters, digits, dots, dashes and underscores; one that had to be changed keeps its hash, so two stay two."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", name)
    if plain == name and name.strip("."):
        return name
    mark = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{plain.strip('.')[:80]}-{mark}" if plain.strip(".") else f"nameless-{mark}"
