"""The site of runs: an index page and an index in JSON, kept up to date one run at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class SiteStore(Protocol):
    """Where the site lies: a folder, a bucket's prefix. Names are relative, with `/`."""

    def read(self, name: str) -> bytes | None:
        """The bytes under a name, or None when there is nothing."""

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """Store the bytes under a name, replacing what was there."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of the index. `href` leads to the report, relative to the index; `metrics` are the headline metrics."""

    run_id: str
    service: str
    environment: str
    commit: str
    created_at: str
    verdict: str
    headline: str = ""
    commit_subject: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    href: str = ""


def add_run(site: Path | SiteStore, run: RunSummary) -> None:
    """Add or replace a run in `index.json` and `index.html`; touches no other file of the site."""
    raise NotImplementedError
