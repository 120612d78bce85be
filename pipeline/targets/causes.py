"""Why tasks do not stay up: the causes that the rules find, that of most tasks first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .cause_rules import EVENT_RULES, RULES, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .settings import EcsSettings
    from .task_facts import TaskFacts


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One cause: `kind` for machines, `summary` and `next` for people, and how many tasks it explains."""

    kind: str
    summary: str
    next: str
    tasks: int


def causes_of(tasks: Sequence[TaskFacts], settings: EcsSettings) -> list[Cause]:
    """The causes, that of most tasks first; among equals the most telling rule. A task counts once."""
    found: dict[str, tuple[int, Rule, list[TaskFacts]]] = {}
    for task in tasks:
        for rank, rule in enumerate(RULES):
            if rule.holds(task):
                found.setdefault(rule.kind, (rank, rule, []))[2].append(task)
                break
    ordered = sorted(found.values(), key=lambda entry: (-len(entry[2]), entry[0]))
    return [_cause(rule, explained, len(tasks), settings) for _, rule, explained in ordered]


def cause_of_events(events: Sequence[str], settings: EcsSettings) -> Cause | None:
    """The cause where no task was even placed, from the service's events, newest first."""
    for event in events:
        for pattern, kind, summary, step in EVENT_RULES:
            if re.search(pattern, event, re.IGNORECASE):
                return Cause(kind=kind, summary=summary, next=step.format(name=settings.name), tasks=0)
    return None


def _cause(rule: Rule, explained: list[TaskFacts], total: int, settings: EcsSettings) -> Cause:
    sample = explained[0]
    count = f" in {len(explained)} of {total} task{'s' if total != 1 else ''}"
    return Cause(kind=rule.kind, summary=rule.summary(sample) + count, next=rule.next(sample, settings), tasks=len(explained))
