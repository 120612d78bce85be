"""The site of runs: an index page and an index in JSON, kept up to date one run at a time."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import UsageError
from . import html
from .text import safe_href

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 1
SHOWN = 500


class SiteStore(Protocol):
    """Where the site lies: a folder, a bucket's prefix. Names are relative, with `/`."""

    def read(self, name: str) -> bytes | None:
        """The bytes under a name, or None when there is nothing."""

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """Store the bytes under a name, replacing what was there."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of the index. `href` leads to the report, relative to the index; `metrics` are the headline metrics.

    `verdict` is pass, fail or inconclusive, or a word of its own where no evaluation was reached (`stopped`, `rolled back`).
    """

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


class FolderStore:
    """A site in a folder; files are replaced as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes | None:
        """The bytes of the file, None when it is not there."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else None

    def write(self, name: str, data: bytes, content_type: str) -> None:  # noqa: ARG002 - a folder keeps no content types
        """Write the file under a temporary name and rename it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        unfinished.write_bytes(data)
        unfinished.replace(path)


def add_run(site: Path | SiteStore, run: RunSummary) -> None:
    """Add or replace a run in `index.json` and `index.html`; reads and touches no other file of the site.

    Raises `UsageError` when the index that is there was written by a newer version or is no index.
    """
    store = FolderStore(site) if isinstance(site, Path) else site
    runs = [run, *(other for other in _stored(store) if _key(other) != _key(run))]
    runs.sort(key=lambda each: (each.created_at, each.run_id), reverse=True)
    index = {"format": FORMAT, "runs": [asdict(each) for each in runs]}
    store.write("index.json", json.dumps(index, ensure_ascii=False, indent=1).encode("utf-8", "replace"), "application/json")
    store.write("index.html", index_page(runs).encode("utf-8", "replace"), "text/html; charset=utf-8")


def index_page(runs: list[RunSummary]) -> str:
    """The page of the index, the given order kept; the newest `SHOWN` runs, the rest is in `index.json`."""
    style = html.style("base", "site")
    return (
        html.environment()
        .get_template("index.html")
        .render(runs=[_line(run) for run in runs[:SHOWN]], total=len(runs), style=style, policy=html.policy(style, ""))
    )


def _line(run: RunSummary) -> dict[str, Any]:
    metrics = {name: amount for name, amount in run.metrics.items() if amount is not None}
    return {**asdict(run), "metrics": metrics, "href": safe_href(run.href)}


def _stored(store: SiteStore) -> list[RunSummary]:
    raw = store.read("index.json")
    if raw is None:
        return []
    try:
        index = json.loads(raw)
        if index["format"] != FORMAT:
            msg = f"the index of runs has format {index['format']}, this version writes format {FORMAT}"
            raise UsageError(msg, where="index.json", next_step="Use the newer goldgate, or publish to another prefix.")
        return [_run(entry) for entry in index["runs"]]
    except (ValueError, KeyError, TypeError) as error:
        msg = f"this is no index of runs: {error}"
        raise UsageError(msg, where="index.json", next_step="Move it away; the next run starts a new index.") from error


def _run(entry: dict[str, Any]) -> RunSummary:
    """A stored run; fields that a later version of the same format added are left out."""
    return RunSummary(**{name: entry[name] for name in RunSummary.__dataclass_fields__ if name in entry})


def _key(run: RunSummary) -> tuple[str, str, str]:
    return run.run_id, run.service, run.environment
