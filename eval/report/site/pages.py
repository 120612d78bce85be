"""The pages of the site: the newest runs with what stands where, and archive pages that are final once they are full."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple

from .. import html
from ..sentence import TITLES
from ..text import safe_href
from . import links
from .spark import Spark, sign, sparks, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .index import Index, Place, RunSummary

STYLES = ("base", "site")
SCRIPTS = ("masthead", "site")
TREND = 16
METRICS = 3


class Row(NamedTuple):
    """A run as the page shows it; `live` says that its image serves, which an archive page, being final, never says."""

    run: RunSummary
    href: str | None
    state: str
    sign: str
    title: str
    sparks: list[Spark]
    live: bool = False


class Standing(NamedTuple):
    """Where one service stands in one environment: its newest run, and the one whose image serves."""

    place: Place
    below: str
    newest: Row
    live: RunSummary | None
    live_href: str | None


class Archive(NamedTuple):
    """An archive page: its name, how many runs it holds, and their first and last time."""

    name: str
    runs: int
    since: str
    until: str


def page_name(number: int) -> str:
    """`runs-0001.html`; the oldest runs are on the first."""
    return f"runs-{number:04d}.html"


def index_page(index: Index) -> str:
    """The first page: where each service stands, the newest runs, and the way to the older ones."""
    rows = _rows(index, lambda run: not run.page)
    style, script = html.style(*STYLES), html.script(*SCRIPTS)
    return (
        html.environment()
        .get_template("index.html")
        .render(
            rows=rows,
            standings=_standings(index),
            archive=_archive(index.runs),
            total=len(index.runs),
            choices=_choices(rows),
            style=style,
            script=script,
            policy=html.policy(style, script),
        )
    )


def archive_page(index: Index, number: int) -> str:
    """The page of one stretch of older runs."""
    rows = _rows(index, lambda run: run.page == number)
    style, script = html.style(*STYLES), html.script(*SCRIPTS)
    return (
        html.environment()
        .get_template("archive.html")
        .render(
            rows=rows,
            number=number,
            older=page_name(number - 1) if number > 1 else None,
            choices=_choices(rows),
            style=style,
            script=script,
            policy=html.policy(style, script),
        )
    )


def _rows(index: Index, wanted: Callable[[RunSummary], bool]) -> list[Row]:
    """The wanted runs, newest first, each with its metrics over the runs of its service and environment up to it."""
    trails: defaultdict[Place, deque[RunSummary]] = defaultdict(lambda: deque(maxlen=TREND))
    rows = []
    for run in reversed(index.runs):
        trail = trails[run.place]
        trail.append(run)
        if wanted(run):
            rows.append(_row(run, list(trail), live=not run.page and index.live.get(run.place) == run.run_id))
    return rows[::-1]


def _row(run: RunSummary, trail: list[RunSummary], *, live: bool = False) -> Row:
    title = TITLES.get(run.verdict, run.verdict[:1].upper() + run.verdict[1:])
    shown = sparks(trail, METRICS)
    return Row(run, safe_href(run.href), state_of(run.verdict), sign(run.verdict), title, shown, live)


def _standings(index: Index) -> list[Standing]:
    trails: defaultdict[Place, list[RunSummary]] = defaultdict(list)
    for run in index.runs:
        trails[run.place].append(run)
    found = []
    for place, runs in sorted(trails.items()):
        live = index.serving(place)
        newest = _row(runs[0], runs[: 2 * TREND][::-1])
        found.append(Standing(place, links.below(place), newest, live, safe_href(live.href) if live else None))
    return found


def _archive(runs: Iterable[RunSummary]) -> list[Archive]:
    """The archive pages, newest first."""
    times: defaultdict[int, list[str]] = defaultdict(list)
    for run in runs:
        if run.page:
            times[run.page].append(run.created_at)
    return [
        Archive(page_name(number), len(found), min(found), max(found)) for number, found in sorted(times.items(), reverse=True)
    ]


def _choices(rows: list[Row]) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, as (value, label); a filter with one choice is left out."""
    offered = {
        "service": sorted({(row.run.service, row.run.service) for row in rows}),
        "environment": sorted({(row.run.environment, row.run.environment) for row in rows}),
        "verdict": sorted({(row.run.verdict, f"{row.sign} {row.title}") for row in rows}),
    }
    return {name: choices for name, choices in offered.items() if len(choices) > 1}
