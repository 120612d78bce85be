"""The history of a service's evaluations: those of the ledger, and those of the runs in this checkout."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from goldgate.eval.report.model import HistoryPoint
from goldgate.eval.report.trends import gated

from ..records import EvaluationRecord, ReleaseRecord, read_json
from ..runs import all_runs
from .live import report_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..context import Context
    from ..ledger import Ledger, Release

MOST = 20
WENT_OUT = frozenset({"released", "unchanged"})


class History(NamedTuple):
    """Points, oldest first, and where they come from."""

    points: tuple[HistoryPoint, ...]
    note: str


def history_of(context: Context, *, ledger: Ledger | None) -> History:
    """The last evaluations of this service and environment before this run.

    From the ledger, where there is one: all that were published, released or not. Without a ledger: the runs in `runs/`.
    """
    if ledger is None:
        local = _local(context)
        return History(local, "From the runs of this checkout; the ledger was not asked." if local else "")
    released = ledger.history(MOST)
    known = {str(entry.get("run_id")): entry for entry in ledger.evaluations(MOST)}
    points = [_of_release(entry, known.get(entry.run_id) or _of_record(ledger, entry)) for entry in released]
    out = {entry.run_id for entry in released}
    points += [_of_entry(context.service.name, entry) for run, entry in known.items() if run not in out]
    ordered = sorted((point for point in points if point.run_id != context.folder.run_id), key=lambda point: point.at)
    return History(tuple(ordered[-MOST:]), "From the ledger: releases, and the runs that were published without one.")


def entry_of(context: Context) -> dict[str, Any] | None:
    """This run's evaluation as the ledger keeps it for later histories; None where nothing was evaluated."""
    evaluation = context.folder.find(EvaluationRecord)
    if evaluation is None:
        return None
    return {
        "run_id": context.folder.run_id,
        "commit": context.commit.sha,
        "at": evaluation.started_at,
        "verdict": evaluation.verdict,
        "gates": gated(evaluation.to_json()),
    }


def _of_record(ledger: Ledger, release: Release) -> dict[str, Any]:
    """An entry of a release from before entries were kept."""
    return {"gates": gated(ledger.get_record(release.evaluation))}


def _of_release(release: Release, entry: Mapping[str, Any]) -> HistoryPoint:
    return HistoryPoint(
        at=release.released_at,
        run_id=release.run_id,
        commit=release.commit,
        verdict=release.verdict,
        kind="rollback" if release.kind == "rollback" else "release",
        gates=tuple(entry.get("gates") or ()),
        url=report_of(release.run_id, release.service),
    )


def _of_entry(service: str, entry: Mapping[str, Any]) -> HistoryPoint:
    run_id = str(entry.get("run_id", ""))
    return HistoryPoint(
        at=str(entry.get("at", "")),
        run_id=run_id,
        commit=str(entry.get("commit", "")),
        verdict=str(entry.get("verdict", "")),
        kind="run",
        gates=tuple(entry.get("gates") or ()),
        url=report_of(run_id, service),
    )


def _local(context: Context) -> tuple[HistoryPoint, ...]:
    return tuple(reversed(list(_newest(_local_points(context)))))


def _newest(points: Iterable[HistoryPoint]) -> Iterable[HistoryPoint]:
    return (point for _, point in zip(range(MOST), points, strict=False))


def _local_points(context: Context) -> Iterable[HistoryPoint]:
    for folder in all_runs(context.folder.root, context.service.name):
        record, told = folder.find(EvaluationRecord), folder.path / "run.json"
        run = read_json(told) if told.is_file() else {}
        if record is None or folder.run_id >= context.folder.run_id or run.get("environment") != context.environment:
            continue
        entry = {"run_id": folder.run_id, "commit": run.get("commit", ""), "at": record.started_at, "verdict": record.verdict}
        point = _of_entry(context.service.name, {**entry, "gates": gated(record.to_json())})
        release = folder.find(ReleaseRecord)
        yield replace(point, kind="release") if release and release.status in WENT_OUT else point
