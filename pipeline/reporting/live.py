"""What was live when a run began, kept beside its records, so that a report written later compares with the same image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldgate.eval.report.model import LiveImage

from ..ledger import Release
from ..records import read_json, write_json

if TYPE_CHECKING:
    from pathlib import Path

    from ..context import Context

LIVE = "live.json"
PAGE = "report/index.html"


def remember_live(context: Context, live: Release | None) -> None:
    """Keep the release that the run is compared with; nothing is written where there is none."""
    if live is not None:
        write_json(_path(context), live.to_json())


def live_of(context: Context, now: Release | None) -> Release | None:
    """The release that was live when the run began: as kept, else the one of `now` unless that is the run's own."""
    path = _path(context)
    if path.is_file():
        return Release.from_json(read_json(path), str(path))
    return None if now is None or now.run_id == context.folder.run_id else now


def live_image(live: Release) -> LiveImage:
    """The release as the report names it."""
    return LiveImage(
        digest=live.digest, commit=live.commit, released_at=live.released_at, url=report_of(live.run_id, live.service)
    )


def report_of(run_id: str, service: str) -> str:
    """The report of another run, as seen from a report's own folder."""
    return f"../../../{run_id}/{service}/{PAGE}"


def _path(context: Context) -> Path:
    return context.folder.folder / LIVE
