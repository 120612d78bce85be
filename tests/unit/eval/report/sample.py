"""An invented run with everything in it, computed from its own rows: 240 cases, regressions, a gate that is not sure."""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING, Any

import polars as pl

from goldgate.eval.report.model import Links, LiveImage, ReportInput

from .sample_run import chain, changed, changes, contract, digests, history

if TYPE_CHECKING:
    from pathlib import Path

Z = 1.959964
COMPANIES = ("Ardent Tools", "Belmar Foods", "Corvane Energy", "Delphin Freight", "Eskdale Paper", "Farrow Chemical")
KPIS = ("revenue", "operating income", "net income", "research spending", "capital expenditure", "long-term debt")
KINDS = (("span", 92), ("number", 64), ("list", 28), ("boolean", 24), ("trend", 20), ("unanswerable", 12))
HOSTILE = (
    "<script>window.tripped=1</script>",
    "</script><script>window.tripped=2</script>",
    '<img src=x onerror="window.tripped=3">',
    '"><svg onload=window.tripped=4>',
    "<!--<script>window.tripped=5//-->",
    "javascript:window.tripped=6",
    "{{ 7 * 7 }}{% raw %}",
    "abc\u202egnp.exe\u2066\x00\x1b[31mred",
    "</textarea></title></style><body onload=window.tripped=7>",
    "'-alert(1)-'${window.tripped=8}`",
)
METRICS = (
    "retrieval.recall@10",
    "retrieval.ndcg@10",
    "answer.token_f1",
    "answer.numeric_match",
    "answer.boolean_match",
    "answer.list_f1",
    "answer.refusal",
    "grounding.citation_precision",
)
TAGS = ("kind", "difficulty", "company")


def sample(folder: Path, *, cases: int = 240, hostile: bool = False, live: bool = True) -> ReportInput:
    """Write both tables into `folder` and return a report that uses everything; the same arguments give the same bytes."""
    dice = random.Random(1)
    pairs = [_pair(dice, number, cases) for number in range(cases)]
    if hostile:
        pairs = [_poisoned(pair, place) for place, pair in enumerate(pairs)]
    this, before = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    _table(this, folder / "cases.parquet")
    _table(before, folder / "live.parquet")
    return ReportInput(
        service="finrag",
        environment="production",
        run_id="20261120-140212-9f31c2e",
        commit="9f31c2e7d41a",
        commit_subject=HOSTILE[0] if hostile else "Fuse lexical and dense scores by rank",
        created_at="2026-11-20T14:02:12Z",
        evaluation=evaluation_of(this, before if live else None),
        cases=folder / "cases.parquet",
        baseline_cases=folder / "live.parquet" if live else None,
        seconds=124.6,
        live=LiveImage(
            digest="sha256:6b02" + "9e" * 30,
            commit="6b02aaa07d41",
            released_at="2026-11-17T09:12:40Z",
            url="../../20261117-090100-6b02aaa/finrag/report/index.html",
        )
        if live
        else None,
        chain=chain(),
        digests=digests(),
        contract=contract(),
        changed=changed() if live else (),
        changes=changes(),
        history=history(),
        history_note="From the ledger: releases, and the runs that were published without one.",
        links=Links(all_runs="../../index.html", json="../evaluation.json", report="https://reports.example/finrag/"),
        reproduce="goldgate evaluate --env production --run 20261120-140212-9f31c2e",
        version="0.1.0",
    )


def evaluation_of(this: list[dict[str, Any]], live: list[dict[str, Any]] | None) -> dict[str, Any]:
    """An evaluation.json of the rows, with plain normal intervals."""
    gates = [gate for gate in _gates(this, live) if gate]
    found = {gate["verdict"] for gate in gates}
    moved = sorted((_moved(row, old), row["id"]) for row, old in zip(this, live or [], strict=False) if _moved(row, old))
    return {
        "format": 1,
        "verdict": "fail" if "fail" in found else "inconclusive" if "inconclusive" in found else "pass",
        "gold_set": {"path": "gold_sets/finrag.jsonl", "sha256": "sha256:51c0" + "ab" * 30, "cases": len(this)},
        "subject": {"kind": "http", "address": "http://127.0.0.1:8080", "digest": "sha256:7ac1" + "0d" * 30},
        "metrics": {name: _metric(this, name) for name in METRICS} | _totals(this),
        "slices": _slices(this, live),
        "gates": gates,
        "baseline": live
        and {
            "digest": "sha256:6b02" + "9e" * 30,
            "released_at": "2026-11-17T09:12:40Z",
            "common": len(this),
            "only_here": 0,
            "only_there": 0,
        },
        "latency": {"p50": 180.0, "p95": 398.0, "p99": 512.0, "mean": 201.0},
        "cost": {"usd": sum(row["cost_usd"] or 0 for row in this), "input_tokens": 1, "output_tokens": 1, "budget_usd": 5.0},
        "timing": {"started_at": "2026-11-20T13:59:02Z", "seconds": 112.4, "requests_per_second": 2.1},
        "worse": [case_id for change, case_id in moved if change < 0],
        "better": [case_id for change, case_id in reversed(moved) if change > 0],
    }


def _pair(dice: random.Random, number: int, cases: int) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = _kind(number, cases)
    company, kpi = dice.choice(COMPANIES), dice.choice(KPIS)
    year, amount = dice.randint(2010, 2023), round(dice.uniform(40, 9800), 1)
    difficulty = dice.choices(("easy", "medium", "hard"), (11, 7, 6))[0]
    question, expected, right, wrong = _words(kind, company, kpi, year, amount)
    parts = 0 if kind == "unanswerable" else 2
    evidence = [f"{company[:2].upper()}-{year % 100}-{dice.randint(100, 399):04d}" for _ in range(parts)]
    if evidence:
        expected["evidence"] = evidence
    common = {
        "id": f"fr-{number + 1:04d}",
        "line": number + 1,
        "input": question,
        "expected": json.dumps(expected),
        "tag:kind": kind,
        "tag:difficulty": difficulty,
        "tag:company": company,
        "cluster": None,
        "weight": 1.0,
        "notes": None,
        "evidence_missing": [],
    }
    good_before = dice.random() < (0.93 if difficulty == "easy" else 0.86)
    chance = 0.99 if difficulty != "hard" else 0.78
    good = dice.random() < chance if good_before else dice.random() < 0.2
    before = _asked(dice, common, kind, (right, wrong), good=good_before, evidence=evidence, base=190)
    this = _asked(dice, common, kind, (right, wrong), good=good, evidence=evidence, base=182)
    if good == good_before:
        this |= {key: before[key] for key in ("answer", "retrieved", "contexts", "citations", *METRICS)}
    if number == 17:
        this |= {"answer": None, "error": "the service did not answer within 30 s", "attempts": 3, "latency_ms": None}
        this |= dict.fromkeys(METRICS)
    return this, before


def _kind(number: int, cases: int) -> str:
    place = number * 240 // cases
    for kind, count in KINDS:
        if place < count:
            return kind
        place -= count
    return "span"


def _words(kind: str, company: str, kpi: str, year: int, amount: float) -> tuple[str, dict[str, Any], str, str]:
    money = f"${amount:,.1f} million"
    other = f"${amount * 1.13:,.1f} million"
    drivers = ["higher volumes", "lower freight costs", "a weaker currency"]
    match kind:
        case "number":
            expected: dict[str, Any] = {"numeric": amount, "unit": "USD million"}
            return (
                f"What was {company}'s {kpi} in fiscal {year}, in millions of dollars?",
                expected,
                f"{company} reported {kpi} of {money} for fiscal {year}.",
                f"{company} reported {kpi} of {other} for fiscal {year - 1}; the figure for {year} is not in the passages.",
            )
        case "list":
            return (
                f"Which factors did {company} name for the change of its {kpi} in {year}?",
                {"items": drivers},
                f"{company} names {drivers[0]}, {drivers[1]} and {drivers[2]}.",
                f"{company} names {drivers[0]}.",
            )
        case "boolean":
            return (
                f"Did {company}'s {kpi} rise in fiscal {year}?",
                {"boolean": True},
                f"Yes. {kpi.capitalize()} rose to {money}.",
                f"No. {kpi.capitalize()} was {money} in both years.",
            )
        case "trend":
            return (
                f"How did {company}'s {kpi} change between fiscal {year - 3} and {year}?",
                {"answer": f"It rose from ${amount * 0.8:,.1f} million to {money}."},
                f"{kpi.capitalize()} rose from ${amount * 0.8:,.1f} million in fiscal {year - 3} to {money} in fiscal {year}.",
                f"{kpi.capitalize()} was {money} in fiscal {year}; the filings given do not state it for {year - 3}.",
            )
        case "unanswerable":
            return (
                f"What will {company}'s {kpi} be in fiscal 2040?",
                {},
                "The filings do not say.",
                f"{company} expects {kpi} of {money} in fiscal 2040.",
            )
    return (
        f"How does {company} describe the main risk to its {kpi} in the {year} report?",
        {"answer": f"A long interruption at its largest plant would reduce {kpi} by up to {money}."},
        f"It says that a long interruption at its largest plant would reduce {kpi} by up to {money}.",
        f"It says that competition and the price of raw materials may reduce {kpi}.",
    )


def _asked(
    dice: random.Random,
    common: dict[str, Any],
    kind: str,
    answers: tuple[str, str],
    *,
    good: bool,
    evidence: list[str],
    base: float,
) -> dict[str, Any]:
    found = [part for place, part in enumerate(evidence) if good or place]
    others = [f"{dice.choice(COMPANIES)[:2].upper()}-{dice.randint(10, 23)}-{dice.randint(100, 399):04d}" for _ in range(8)]
    ranked = others[:]
    for part in found:
        ranked.insert(dice.randint(0, 4 if good else 8), part)
    recall = len(found) / len(evidence) if evidence else None
    answered = answers[0] if good else answers[1]
    f1 = dice.uniform(0.72, 1.0) if good else dice.uniform(0.08, 0.44)
    hit = 1.0 if good else 0.0
    return common | {
        "answer": answered,
        "retrieved": ranked,
        "contexts": [
            {"id": part, "text": _passage(part, part in found, answers[0]), "score": 1 / (7 + at)}
            for at, part in enumerate(ranked)
        ],
        "citations": found[:1],
        "latency_ms": base * math.exp(dice.gauss(0, 0.42)),
        "input_tokens": dice.randint(900, 1500),
        "output_tokens": dice.randint(40, 260),
        "cost_usd": dice.uniform(0.0021, 0.0037),
        "error": None,
        "attempts": 1,
        "asked_at": "2026-11-20T13:59:04Z",
        "retrieval.recall@10": recall,
        "retrieval.ndcg@10": None if recall is None else recall * dice.uniform(0.6, 1.0),
        "answer.token_f1": f1 if kind in ("span", "trend", "list") else None,
        "answer.numeric_match": hit if kind == "number" else None,
        "answer.boolean_match": hit if kind == "boolean" else None,
        "answer.list_f1": (hit or 0.4) if kind == "list" else None,
        "answer.refusal": hit if kind == "unanswerable" else None,
        "grounding.citation_precision": hit if found else None,
    }


def _passage(part: str, telling: bool, answer: str) -> str:
    if telling:
        return f"{answer} This compares with the prior year and excludes businesses that were sold."
    return f"Passage {part} describes the terms of the revolving credit facility and the covenants that go with it."


def _moved(row: dict[str, Any], old: dict[str, Any]) -> float:
    gated = ("retrieval.recall@10", "answer.numeric_match", "answer.token_f1", "answer.refusal")
    both = [(row[name], old[name]) for name in gated]
    return sum(float(new - before) for new, before in both if new is not None and before is not None)


def _poisoned(pair: tuple[dict[str, Any], dict[str, Any]], place: int) -> tuple[dict[str, Any], dict[str, Any]]:
    poison = HOSTILE[place % len(HOSTILE)]
    this = pair[0]
    changed: dict[str, Any] = {"answer": f"{this['answer']} {poison}", "input": f"{poison} {this['input']}", "notes": poison}
    changed["contexts"] = [{"id": poison, "text": poison, "score": 0.5}, *pair[0]["contexts"]]
    changed["tag:company"] = poison
    changed["expected"] = json.dumps({**json.loads(pair[0]["expected"]), "answer": poison})
    return pair[0] | changed, pair[1] | {key: value for key, value in changed.items() if key != "answer"}


def _table(rows: list[dict[str, Any]], path: Path) -> None:
    context = pl.List(pl.Struct({"id": pl.String, "text": pl.String, "score": pl.Float64}))
    texts = ("cluster", "notes", "error", "answer")
    schema: dict[str, Any] = {"contexts": context, "evidence_missing": pl.List(pl.String)}
    schema |= dict.fromkeys(texts, pl.String) | dict.fromkeys(METRICS, pl.Float64)
    pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None).write_parquet(path)


def _mean(values: list[float]) -> tuple[float, float, float]:
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / max(len(values) - 1, 1) / len(values))
    return mean, mean - Z * spread, mean + Z * spread


def _values(rows: list[dict[str, Any]], metric: str) -> list[float]:
    return [row[metric] for row in rows if row[metric] is not None]


def _metric(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    values = _values(rows, name)
    mean, low, high = _mean(values)
    missing = sum(row["error"] is not None for row in rows)
    return {"value": mean, "ci_low": max(low, 0.0), "ci_high": min(high, 1.0), "n": len(values), "missing": missing}


def _totals(rows: list[dict[str, Any]]) -> dict[str, Any]:
    latencies = sorted(_values(rows, "latency_ms"))
    p95 = latencies[math.ceil(0.95 * len(latencies)) - 1]
    cost = _mean(_values(rows, "cost_usd"))
    n = len(latencies)
    return {
        "latency.p95_ms": {"value": p95, "ci_low": p95 * 0.93, "ci_high": p95 * 1.11, "n": n, "missing": 1},
        "errors.rate": {"value": 1 / len(rows), "ci_low": 0.0, "ci_high": 0.02, "n": len(rows), "missing": 0},
        "cost.usd_per_case": {"value": cost[0], "ci_low": cost[1], "ci_high": cost[2], "n": n, "missing": 0},
    }


def _picked(rows: list[dict[str, Any]], slice_: dict[str, str] | None) -> list[int]:
    return [at for at, row in enumerate(rows) if all(row[f"tag:{tag}"] == value for tag, value in (slice_ or {}).items())]


def _drop(
    this: list[dict[str, Any]], live: list[dict[str, Any]], metric: str, margin: float, slice_: dict[str, str] | None = None
) -> dict[str, Any]:
    both = [(this[at][metric], live[at][metric]) for at in _picked(this, slice_)]
    pairs = [(new, old) for new, old in both if new is not None and old is not None]
    diff, low, high = _mean([new - old for new, old in pairs])
    verdict = "pass" if low >= -margin else "fail" if high < -margin else "inconclusive"
    return {
        "metric": metric,
        "slice": slice_,
        "rule": f"max_drop {margin}",
        "limit": margin,
        "value": sum(new for new, _ in pairs) / len(pairs),
        "baseline": sum(old for _, old in pairs) / len(pairs),
        "diff": diff,
        "ci_low": low,
        "ci_high": high,
        "p_adjusted": 0.01 if verdict == "fail" else 0.2,
        "confidence": 0.95,
        "smallest_effect": 2.8 * (high - low) / 2 / Z,
        "n": len(pairs),
        "verdict": verdict,
        "reason": "",
    }


def _limit(totals: dict[str, Any], metric: str, rule: str, bound: float) -> dict[str, Any]:
    found = totals[metric]
    held = found["value"] >= bound if rule == "min" else found["value"] <= bound
    return {
        "metric": metric,
        "slice": None,
        "rule": f"{rule} {bound}",
        "limit": bound,
        "verdict": "pass" if held else "fail",
        "reason": "",
        "n": found["n"],
        **{key: found[key] for key in ("value", "ci_low", "ci_high")},
    }


def _gates(this: list[dict[str, Any]], live: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    totals = _totals(this) | {name: _metric(this, name) for name in METRICS}
    fixed = [
        _limit(totals, "retrieval.recall@10", "min", 0.8),
        _limit(totals, "latency.p95_ms", "max", 500.0),
        _limit(totals, "cost.usd_per_case", "max", 0.01),
    ]
    if live is None:
        return fixed
    return [
        _drop(this, live, "retrieval.recall@10", 0.03, {"difficulty": "hard"}),
        _drop(this, live, "retrieval.recall@10", 0.04),
        _drop(this, live, "answer.numeric_match", 0.05),
        _drop(this, live, "answer.token_f1", 0.06),
        *fixed,
    ]


def _slices(this: list[dict[str, Any]], live: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    found = []
    for tag in TAGS:
        for value in sorted({row[f"tag:{tag}"] for row in this}):
            for metric in METRICS[:5]:
                places = [at for at in _picked(this, {tag: value}) if this[at][metric] is not None]
                if len(places) < 2:
                    continue
                mean, low, high = _mean([this[at][metric] for at in places])
                before = [live[at][metric] for at in places if live[at][metric] is not None] if live else []
                base = sum(before) / len(before) if before else None
                found.append(
                    {"tag": tag, "value": value, "metric": metric, "n": len(places), "value_": mean, "missing": 0}
                    | {"ci_low": max(0.0, low), "ci_high": min(1.0, high), "baseline": base}
                    | {"diff": None if base is None else mean - base}
                )
    return found
