"""The first screen: may it go out, why, against what; the chain and the few figures beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

from . import figures
from .gates import SIGNS, Gate, listed
from .sentence import TITLES, evidence, headline

if TYPE_CHECKING:
    from .cases import CaseTable
    from .model import ChainLink, DigestCheck, ReportInput

State = Literal["pass", "fail", "inconclusive", ""]
STAGES = ("commit", "image", "contract", "evaluation", "push", "release", "running")
_FAILED_RELEASE = ("fail", "rolled", "rollback", "refused", "error")
_POWER = 0.8
_LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Opening:
    """The verdict block. `lines` follow the sentence: the evidence, then against what and how sure; `links` says which links
    of the digest chain hold."""

    state: State
    title: str
    sentence: str
    lines: tuple[str, ...] = ()
    links: str = ""

    @property
    def sign(self) -> str:
        """✓, ✕ or ?; a dot where nothing was judged."""
        return SIGNS.get(self.state, "·")


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure of the strip below the verdict; `state` colours it where it is a verdict on its own."""

    figure: str
    label: str
    state: str = ""


def opening(report: ReportInput) -> Opening:
    """The verdict of the whole run: what the release did counts most, then a broken link of the digests, then the evaluation,
    then whatever stopped the chain."""
    found = _unreleased(report) or _unchained(report) or _evaluated(report) or _stopped(report)
    sentence = report.headline.rstrip(".") if report.headline else found.sentence
    return replace(found, sentence=sentence, links=links_said(report))


def chain(report: ReportInput) -> tuple[ChainLink, ...]:
    """The links handed in, completed by the stages that nobody spoke of: not reached."""
    from .model import ChainLink

    if not report.chain:
        return ()
    given = {link.label: link for link in report.chain}
    known = [given.get(stage, ChainLink(label=stage, value="not reached")) for stage in STAGES]
    return (*known, *(link for link in report.chain if link.label not in STAGES))


def facts(report: ReportInput, table: CaseTable) -> list[Fact]:
    """Flips, the smallest visible fall, time and cost of the run, as far as they are known."""
    evaluation = report.evaluation
    found = _flips(table)
    if evaluation is not None:
        if errors := table.counts["error"]:
            said = f"infrastructure {'error' if errors == 1 else 'errors'}, not counted as wrong"
            found.append(Fact(figure=f"! {errors:,}", label=said, state="inconclusive"))
        if fall := smallest_fall(evaluation):
            found.append(Fact(figure=fall[0], label=fall[1]))
        found += [fact for fact in (_time(report, table), _cost(evaluation)) if fact]
    elif report.seconds is not None:
        found.append(Fact(figure=figures.seconds(report.seconds), label="the whole run"))
    return found


def smallest_fall(evaluation: dict[str, Any]) -> tuple[str, str] | None:
    """The smallest real fall (or rise) that this run would have noticed in 4 of 5 runs: given, as the gate says, or from its
    interval.

    From an interval: the standard error at its level, times the normal quantiles of level (one-sided 5 %) and power added.
    """
    given = evaluation.get("smallest_fall")
    if isinstance(given, dict):
        metric, fall = str(given.get("metric", "")), figures.number(given.get("value"))
        return (figures.size(metric, fall), _could_see("fall", figures.plain_name(metric))) if fall else None
    told = [(gate, gate.smallest_effect or _from_interval(gate)) for gate in listed(evaluation) if gate.relative]
    known = [(gate, effect) for gate, effect in told if effect]
    if not known:
        return None
    gate, effect = next(((gate, effect) for gate, effect in known if not gate.slice), known[0])
    return figures.size(gate.metric, effect), _could_see("rise" if gate.rule == "max_rise" else "fall", gate.name)


def broken(report: ReportInput) -> DigestCheck | None:
    """The first link of built = tested = ... = running that does not hold."""
    return next((check for check in report.digests if check.state == "failed"), None)


def links_said(report: ReportInput) -> str:
    """The links of the digest chain in one sentence: which hold, which is broken, what was not reached."""
    if (check := broken(report)) is not None:
        return f"Broken: {check.names[1]} is not what was {check.names[0]}"
    held = [check for check in report.digests if check.state == "ok"]
    if not held:
        return "No link of the chain was reached"
    names = " = ".join([held[0].names[0], *(check.names[1] for check in held)])
    if len(held) == len(report.digests):
        return f"One image all the way: {names}, each link checked"
    rest = ", ".join(check.names[1] for check in report.digests if check.state == "not reached")
    return f"One image so far: {names}, each link checked; not reached: {rest}"


def release_failed(report: ReportInput) -> bool:
    """Whether the release record speaks of a failure, a rollback or a refusal."""
    status = str((report.release or {}).get("status") or "").lower()
    return any(word in status for word in _FAILED_RELEASE)


def _unreleased(report: ReportInput) -> Opening | None:
    release = report.release
    if release is None or not release_failed(report):
        return None
    status = str(release["status"]).lower()
    title = "Rolled back" if "roll" in status else "Refused" if "refused" in status else "Not released"
    log = [str(line) for line in release.get("log") or []]
    lines = [f"Its log ends with: {log[-1].strip()}"] if log else []
    lines += [f"Next: {release['next']}"] if release.get("next") else []
    if report.evaluation is not None:
        said = headline(report.evaluation)
        lines.append(f"Its evaluation: {said.title.lower()}, {said.sentence}. {said.against}")
    return Opening(
        state="fail", title=title, sentence=_first_line(release.get("cause")) or "the release failed", lines=tuple(lines)
    )


def _unchained(report: ReportInput) -> Opening | None:
    check = broken(report)
    if check is None:
        return None
    said = f"the image that is {check.names[1]} is not the one that was {check.names[0]}"
    return Opening(state="fail", title="Broken chain", sentence=said, lines=(f"{check.told}.", _serves(report).strip()))


def _evaluated(report: ReportInput) -> Opening | None:
    evaluation = report.evaluation
    if evaluation is None or _broken_link(report, after_evaluation=True):
        return None
    said = headline(evaluation)
    verdict = evaluation.get("verdict")
    state: State = verdict if verdict in TITLES else "inconclusive"
    if state == "pass" and not evaluation.get("gates") and not _runs(report):
        against = f"{said.against}{_serves(report)}"
        return Opening(state="", title="Evaluated", sentence="no gate is set, so no answer could stop it", lines=(against,))
    title = "Released" if state == "pass" and _runs(report) else said.title
    lines = (evidence(evaluation), f"{said.against}{_serves(report)}")
    return Opening(state=state, title=title, sentence=said.sentence, lines=lines)


def _stopped(report: ReportInput) -> Opening:
    checks = [check for check in (report.contract or {}).get("checks") or [] if not check.get("ok")]
    if checks:
        total = len((report.contract or {}).get("checks") or [])
        names = ", ".join(str(check.get("name")) for check in checks[:3])
        said = f"{len(checks)} of {total} contract checks failed: {names}"
        details = tuple(str(check["detail"]) for check in checks[:3] if check.get("detail"))
        return Opening(state="fail", title="Stopped", sentence=said, lines=(*details, "No question was asked."))
    link = _broken_link(report)
    if link is None:
        return Opening(state="inconclusive", title="Not evaluated", sentence="no question was asked in this run")
    told = (link.detail or link.value).rstrip(".")
    passed = report.evaluation is not None and report.evaluation.get("verdict") == "pass"
    lines = ("Its evaluation passed." if passed else "", _serves(report).strip())
    return Opening(state="fail", title="Stopped", sentence=f"{link.label}: {told}", lines=tuple(filter(None, lines)))


def _broken_link(report: ReportInput, *, after_evaluation: bool = False) -> ChainLink | None:
    links = [link for link in report.chain if link.state == "failed" and link.label != "evaluation"]
    if after_evaluation:
        later = STAGES[STAGES.index("evaluation") :]
        links = [link for link in links if link.label in later]
    return links[0] if links else None


def _runs(report: ReportInput) -> bool:
    states = {link.label: link.state for link in report.chain}
    return states.get("release") == "ok" and states.get("running") == "ok"


def _serves(report: ReportInput) -> str:
    running = next((link for link in report.chain if link.label == "running"), None)
    if running is None or running.state != "info":
        return ""
    said = running.detail if " " in running.detail else running.value
    return f" {said[:1].upper()}{said[1:].rstrip('.')}."


def _first_line(text: object) -> str:
    return str(text or "").strip().partition("\n")[0].rstrip(".")


def _flips(table: CaseTable) -> list[Fact]:
    if not len(table):
        return []
    if table.has_live:
        broken, fixed = table.counts["broken"], table.counts["fixed"]
        lower = table.counts["worse"] - broken
        found = [Fact(figure=f"{broken:,}", label="right → wrong", state="fail" if broken else "")]
        found += [Fact(figure=f"{lower:,}", label="scored lower on a gated metric")] if lower else []
        return [*found, Fact(figure=f"{fixed:,}", label="wrong → right", state="pass" if fixed else "")]
    return [
        Fact(figure=f"{table.counts['right']:,}", label="answered right"),
        Fact(figure=f"{table.counts['wrong']:,}", label="answered wrong"),
    ]


def _could_see(side: str, name: str) -> str:
    return f"smallest {side} of {name} that it could have seen, 4 times in 5"


def _from_interval(gate: Gate) -> float | None:
    if gate.low is None or gate.high is None or gate.high <= gate.low:
        return None
    normal = NormalDist()
    error = (gate.high - gate.low) / 2 / normal.inv_cdf(0.5 + (gate.confidence or 0.95) / 2)
    return error * (normal.inv_cdf(1 - _LEVEL) + normal.inv_cdf(_POWER))


def _time(report: ReportInput, table: CaseTable) -> Fact | None:
    """The time of the whole run with that of its evaluation, or of the evaluation alone where that is all that is known."""
    evaluation = report.evaluation or {}
    spent = figures.number((evaluation.get("timing") or {}).get("seconds"))
    if spent is None:
        return None
    asked = len(table) or (evaluation.get("gold_set") or {}).get("cases") or 0
    said = f"{asked:,} asked{'' if table.counts['error'] else ', no errors'}"
    if report.seconds is None:
        return Fact(figure=figures.seconds(spent), label=said)
    if evaluation.get("reused_from"):
        return Fact(figure=figures.seconds(report.seconds), label="the whole run, nothing asked again")
    return Fact(figure=figures.seconds(report.seconds), label=f"the whole run; {figures.seconds(spent)} for {said}")


def _cost(evaluation: dict[str, Any]) -> Fact | None:
    cost = evaluation.get("cost") or {}
    spent = figures.number(cost.get("usd"))
    if spent is None:
        return None
    judged = sum(figures.number(judge.get("cost_usd")) or 0.0 for judge in (evaluation.get("judges") or {}).values())
    budget = figures.number(cost.get("budget_usd"))
    parts = [f"{figures.usd(judged)} of it for judges"] if judged else []
    parts += [f"budget {figures.usd(budget)}"] if budget else []
    return Fact(figure=figures.usd(spent + judged), label=", ".join(["evaluation", *parts]))
