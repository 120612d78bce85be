"""The verdict in plain words, the same in the report, the terminal and the pull request."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from . import figures
from .gates import Gate, read

TITLES = {"pass": "Passed", "fail": "Blocked", "inconclusive": "Not sure"}
_QUESTION_FAMILIES = ("retrieval", "answer", "grounding", "judge")


class Headline(NamedTuple):
    """`title` is the verdict's word ("Blocked"), `sentence` says why (no full stop), `against` with what it was compared."""

    title: str
    sentence: str
    against: str


def headline(evaluation: dict[str, Any]) -> Headline:
    """The plain words of an evaluation.json: "recall@10 on hard questions fell by 6.1 points (95 % interval -9.0 to
    -3.2), more than the 3 points allowed"."""
    gates = read(evaluation)
    verdict = str(evaluation.get("verdict", "inconclusive"))
    return Headline(TITLES.get(verdict, "Not sure"), _sentence(evaluation, gates, verdict), against(evaluation, gates))


def evidence(evaluation: dict[str, Any]) -> str:
    """The figures behind the sentence: from what to what, on how many cases, where the interval lies, how many gates more."""
    gates = read(evaluation)
    if not gates:
        return "No gate is set, so nothing could stop it."
    first = deciding(gates)
    others = sum(gate.verdict == first.verdict for gate in gates) - 1
    tail = ""
    if others and first.verdict == "fail":
        tail = f" {figures.plural(others, 'more gate')} failed."
    elif others and first.verdict == "inconclusive":
        tail = f" {figures.plural(others, 'more gate')} could not be decided."
    lead = "Closest to its bound: " if first.verdict == "pass" else ""
    return f"{lead}{_figures(first)}{tail}"


def against(evaluation: dict[str, Any], gates: list[Gate] | None = None) -> str:
    """Compared with what, on which cases, and how the intervals were made."""
    gates = read(evaluation) if gates is None else gates
    gold = evaluation.get("gold_set") or {}
    asked = gold.get("cases")
    baseline = evaluation.get("baseline")
    if not baseline:
        count = f"{asked:,} cases" if isinstance(asked, int) else "the gold set"
        return f"Nothing was live to compare with: {count}{' against fixed limits' if gates else ''}, 95 % intervals."
    released = f", released {figures.day(str(baseline['released_at']))}" if baseline.get("released_at") else ""
    digest = f", {figures.short(baseline['digest'])}" if baseline.get("digest") else ""
    common = baseline.get("common", asked)
    cases = f" on the same {figures.plural(common, 'case')}" if isinstance(common, int) else ""
    left_out, correction = _left_out(baseline), _correction(gates)
    live = f"{baseline['label']}, called live here" if baseline.get("label") and not digest else "what is live"
    return f"Compared with {live}{digest}{released},{cases} in pairs{left_out}; 95 % intervals{correction}."


def of_gate(gate: Gate) -> str:
    """One gate in words: what happened, how sure that is, and what is allowed."""
    subject = f"{gate.name}{figures.slice_phrase(gate.slice, _noun(gate.metric))}"
    if gate.relative:
        return _moved(gate, subject)
    if gate.value is None or gate.bound is None:
        return f"{subject}: {gate.reason or 'no value'}"
    bound, spread = figures.value(gate.metric, gate.bound), _spread(gate)
    past = gate.room is not None and gate.room < 0
    allowed = f"at least {bound} is required" if gate.rule == "min" else f"at most {bound} is allowed"
    if past:
        allowed = f"less than the {bound} required" if gate.rule == "min" else f"more than the {bound} allowed"
    return f"{subject} is {figures.value(gate.metric, gate.value)}{spread}{',' if past else ';'} {allowed}"


def to_settle(gate: Gate, n: int | None) -> str:
    """What would decide a gate that is not sure: about how many more cases, if the estimate stays where it is.

    An interval shrinks with the square root of the cases; it must become shorter than the room to the bound.
    """
    count = gate.n or n
    if gate.verdict != "inconclusive" or not count:
        return ""
    needed = gate.cases_needed
    if needed is None and gate.low is not None and gate.high is not None and gate.room:
        needed = math.ceil(count * ((gate.high - gate.low) / 2 / gate.room) ** 2)
    if needed is None or needed <= count:
        return ""
    more = math.ceil((needed - count) / 10) * 10
    if more > 20 * count:
        return "The estimate lies almost on the bound: no affordable number of cases would settle it."
    return f"About {more:,} more cases would settle it, if the estimate stays where it is."


def deciding(gates: list[Gate]) -> Gate:
    """The gate to speak of first: the first that failed, else the first that is open, else the one closest to its bound.

    `gates` as `read` gives them, failed ones first, in the order of the configuration.
    """
    if gates[0].verdict != "pass":
        return gates[0]

    def past(gate: Gate) -> float:
        if gate.room is None or not gate.bound:
            return math.inf
        width = (gate.high - gate.low) if gate.low is not None and gate.high is not None else abs(gate.bound or 1)
        return gate.room / (width or 1)

    return min(gates, key=past)


def _sentence(evaluation: dict[str, Any], gates: list[Gate], verdict: str) -> str:
    if verdict == "inconclusive" and evaluation.get("stopped") and all(gate.verdict == "pass" for gate in gates):
        asked, cases = (evaluation.get("gold_set") or {}).get("asked"), (evaluation.get("gold_set") or {}).get("cases")
        return f"only {asked:,} of {cases:,} cases were asked: {evaluation['stopped']}"
    if not gates:
        return str(evaluation.get("reason") or "no gate was set")
    if verdict == "pass":
        held = _held(gates)
        lost = [gate for gate in gates if gate.relative and (gate.diff or 0) * _better(gate) < 0]
        return f"{held}; {of_gate(deciding(lost))}" if lost else held
    first = deciding(gates)
    if first.crosses:
        return _undecided(first)
    if first.verdict == "inconclusive" and first.reason:
        return f"{first.name}{figures.slice_phrase(first.slice, _noun(first.metric))} {first.reason.rstrip('.')}"
    return of_gate(first)


def _held(gates: list[Gate]) -> str:
    checked = sum(not gate.unchecked for gate in gates)
    if checked == len(gates):
        return "the gate holds" if len(gates) == 1 else f"all {len(gates)} gates hold"
    rest = f"{figures.plural(len(gates) - checked, 'gate')} had nothing live to compare with"
    return f"{'the limit holds' if checked == 1 else f'all {checked} limits hold'}; {rest}" if checked else rest


def _undecided(gate: Gate) -> str:
    worst = gate.high if gate.rule == "max_rise" else gate.low
    verb = "risen" if gate.rule == "max_rise" else "fallen"
    subject = f"{gate.name}{figures.slice_phrase(gate.slice, _noun(gate.metric))}"
    most = figures.size(gate.metric, worst or 0)
    return f"{subject} may have {verb} by up to {most}{_spread(gate)}, {_allowance(gate, 'more')}"


def _moved(gate: Gate, subject: str) -> str:
    if gate.diff is None or gate.bound is None:
        return f"{subject}: {gate.reason or 'nothing to compare with'}"
    verb = "rose" if gate.diff > 0 else "fell"
    moved = f"{verb} by {figures.size(gate.metric, gate.diff)}" if gate.diff else "did not move"
    room = gate.room or 0.0
    return f"{subject} {moved}{_spread(gate)}, {_allowance(gate, 'more' if room < 0 else 'less' if room else 'exactly')}"


def _allowance(gate: Gate, side: str) -> str:
    """What a gate allows, for prose: more than the 3 points allowed."""
    than = "exactly" if side == "exactly" else f"{side} than"
    if not gate.bound:
        return "where none is allowed"
    if figures.unit_of(gate.metric) != "fraction":
        return f"{than} the {figures.size(gate.metric, gate.bound)} allowed"
    points = f"{100 * gate.bound:.3g}"
    return f"{than} the {points} {'point' if points == '1' else 'points'} allowed"


def _spread(gate: Gate) -> str:
    spread = figures.interval(gate.metric, gate.low, gate.high, signed=gate.relative)
    return f" ({gate.level} interval {spread})" if spread else ""


def _figures(gate: Gate) -> str:
    label = f"{gate.metric} on {figures.slice_label(gate.slice)}"
    count = f" on {figures.plural(gate.n, 'case')}" if gate.n else ""
    if gate.relative and gate.diff is not None:
        values = f"from {figures.value(gate.metric, gate.baseline)} to {figures.value(gate.metric, gate.value)}"
        moved = figures.difference(gate.metric, gate.diff, unit=True)
        told = _spread(gate) if gate.verdict == "pass" else _where(gate)
        return f"{label} went {values}{count}, {moved}{told}."
    if gate.value is None:
        return f"{label} {gate.reason.rstrip('.') or 'has no value'}."
    return f"{label} is {figures.value(gate.metric, gate.value)}{count}{_spread(gate)}."


def _where(gate: Gate) -> str:
    """Where the interval of a difference lies, which is what decides; the headline has given the interval itself."""
    if gate.low is None or gate.high is None or gate.bound is None:
        return ""
    if gate.crosses:
        return "; the interval holds the margin, so it can be either"
    return "; the whole interval lies past the margin" if gate.verdict == "fail" else ""


def _left_out(baseline: dict[str, Any]) -> str:
    sides = {"new here": "only_here", "only with live": "only_there", "changed since": "changed"}
    found = {words: baseline.get(key) or 0 for words, key in sides.items()}
    counts = {words: len(side) if isinstance(side, list) else int(side) for words, side in found.items()}
    said = ", ".join(f"{count:,} {words}" for words, count in counts.items() if count)
    return f" (the gold sets differ: {said}, left out)" if said else ""


def _correction(gates: list[Gate]) -> str:
    compared = sum(gate.p_adjusted is not None for gate in gates)
    return f", the decisions corrected for {compared} comparisons (Holm)" if compared > 1 else ""


def _better(gate: Gate) -> int:
    return -1 if gate.rule == "max_rise" else 1


def _noun(metric: str) -> str:
    return "questions" if metric.partition(".")[0] in _QUESTION_FAMILIES else "cases"
