"""A run in which every text that others wrote is hostile, and the index of such runs."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import polars as pl

from goldgate.eval.report.model import DigestCheck, LiveImage
from goldgate.eval.report.site.index import Index, RunSummary
from goldgate.eval.table import RESPONSE_SCHEMA

from .hostile import HOSTILE, HUGE, LINKS, SURROGATES
from .sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from goldgate.eval.report.model import ReportInput

KEPT = {"verdict", "state", "kind", "status", "rule", "at", "created_at", "started_at", "released_at", "metric", "address_kind"}
"""What decides how a thing is shown, and is ours: its text is not poisoned."""
ADDRESSES = {"url", "all_runs", "json", "report"}
NAMES = ("__proto__", "constructor", HOSTILE[0], '"><img src=x onerror=window.tripped=1>', "=1+1")
"""Of tags, judges and metrics."""


def plain(text: str) -> str:
    """A harmless text for the same place: no less than one character, no mark-up."""
    return f"text {HOSTILE.index(text) if text in HOSTILE else len(text)}"


def poisoned(folder: Path, *, live: bool = True, harmless: bool = False) -> ReportInput:
    """A report with one case for each hostile text, each text once in each column; `harmless` has plain words in their place,
    so that the two pages must be built of the same elements.
    """
    report = sample(folder, cases=len(HOSTILE), live=live)
    texts = tuple(plain(text) for text in HOSTILE) if harmless else HOSTILE
    for name in ("cases", "live"):
        _poison_table(folder / f"{name}.parquet", texts, shift=0 if name == "cases" else 7)
    _repeats(folder, texts)
    given = cycle(texts if harmless else (*HOSTILE, *SURROGATES))
    links = cycle(("https://example.org/a",) if harmless else LINKS)
    changed = {field.name: _leaves(getattr(report, field.name), given, links) for field in fields(report)}
    changed |= {"evaluation": _evaluation(report.evaluation or {}, texts, given, links), "repeats": folder / "repeats.parquet"}
    digests = [
        DigestCheck(stage=next(given), names=(next(given), next(given)), state="failed", left=next(given), told=next(given))
    ]
    more = {"live": LiveImage(digest=next(given), commit=next(given), url=next(links)), "digests": tuple(digests)}
    return replace(report, **(changed | more | {"release": _release(given, links), "created_at": report.created_at}))


def huge(folder: Path) -> ReportInput:
    """A small run whose first case has a question, answers, an expectation and passages of a million characters each."""
    report = sample(folder, cases=60)
    for name in ("cases", "live"):
        path = folder / f"{name}.parquet"
        rows = pl.read_parquet(path).to_dicts()
        end = f" {name} end"
        rows[0] |= {"input": HUGE, "answer": HUGE + end, "expected": json.dumps({"answer": HUGE, "evidence": [HUGE]})}
        rows[0] |= {"contexts": [{"id": HUGE, "text": HUGE[::-1], "score": 1.0}], "retrieved": [HUGE], "notes": HUGE}
        rows[0] |= {"answer.token_f1": float(name == "live"), "error": None}
        _write(rows, path)
    return report


def runs() -> Index:
    """An index of poisoned runs, every text once in each field."""
    given, made = cycle((*HOSTILE, *SURROGATES)), Index(id="urn:uuid:2f6b7a3e-3f0a-4d2c-9a51-0d3b8f3c1e77")
    for number, href in enumerate(LINKS):
        run = RunSummary(
            run_id=f"{number} {next(given)}",
            created_at=f"2026-11-20T14:{number:02}:00Z",
            verdict=("pass", "fail", "inconclusive", next(given))[number % 4],
            metrics={"answer.token_f1": 0.5, next(given): 0.25},
            href=href,
            service=next(given),
            environment=next(given),
            commit=next(given),
            headline=next(given),
            commit_subject=next(given),
            author=next(given),
        )
        made = made.with_run(run).with_live(run.place, run.run_id)
    return made


def _leaves(value: Any, given: Iterator[str], links: Iterator[str], name: str = "") -> Any:
    """The value with the next hostile text in the place of every text, whatever it is made of."""
    if isinstance(value, str):
        return next(links) if name in ADDRESSES else value if name in KEPT else next(given)
    if isinstance(value, dict):
        return {key: _leaves(part, given, links, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_leaves(part, given, links, name) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: _leaves(getattr(value, field.name), given, links, field.name) for field in fields(value)}
        return replace(value, **found)
    return value


def _evaluation(told: dict[str, Any], texts: tuple[str, ...], given: Iterator[str], links: Iterator[str]) -> dict[str, Any]:
    ids = {"worse": told["worse"], "better": told["better"]}
    values = {"value_": 0.5, "value": next(given), "n": 30, "ci_low": 0.4, "ci_high": 0.6, "baseline": 0.6, "diff": -0.1}
    cells = [values | {"tag": name, "value": text, "metric": "answer.token_f1"} for name in NAMES for text in texts[:8]]
    figure = {"value": 0.5, "ci_low": 0.4, "ci_high": 0.6, "n": 30, "missing": 1}
    metrics = {name: found | {"note": next(given)} for name, found in told["metrics"].items()}
    metrics |= {f"judge.{name}": figure | {"note": next(given)} for name in NAMES}
    gates = [gate | {"reason": next(given)} for gate in told["gates"]]
    gates += [gate | {"slice": {name: next(given)}, "verdict": "fail"} for gate, name in zip(gates, NAMES, strict=False)]
    judges = {name: {"model": next(given), "kind": "rating", "faults": [next(given)], "stopped": next(given)} for name in NAMES}
    told = _leaves({**told, "gates": [], "metrics": {}, "slices": []}, given, links)
    asking: dict[str, Any] = {
        "questions": 9,
        "answered": 9,
        "reused": 0,
        "errors": 1,
        "retries": 2,
        "cost_usd": 0.1,
        "seconds": 3.0,
        "backoffs": 0,
        "concurrency": [[0.0, 4], [1.0, 8]],
        "loop_share": 0.1,
        "loop_lag_ms": 1.0,
        "notes": [next(given)],
    }
    more = {"asking": asking, "judges": judges, "stopped": next(given), "moved": cells[:12], "headline": next(given)}
    return told | more | ids | {"gates": gates, "metrics": metrics, "slices": cells, "format": 1}


def _release(given: Iterator[str], links: Iterator[str]) -> dict[str, Any]:
    at = "2026-11-20T14:05:00Z"
    return {
        "status": "rolled back",
        "started_at": at,
        "seconds": 61.0,
        "steps": [{"at": at, "after_seconds": 3.0 * place, "text": next(given)} for place in range(12)],
        "cause": "\n".join(next(given) for _ in range(12)),
        "next": next(given),
        "log": [next(given) for _ in range(40)],
        "url": next(links),
        "digest": next(given),
        "revision": next(given),
        "observations": [],
        "alarms": [{"after_seconds": 9.0, "name": next(given), "state": "ALARM"}],
        "checks": [{"after_seconds": 12.0, "name": next(given), "ok": False, "detail": next(given)}],
    }


def _poison_table(path: Path, texts: tuple[str, ...], shift: int) -> None:
    rows = pl.read_parquet(path).to_dicts()
    _write([row | _row(texts, place, shift) for place, row in enumerate(rows)], path)


def _row(texts: tuple[str, ...], place: int, shift: int) -> dict[str, Any]:
    def text(offset: int) -> str:
        return texts[(place + offset) % len(texts)]

    tags = {f"tag:{name}": text(20 + at) for at, name in enumerate(NAMES)}
    notes = {f"note:judge.{name}": text(40 + at + shift) for at, name in enumerate(NAMES)}
    scores = {f"judge.{name}": (place % 5) / 4 for name in NAMES}
    passages = [{"id": text(at), "text": text(3 + at), "score": 1 / (at + 1)} for at in range(3)]
    return {
        "id": texts[place],
        "input": text(1),
        "expected": json.dumps({"answer": text(2), "evidence": [text(1), text(9)]}),
        "answer": text(4 + shift),
        "error": text(5) if place % 9 == 0 else None,
        "notes": text(6),
        "cluster": text(8),
        "contexts": passages,
        "retrieved": [passage["id"] for passage in passages],
        "citations": [text(1), text(11)],
        "evidence_missing": [text(9)],
        "scores": [{"label": text(12), "probability": 0.25}, {"label": text(13), "probability": 0.75}],
        "label": text(14) if place % 11 == 0 else None,
        **tags,
        **notes,
        **scores,
    }


def _repeats(folder: Path, texts: tuple[str, ...]) -> None:
    rows = pl.read_parquet(folder / "cases.parquet").head(40).to_dicts()
    pl.read_parquet(folder / "cases.parquet").with_columns(repeats=pl.lit(3)).write_parquet(folder / "cases.parquet")
    again = [
        row | {"repeat": number, "answer": texts[(at + number) % len(texts)]}
        for at, row in enumerate(rows)
        for number in (1, 2, 3)
    ]
    _write(again, folder / "repeats.parquet")


def _write(rows: list[dict[str, Any]], path: Path) -> None:
    schema: dict[str, Any] = {name: dtype for name, dtype in RESPONSE_SCHEMA.items() if name in rows[0]}
    schema |= {"evidence_missing": pl.List(pl.String), "cluster": pl.String, "notes": pl.String}
    scores = [name for name in rows[0] if "." in name and ":" not in name]
    pl.DataFrame(rows, schema_overrides=schema | dict.fromkeys(scores, pl.Float64), infer_schema_length=None).write_parquet(
        path
    )
