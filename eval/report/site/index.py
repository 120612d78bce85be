"""The index of runs as values: which runs there are, which are on a page of their own, which one is live where."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...jsontext import dump_bytes, loads

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = 2
READABLE = (1, FORMAT)
SHOWN = 500
PAGE = 250
Place = tuple[str, str]
"""A service and an environment."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of the index. `href` leads to the report, relative to the index; `metrics` are the headline metrics, main first.

    `verdict` is pass, fail or inconclusive, or a word of its own where that is not all: `stopped`, `rolled back`, `failed` (its
    release), `not evaluated`.
    Times are ISO 8601 in UTC. `page` is the number of the archive page that holds the run, 0 while it is on the first page.
    """

    run_id: str
    service: str
    environment: str
    commit: str
    created_at: str
    verdict: str
    headline: str = ""
    commit_subject: str = ""
    author: str = ""
    ended_at: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    href: str = ""
    page: int = 0

    @property
    def place(self) -> Place:
        """The service and the environment that it was run for."""
        return self.service, self.environment

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other run."""
        return self.run_id, self.service, self.environment


@dataclass(frozen=True, kw_only=True)
class Index:
    """All runs, newest first, and the id of the run whose image serves, by service and environment.

    `id` is the site's own, made with its first run and kept: the feed and its entries are named after it.
    """

    id: str
    runs: tuple[RunSummary, ...] = ()
    live: Mapping[Place, str] = field(default_factory=dict)

    @property
    def first(self) -> list[RunSummary]:
        """The runs of the first page: at least the newest `SHOWN`, where there are so many."""
        return [run for run in self.runs if not run.page]

    @property
    def pages(self) -> int:
        """How many archive pages there are; their numbers begin with 1, the oldest."""
        return max((run.page for run in self.runs), default=0)

    def newest(self, place: Place) -> RunSummary | None:
        """The newest run of a service in an environment."""
        return next((run for run in self.runs if run.place == place), None)

    def serving(self, place: Place) -> RunSummary | None:
        """The run whose image serves; None where nothing is live or the index does not hold its run."""
        run_id = self.live.get(place)
        return next((run for run in self.runs if run.place == place and run.run_id == run_id), None)

    def unknown_live(self, place: Place) -> RunSummary:
        """What can be said of the run that serves where the index does not hold it: its id, and no report."""
        run_id, (service, environment) = self.live[place], place
        return RunSummary(
            run_id=run_id, service=service, environment=environment, commit="", created_at="", verdict="not among these runs"
        )

    def with_run(self, run: RunSummary) -> Index:
        """The index with a run added, or put in the place of the same run of before.

        Once `PAGE` runs more than `SHOWN` are on the first page, its oldest `PAGE` get an archive page. A page changes no
        more after that, unless one of its own runs is published again.
        """
        before = next((other for other in self.runs if other.key == run.key), None)
        runs = [replace(run, page=before.page if before else 0), *(other for other in self.runs if other is not before)]
        runs.sort(key=lambda each: (each.created_at, each.run_id), reverse=True)
        return replace(self, runs=tuple(_archived(runs, self.pages)))

    def with_live(self, place: Place, run_id: str) -> Index:
        """The index with another run live."""
        return replace(self, live={**self.live, place: run_id})


def _archived(runs: list[RunSummary], pages: int) -> list[RunSummary]:
    first = [run for run in runs if not run.page]
    if len(first) < SHOWN + PAGE:
        return runs
    last = {run.key for run in first[-PAGE:]}
    return _archived([replace(run, page=pages + 1) if run.key in last else run for run in runs], pages + 1)


def dumped(index: Index) -> bytes:
    """The index as JSON, one run a line; fields that are empty are left out."""
    head = {"format": FORMAT, "id": index.id, "live": _by_service(index.live)}
    lines = b",\n".join(dump_bytes(_entry(run)) for run in index.runs)
    return dump_bytes(head)[:-1] + b',"runs":[\n' + lines + b"\n]}\n"


def _by_service(live: Mapping[Place, str]) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = {}
    for (service, environment), run_id in sorted(live.items()):
        told.setdefault(service, {})[environment] = run_id
    return told


def _entry(run: RunSummary) -> dict[str, Any]:
    told = {name: getattr(run, name) for name in _NAMES}
    return {name: value for name, value in told.items() if value or name in _ALWAYS}


def parsed(stored: bytes | None) -> Index:
    """An index as it was written, that of format 1 too; fields that a later version of the same format added are left out.

    Raises:
        UsageError: it was written by a newer version, or is no index.
    """
    if stored is None:
        return Index(id=uuid.uuid4().urn)
    try:
        told = loads(stored)
        if told["format"] not in READABLE:
            msg = f"the index of runs has format {told['format']}, this version reads format {FORMAT}"
            raise UsageError(msg, where="index.json", next_step="Use the newer goldgate, or publish to another prefix.")
        live = {
            (service, environment): str(run_id)
            for service, environments in told.get("live", {}).items()
            for environment, run_id in environments.items()
        }
        return Index(id=str(told.get("id") or uuid.uuid4().urn), runs=tuple(_run(entry) for entry in told["runs"]), live=live)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"this is no index of runs: {error}"
        raise UsageError(msg, where="index.json", next_step="Move it away; the next run starts a new index.") from error


def _run(entry: dict[str, Any]) -> RunSummary:
    told = {name: entry[name] for name in _NAMES if name in entry}
    metrics = {name: float(value) for name, value in told.pop("metrics", {}).items() if value is not None}
    page = told.pop("page", 0)
    if not set(map(type, told.values())) <= {str} or type(page) is not int:
        msg = f"the run {entry.get('run_id')!r} has a field of another kind"
        raise TypeError(msg)
    return RunSummary(**told, metrics=metrics, page=page)


_NAMES = tuple(part.name for part in fields(RunSummary))
_ALWAYS = ("run_id", "service", "environment", "commit", "created_at", "verdict")
