"""The page: one self-contained HTML file that needs no network."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import columns, figures, opening, plots, sentence, slices, views
from .cases import CaseTable, load
from .gates import SIGNS, WORDS, Gate, read
from .text import safe_href, visible

if TYPE_CHECKING:
    from .model import ReportInput

HERE = Path(__file__).parent
SCRIPTS = ("unpack.js", "diff.js", "case.js", "list.js", "main.js")
_METRIC = re.compile(r"(?<![\w./])([a-z_]+\.[a-z][a-z0-9_]*(?:@\d+)?)(?= (?:on|is) )")
_LINK_SIGNS = {"ok": "✓", "failed": "✕", "warning": "!", "info": "", "not reached": ""}


def render(report: ReportInput) -> str:
    """The whole page as text. Raises `UsageError` when a cases file cannot be read."""
    table = load(report.cases, report.baseline_cases, report.evaluation)
    style, script = asset("page.css"), _script()
    page = environment().get_template("page.html")
    return page.render(
        **_frame(report, table),
        **_gates(report),
        **_cases(table),
        **_latency(report, table),
        **_release(report),
        style=style,
        script=script,
        policy=policy(style, script),
        blocks=columns.blocks(table) if table.rows else {},
        metrics=views.metric_groups(report.evaluation),
        heat=slices.heat(report.evaluation, [gate.metric for gate in read(report.evaluation)]),
        few=slices.FEW,
    )


def write(report: ReportInput, path: Path) -> Path:
    """Render and write the page in one step (temporary name, then renamed); returns `path`."""
    page = render(report).encode("utf-8", "replace")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(page)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def policy(style: str, script: str) -> str:
    """A Content-Security-Policy that runs this style sheet and this script and nothing else, and reaches no address."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def environment() -> Environment:
    """The templates with autoescaping; whatever they print is made visible first (controls, bidirectional overrides)."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    made.globals |= {"signs": SIGNS, "words": WORDS, "titles": sentence.TITLES}
    made.filters |= {
        "allowed": _allowed,
        "axis": plots.forest_axis,
        "clock": figures.clock,
        "coded": _coded,
        "day": figures.day,
        "difference": figures.difference,
        "forest": _forest,
        "href": safe_href,
        "margin": lambda gate: figures.size(gate.metric, gate.bound or 0.0),
        "moment": figures.moment,
        "ms": lambda amount: figures.NONE if amount is None else figures.milliseconds(amount),
        "plain_name": figures.plain_name,
        "plottable": lambda gate: bool(_forest(gate, None)),
        "seconds": figures.seconds,
        "sentence": _capital,
        "short": figures.short,
        "short_value": _short_value,
        "slice_label": figures.slice_label,
        "spread": lambda gate: figures.interval(gate.metric, gate.low, gate.high, signed=gate.relative),
        "typeset": figures.typeset,
        "value": figures.value,
    }
    return made


def _frame(report: ReportInput, table: CaseTable) -> dict[str, Any]:
    return {
        "report": report,
        "opening": opening.opening(report),
        "chain": opening.chain(report),
        "facts": opening.facts(report, table),
        "gold": (report.evaluation or {}).get("gold_set") or {},
        "link_signs": _LINK_SIGNS,
        "dash": figures.NONE,
        "ways": _ways(report, table),
    }


def _ways(report: ReportInput, table: CaseTable) -> list[tuple[str, str]]:
    evaluation = report.evaluation or {}
    present = [
        ("release", "Release", report.release),
        ("gates", "Gates", report.evaluation),
        ("cases", "Cases", table.rows),
        ("where", "Slices", evaluation.get("slices")),
        ("metrics", "Metrics", evaluation.get("metrics")),
        ("latency", "Latency", table.rows),
        ("changes", "Changes", report.changes),
        ("contract", "Contract", (report.contract or {}).get("checks")),
    ]
    if not opening.release_failed(report):
        present.insert(6, present.pop(0))
    return [(name, label) for name, label, there in present if there]


def _gates(report: ReportInput) -> dict[str, Any]:
    every = read(report.evaluation)
    gates = [gate for gate in every if not gate.unchecked]
    shared = [gate for gate in gates if gate.relative and figures.unit_of(gate.metric) == "fraction"]
    fixed = [gate for gate in gates if gate not in shared]
    asked = ((report.evaluation or {}).get("gold_set") or {}).get("cases")
    unsure = [(gate, sentence.to_settle(gate, asked) or gate.reason) for gate in gates if gate.verdict == "inconclusive"]
    return {
        "gates": every,
        "unchecked": [gate for gate in every if gate.unchecked],
        "gates_relative": shared,
        "gates_fixed": fixed,
        "fixed_compared": any(gate.baseline is not None for gate in fixed),
        "shared_scale": plots.shared_scale(shared),
        "unsettled": unsure,
    }


def _cases(table: CaseTable) -> dict[str, Any]:
    plain = views.plain_rows(table)
    total = table.counts["worse"] if table.has_live else table.counts["wrong"] + table.counts["error"]
    left = total - len(plain)
    return {
        "table": table,
        "plain": plain,
        "plain_empty": "No case got worse." if table.has_live else "No case is wrong.",
        "plain_more": f"{left:,} more are in the list that JavaScript shows." if left > 0 else "",
        "cases_note": views.cases_note(table),
        "judged_note": views.judged_note(table),
    }


def _latency(report: ReportInput, table: CaseTable) -> dict[str, Any]:
    this, live = table.latencies(), table.latencies(live=True)
    gates = read(report.evaluation)
    limit = next(
        (gate.bound for gate in gates if gate.metric == "latency.p95_ms" and gate.rule == "max" and not gate.slice), None
    )
    main = opening.main_gate(report.evaluation)
    metric = main.metric if main else ""
    floor = next((gate.bound for gate in gates if gate.metric == metric and gate.rule == "min" and not gate.slice), None)
    return {
        "latency": plots.ecdf(this, live, limit),
        "latency_this": plots.percentiles(this),
        "latency_live": plots.percentiles(live) if live else None,
        "history": plots.history(report.history, metric, floor),
        "history_metric": metric,
    }


def _release(report: ReportInput) -> dict[str, Any]:
    checks = [
        {"ok": bool(check.get("ok")), **{key: check.get(key) for key in ("name", "seconds", "detail")}}
        for check in (report.contract or {}).get("checks") or []
    ]
    return {
        "release": _release_facts(report.release) if report.release else None,
        "evidence": _failure_lines(report.release) if report.release else [],
        "release_failed": opening.release_failed(report),
        "checks": checks,
        "checks_passed": sum(check["ok"] for check in checks),
    }


def _release_facts(given: dict[str, Any]) -> dict[str, Any]:
    facts = {key: given.get(key) for key in ("status", "cause", "next", "revision", "url", "digest")}
    facts["status"] = str(facts["status"] or "").replace("_", " ")
    return facts | {"steps": [{"at": step.get("at"), "text": step.get("text")} for step in given.get("steps") or []]}


def _failure_lines(given: dict[str, Any]) -> list[str]:
    """What the tasks said and the end of their log, under the cause."""
    listed = given.get("tasks")
    tasks = [task if isinstance(task, dict) else {"": task} for task in (listed if isinstance(listed, list | tuple) else ())]
    told = ["task  " + ", ".join(f"{key} {value}".strip() for key, value in task.items() if value) for task in tasks]
    return [*told, *(f"log   {line}" for line in given.get("log") or [])]


def _forest(gate: Gate, scale: plots.Scale | None) -> Markup:
    return plots.forest_row(gate, scale or plots.own_scale(gate), label_bound=scale is None)


def _allowed(gate: Gate) -> str:
    if gate.bound is None:
        return figures.NONE
    if gate.relative:
        return figures.difference(gate.metric, gate.bound if gate.rule == "max_rise" else -gate.bound)
    return f"{'≥' if gate.rule == 'min' else '≤'} {figures.value(gate.metric, gate.bound)}"


def _short_value(text: str) -> str:
    return figures.short(text) if text.startswith("sha256:") or "@sha256:" in text else text


def _coded(text: str) -> Markup:
    """The text with the names of metrics (`retrieval.recall@10`) set as code."""
    runs = _METRIC.split(visible(text))
    return Markup("").join(Markup("<code>{}</code>").format(run) if at % 2 else run for at, run in enumerate(runs))


def _capital(text: str) -> str:
    """The first letter large, unless the first word is a metric's name (recall@10, token_f1)."""
    first = text.partition(" ")[0]
    return text if "_" in first or "@" in first else text[:1].upper() + text[1:]


def _shown(value: Any) -> Any:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(value)


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def asset(name: str) -> str:
    """The text of a style sheet or script of the page."""
    return (HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def _script() -> str:
    return '"use strict";\n(() => {\n' + "\n".join(asset(name) for name in SCRIPTS) + "})();\n"
