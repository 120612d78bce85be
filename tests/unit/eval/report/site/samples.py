"""Invented runs, and a site in memory."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from goldgate.eval.report.site.index import Index, RunSummary

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = RunSummary(
    run_id="20261120-140212-9f31c2e",
    service="finrag",
    environment="production",
    commit="9f31c2e",
    created_at="2026-11-20T14:02:12Z",
    ended_at="2026-11-20T14:09:00Z",
    verdict="fail",
    headline="recall@10 on hard questions fell by 6.1 points; 3.0 are allowed",
    commit_subject="Fuse lexical and dense scores by rank",
    author="A. Tester",
    metrics={"retrieval.recall@10": 0.901, "latency.p95_ms": 398.0},
    href="20261120-140212-9f31c2e/finrag/report/index.html",
)
PLACE = RUN.place
SITE = "urn:uuid:2f6b7a3e-3f0a-4d2c-9a51-0d3b8f3c1e77"


def run(number: int, **changes: object) -> RunSummary:
    """The run of that number; a higher one is newer."""
    name, at = f"r{number:05}", f"2026-11-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"
    told = replace(RUN, run_id=name, created_at=at, ended_at="", verdict="pass", href=f"{name}/finrag/report/index.html")
    return replace(told, **changes)  # type: ignore[arg-type]


def index(*runs: RunSummary, live: str | None = None) -> Index:
    """An index of these runs, one of which may be live."""
    made = Index(id=SITE)
    for each in runs:
        made = made.with_run(each)
    return made.with_live(PLACE, live) if live else made


class Memory:
    """A site that remembers what was read and written; `before_swap` is called before each swap, so others can go first."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.read: list[str] = []
        self.written: list[str] = []
        self.before_swap: Callable[[], None] = lambda: None
        self.after_write: Callable[[str], None] = lambda name: None

    def load(self, name: str) -> tuple[bytes, str] | None:
        self.read.append(name)
        return (self.files[name], mark(self.files[name])) if name in self.files else None

    def holds(self, name: str) -> bool:
        return name in self.files

    def write(self, name: str, data: bytes, content_type: str) -> None:
        self.written.append(name)
        self.files[name], self.types[name] = data, content_type
        self.after_write(name)

    def swap(self, name: str, data: bytes, content_type: str, held: str | None) -> str | None:
        self.before_swap()
        if held != (mark(self.files[name]) if name in self.files else None):
            return None
        self.write(name, data, content_type)
        return mark(data)

    def text(self, name: str) -> str:
        return self.files[name].decode()


def mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
