"""The report in Markdown, for a step summary or the comment on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..table import read_table
from . import figures
from .gates import Gate, read
from .model import ReportInput
from .opening import Opening, opening, release_failed
from .outcomes import in_page_order, outcomes
from .secrets import mask
from .text import clipped, safe_href, visible

if TYPE_CHECKING:
    import polars as pl

LIMIT = 65_535
ROOM = 60_000
CASES = 20
QUESTION = 160
METRICS = 40
SLICES = 10


def summary(report: ReportInput) -> str:
    """Verdict, gates, cases that changed and what the release did, in fewer than 65,535 characters."""
    cases = None if report.cases is None else read_table(report.cases)
    live = None if report.baseline_cases is None else read_table(report.baseline_cases)
    found = opening(report)
    head, gates = _first(report, found, 0 if cases is None else cases.height), _gates(report.evaluation)
    return _fitted([head, _release(report, found), gates, _cases(cases, live, report.evaluation), _changes(report)])


def evaluation_summary(
    evaluation: dict[str, Any], cases: pl.DataFrame, live: pl.DataFrame | None = None, *, name: str = "goldgate"
) -> str:
    """The summary of an evaluation that no pipeline ran: verdict, gates, metrics, slices that moved, and cases.

    `evaluation` is evaluation.json, `cases` its table of cases, `live` that of the baseline. Fewer than 65,535 characters.
    """
    report = ReportInput(service=name, environment="", run_id="", commit="", evaluation=evaluation)
    head = _first(report, opening(report), cases.height)
    parts = [_metrics(evaluation), _slices(evaluation), _cases(cases, live, evaluation)]
    return _fitted([head, _gates(evaluation), *parts])


def escape(text: str) -> str:
    """Text of others as plain text in Markdown: no mark-up, no mention, no link, one line."""
    flat = re.sub(r"\s+", " ", visible(mask(text)))
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    flat = re.sub(r"([\\`*_{}\[\]#!|~$])", r"\\\1", flat)
    return re.sub(r"(?<=\w)://|(?<!\w)@(?=\w)|(?<=www)\.", lambda match: f"{match[0][0]}\u200b{match[0][1:]}", flat)


def _fitted(parts: list[str]) -> str:
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if len(text) < ROOM else f"{_whole_lines(text)}\n\nThe rest stands in the report.\n"


def _first(report: ReportInput, found: Opening, cases: int) -> str:
    name = escape(report.service)
    head = f"**{found.sign} {name}: {found.title.lower()}.** {escape(found.sentence)}."
    link = safe_href(report.links.report)
    facts = [f"[Report]({link})"] if link and ")" not in link else []
    evaluation = report.evaluation or {}
    if cases:
        facts.append(figures.plural(cases, "case"))
    if (cost := figures.number((evaluation.get("cost") or {}).get("usd"))) is not None:
        facts.append(figures.usd(cost))
    if figures.number((evaluation.get("timing") or {}).get("seconds")) is not None:
        facts.append(figures.seconds(evaluation["timing"]["seconds"]))
    lines = [head, " · ".join(facts), *(escape(line) for line in found.lines)]
    return "\n\n".join(line for line in lines if line)


def _release(report: ReportInput, found: Opening) -> str:
    release = report.release
    if not release:
        return ""
    said = "" if release_failed(report) else f"Release: {escape(str(release.get('status') or ''))}"
    cause = str(release.get("cause") or "").strip()
    if "\n" in cause and found.state == "fail":
        said = f"```\n{visible(mask(cause)).replace('```', chr(39) * 3)}\n```"
    steps = [_step(step) for step in release.get("steps") or []]
    timeline = _folded(f"Timeline, {figures.plural(len(steps), 'step')}", ["| at | |", "|---|---|", *steps]) if steps else ""
    return "\n\n".join(part for part in (said, timeline) if part)


def _step(step: dict[str, Any]) -> str:
    return f"| {figures.clock(str(step.get('at') or ''))} | {escape(str(step.get('text') or ''))} |"


def _gates(evaluation: dict[str, Any] | None) -> str:
    gates = read(evaluation)
    if not gates:
        return ""
    head = ["| | gate | live | this | diff | interval | allowed |", "|---|---|--:|--:|--:|--:|--:|"]
    open_ = [gate for gate in gates if gate.verdict != "pass"] or gates
    held = [gate for gate in gates if gate not in open_]
    table = "\n".join([*head, *(_gate(gate) for gate in open_)])
    if not held:
        return table
    skipped = sum(gate.unchecked for gate in held)
    title = f"{figures.plural(len(held) - skipped, 'gate')} passed{f', {skipped} not checked' if skipped else ''}"
    passed = _folded(title, [*head, *(_gate(gate) for gate in held)])
    return f"{table}\n\n{passed}"


def _gate(gate: Gate) -> str:
    where = f", {escape(figures.slice_label(gate.slice))}" if figures.slice_pairs(gate.slice) else ""
    spread = figures.interval(gate.metric, gate.low, gate.high, signed=gate.relative) or figures.NONE
    allowed = figures.NONE if gate.bound is None else figures.value(gate.metric, gate.bound)
    if gate.relative and gate.bound is not None:
        allowed = figures.difference(gate.metric, gate.bound if gate.rule == "max_rise" else -gate.bound)
    elif gate.bound is not None:
        allowed = f"{'≥' if gate.rule == 'min' else '≤'} {allowed}"
    cells = [
        f"{gate.sign} {gate.word}",
        f"{_name(gate.metric)}{where}",
        figures.value(gate.metric, gate.baseline),
        figures.value(gate.metric, gate.value),
        figures.difference(gate.metric, gate.diff),
        spread,
        allowed,
    ]
    return f"| {' | '.join(cells)} |"


def _name(metric: str) -> str:
    return f"`{metric}`" if re.fullmatch(r"[\w.@-]+", metric) else escape(metric)


def _metrics(evaluation: dict[str, Any]) -> str:
    metrics = evaluation.get("metrics") or {}
    head = ["| metric | value | 95 % interval | cases | without |", "|---|--:|--:|--:|--:|"]
    lines = [*head, *(_metric(name, found) for name, found in list(metrics.items())[:METRICS])]
    rest = [f"\nand {len(metrics) - METRICS} more in evaluation.json"] if len(metrics) > METRICS else []
    return _folded(figures.plural(len(metrics), "metric"), lines + rest) if metrics else ""


def _metric(name: str, found: dict[str, Any]) -> str:
    spread = figures.interval(name, found.get("ci_low"), found.get("ci_high")) or figures.NONE
    counts = f"{int(found.get('n') or 0):,} | {int(found.get('missing') or 0):,}"
    return f"| {_name(name)} | {figures.value(name, found.get('value'))} | {spread} | {counts} |"


def _slices(evaluation: dict[str, Any]) -> str:
    """The slices that moved most surely against live, as the evaluation found them, with p corrected for all; else the largest
    differences, worst first."""
    surely = "moved" in evaluation
    moved = [part for part in evaluation.get("moved" if surely else "slices") or [] if part.get("diff")]
    if not moved:
        return ""
    if not surely:
        moved.sort(key=lambda part: part["diff"] * (-1 if figures.lower_is_better(part["metric"]) else 1))
    columns = ["live", "this", "diff", "p", "cases"] if surely else ["live", "this", "diff", "cases"]
    head = [f"| slice | metric | {' | '.join(columns)} |", f"|---|---|{'--:|' * len(columns)}"]
    what = "moved most, p corrected for all slices" if surely else "differ"
    title = f"{figures.plural(len(moved), 'slice')} {what}" + (f", the first {SLICES}" if len(moved) > SLICES else "")
    return _folded(title, [*head, *(_slice(part) for part in moved[:SLICES])])


def _slice(part: dict[str, Any]) -> str:
    metric = str(part["metric"])
    figures_ = [figures.value(metric, part.get(key)) for key in ("baseline", "value_")]
    p = figures.number(part.get("p_adjusted"))
    cells = [
        escape(f"{part['tag']}: {part['value']}"),
        _name(metric),
        *figures_,
        figures.difference(metric, part["diff"]),
        *([] if p is None else [f"{p:.2g}"]),
        f"{int(part.get('n') or 0):,}",
    ]
    return f"| {' | '.join(cells)} |"


def _cases(cases: pl.DataFrame | None, live: pl.DataFrame | None, evaluation: dict[str, Any] | None) -> str:
    if cases is None or not cases.height:
        return ""
    judged = outcomes(cases, live, evaluation)
    shown = judged.filter(judged["outcome"] == "wrong" if live is None else judged["worse"])
    better = int(judged["better"].sum())
    if shown.is_empty():
        return "" if live is None else f"No case got worse, {better:,} got better."
    count = figures.plural(shown.height, "case")
    title = f"{count} wrong" if live is None else f"{count} got worse, {better:,} better"
    return _folded(title, _listed(in_page_order(shown, evaluation)))


def _listed(shown: pl.DataFrame) -> list[str]:
    first = shown.select("id", "input", "judged_by", "score", "live_score").head(CASES)
    lines = [
        f"- {escape(name)}: {escape(clipped(mask(question or ''), QUESTION))}{_lost(*rest)}"
        for name, question, *rest in first.iter_rows()
    ]
    return [*lines, f"- and {shown.height - CASES:,} more in the report"] if shown.height > CASES else lines


def _lost(judged_by: str | None, score: float | None, live_score: float | None) -> str:
    if judged_by is None or score is None or live_score is None:
        return ""
    return f" ({escape(figures.plain_name(judged_by))} {live_score:.3g} → {score:.3g})"


def _changes(report: ReportInput) -> str:
    blocks = []
    for change in report.changes:
        fence = "diff" if change.kind == "diff" else "text"
        body = visible(mask("\n".join(change.lines))).replace("```", "'''")
        blocks.append(_folded(f"Changed: {escape(change.title)}", [f"```{fence}", body, "```"]))
    return "\n\n".join(blocks)


def _folded(title: str, lines: list[str]) -> str:
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, "", "</details>"])


def _whole_lines(text: str) -> str:
    """The text up to the last whole line within the room, with every fold and fence that was open closed."""
    kept = text[:ROOM].rpartition("\n")[0]
    fence = "\n```" if sum(line.startswith("```") for line in kept.splitlines()) % 2 else ""
    return kept + fence + "\n\n</details>" * (kept.count("<details>") - kept.count("</details>"))
