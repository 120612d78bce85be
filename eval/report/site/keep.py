"""Keeping the site: a run is added to the index by compare-and-swap, and the files of the site follow from the index."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import OutsideError
from .badge import badge
from .feed import feed
from .index import dumped, parsed
from .links import LATEST, LIVE, below, leading_page
from .pages import archive_page, index_page, page_name
from .store import File, FolderStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from .index import Index, Place, RunSummary
    from .store import SiteStore

INDEX = "index.json"
ATTEMPTS = 16
_HTML, _JSON = "text/html; charset=utf-8", "application/json"
_LONGEST_PAUSE = 2.0
_CHANCE = random.SystemRandom()


def add_run(
    site: Path | SiteStore,
    run: RunSummary,
    *,
    live: str | None = None,
    address: str = "",
    latest: bool = True,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Add or replace a run. Touches the index, its pages that the run stands on, and what names its service and environment.

    `live` is the id of the run whose image serves now, None where that is not known: then the site says what it said.
    `address` is where people reach the site, for the links of the feed. `latest` is False in a folder whose `latest` is
    something else. Several processes may add at once: no line is lost, and the files follow from the last index.

    Raises:
        UsageError: the index that is there was written by a newer version or is no index.
        OutsideError: others kept writing the index.
    """
    keeper = _Keeper(FolderStore(site) if isinstance(site, Path) else site, run.place, address, latest, sleep)

    def change(index: Index) -> Index:
        added = index.with_run(run)
        return added.with_live(run.place, live) if live else added

    keeper.keep(change, run)


def set_live(
    site: Path | SiteStore,
    place: Place,
    run_id: str,
    *,
    address: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Say that another run's image serves a service in an environment, as after a rollback; where there is a site at all.

    Raises as `add_run` does.
    """
    store = FolderStore(site) if isinstance(site, Path) else site
    if store.holds(INDEX):
        _Keeper(store, place, address, True, sleep).keep(lambda index: index.with_live(place, run_id), None)


class _Keeper:
    """One change of a site, from the index that is there to all files that follow from the new one."""

    def __init__(self, store: SiteStore, place: Place, address: str, latest: bool, sleep: Callable[[float], None]) -> None:
        self._store, self._place, self._address, self._latest, self._sleep = store, place, address, latest, sleep

    def keep(self, change: Callable[[Index], Index], run: RunSummary | None) -> None:
        """Swap the index, then write what follows; again where another writer's index came while that was written."""
        index, mark, pages = self._swapped(change)
        for _ in range(ATTEMPTS):
            kept = next((each.page for each in index.runs if run is not None and each.key == run.key), 0)
            self._write(index, pages | ({kept} if kept else set()))
            held = self._store.load(INDEX)
            if held is None or held[1] == mark:
                return
            index, mark = parsed(held[0]), held[1]

    def _swapped(self, change: Callable[[Index], Index]) -> tuple[Index, str, set[int]]:
        """The index that won, its mark, and the archive pages that it made."""
        pause = 0.02
        for _ in range(ATTEMPTS):
            held = self._store.load(INDEX)
            before = parsed(held[0] if held else None)
            after = change(before)
            mark = self._store.swap(INDEX, dumped(after), _JSON, held[1] if held else None)
            if mark is not None:
                return after, mark, set(range(before.pages + 1, after.pages + 1))
            self._sleep(_CHANCE.uniform(pause / 2, pause))
            pause = min(2 * pause, _LONGEST_PAUSE)
        msg = f"other runs kept writing the index: {ATTEMPTS} attempts were lost."
        raise OutsideError(msg, where=INDEX, next_step="Run `goldgate publish` again.")

    def _write(self, index: Index, pages: set[int]) -> None:
        """All files that this change touches; the newest archive page too, should another writer have died before it."""
        if index.pages and not self._store.holds(page_name(index.pages)):
            pages = pages | {index.pages}
        for name, file in self._files(index, pages).items():
            self._store.write(name, file.data, file.content_type)

    def _files(self, index: Index, pages: set[int]) -> dict[str, File]:
        where = below(self._place)
        newest, serving = index.newest(self._place), index.serving(self._place)
        texts = {"index.html": (index_page(index), _HTML), "feed.xml": (feed(index, self._address), "application/atom+xml")}
        texts |= {page_name(number): (archive_page(index, number), _HTML) for number in sorted(pages)}
        if newest:
            texts[f"badge/{where}.svg"] = badge(newest, serving), "image/svg+xml"
        if newest and self._latest:
            texts[f"{LATEST}/{where}/index.html"] = leading_page(LATEST, newest), _HTML
        if self._place in index.live:
            texts[f"{LIVE}/{where}/index.html"] = leading_page(LIVE, serving or index.unknown_live(self._place)), _HTML
        return {name: File(text.encode("utf-8", "replace"), kind) for name, (text, kind) in texts.items()}
