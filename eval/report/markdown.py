"""The report in Markdown, for a step summary or the comment on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import figures
from .cases import load
from .gates import Gate, read
from .opening import Opening, opening, release_failed
from .text import clipped, safe_href, visible

if TYPE_CHECKING:
    from .cases import CaseTable, Row
    from .model import ReportInput

LIMIT = 65_535
ROOM = 60_000
CASES = 20
QUESTION = 160


def summary(report: ReportInput) -> str:
    """Verdict, gates, cases that changed and what the release did, in fewer than 65,535 characters."""
    table = load(report.cases, report.baseline_cases, report.evaluation)
    found = opening(report)
    parts = [_first(report, found, table), _release(report, found), _gates(report), _cases(table), _changes(report)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text if len(text) < ROOM else f"{_whole_lines(text)}\n\nThe rest stands in the report.\n"


def escape(text: str) -> str:
    """Text of others as plain text in Markdown: no mark-up, no mention, no link, one line."""
    flat = re.sub(r"\s+", " ", visible(text))
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    flat = re.sub(r"([\\`*_{}\[\]#!|~$])", r"\\\1", flat)
    return re.sub(r"(?<=\w)://|(?<!\w)@(?=\w)|(?<=www)\.", lambda match: f"{match[0][0]}\u200b{match[0][1:]}", flat)


def _first(report: ReportInput, found: Opening, table: CaseTable) -> str:
    name = escape(report.service)
    head = f"**{found.sign} {name}: {found.title.lower()}.** {escape(found.sentence)}."
    link = safe_href(report.links.report)
    facts = [f"[Report]({link})"] if link and ")" not in link else []
    evaluation = report.evaluation or {}
    if table.rows:
        facts.append(figures.plural(len(table.rows), "case"))
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
        said = f"```\n{visible(cause).replace('```', chr(39) * 3)}\n```"
    steps = [_step(step) for step in release.get("steps") or []]
    timeline = _folded(f"Timeline, {figures.plural(len(steps), 'step')}", ["| at | |", "|---|---|", *steps]) if steps else ""
    return "\n\n".join(part for part in (said, timeline) if part)


def _step(step: dict[str, Any]) -> str:
    return f"| {figures.clock(str(step.get('at') or ''))} | {escape(str(step.get('text') or ''))} |"


def _gates(report: ReportInput) -> str:
    gates = read(report.evaluation)
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


def _cases(table: CaseTable) -> str:
    if not table.rows:
        return ""
    if not table.has_live:
        wrong = [row for row in table.rows if row.outcome == "wrong"]
        return _folded(f"{figures.plural(len(wrong), 'case')} wrong", _listed(wrong)) if wrong else ""
    worse = [row for row in table.rows if row.worse]
    better = sum(row.better for row in table.rows)
    if not worse:
        return f"No case got worse, {better:,} got better."
    return _folded(f"{figures.plural(len(worse), 'case')} got worse, {better:,} better", _listed(worse))


def _listed(rows: list[Row]) -> list[str]:
    lines = [f"- {escape(row.id)}: {escape(clipped(row.question, QUESTION))}{_lost(row)}" for row in rows[:CASES]]
    return [*lines, f"- and {len(rows) - CASES:,} more in the report"] if len(rows) > CASES else lines


def _lost(row: Row) -> str:
    if row.score is None or row.live_score is None or not row.judged_by:
        return ""
    return f" ({escape(figures.plain_name(row.judged_by))} {row.live_score:.3g} → {row.score:.3g})"


def _changes(report: ReportInput) -> str:
    blocks = []
    for change in report.changes:
        fence = "diff" if change.kind == "diff" else "text"
        body = "\n".join(visible(line).replace("```", "'''") for line in change.lines)
        blocks.append(_folded(f"Changed: {escape(change.title)}", [f"```{fence}", body, "```"]))
    return "\n\n".join(blocks)


def _folded(title: str, lines: list[str]) -> str:
    return "\n".join([f"<details><summary>{title}</summary>", "", *lines, "", "</details>"])


def _whole_lines(text: str) -> str:
    """The text up to the last whole line within the room, with every fold and fence that was open closed."""
    kept = text[:ROOM].rpartition("\n")[0]
    fence = "\n```" if sum(line.startswith("```") for line in kept.splitlines()) % 2 else ""
    return kept + fence + "\n\n</details>" * (kept.count("<details>") - kept.count("</details>"))
