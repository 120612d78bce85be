"""Faults on demand: the next calls that match a rule are slowed, refused or cut off."""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .wire import Call

KINDS = {
    "slow_down": ("SlowDown", "Please reduce your request rate.", 503),
    "access_denied": ("AccessDenied", "Access Denied", 403),
    "throttling": ("ThrottlingException", "Rate exceeded", 400),
    "internal": ("InternalError", "We encountered an internal error. Please try again.", 500),
    "latency": ("", "", 0),
    "reset": ("", "", 0),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A rule. `service`, `operation` and `key` are shell patterns; `count` is how many calls it hits (None: all).

    `kind` is one of KINDS, `seconds` the wait before the call goes on (latency) or fails (the others),
    `after` how many matching calls pass untouched first.
    """

    kind: str
    service: str = "*"
    operation: str = "*"
    key: str = "*"
    count: int | None = None
    after: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a call meets: a wait, then an error, a cut connection, or nothing more."""

    seconds: float = 0.0
    error: AwsError | None = None
    reset: bool = False


def parse_faults(body: object) -> list[Fault]:
    """Read `{"faults": [{...}]}` or one rule. Raises ValueError naming the wrong field."""
    rules = body.get("faults", [body]) if isinstance(body, dict) else body
    if not isinstance(rules, list):
        msg = 'expected {"faults": [...]} or one rule'
        raise TypeError(msg)
    return [_fault(rule) for rule in rules]


def _fault(rule: object) -> Fault:
    if not isinstance(rule, dict):
        msg = f"a rule is an object, not {rule!r}"
        raise TypeError(msg)
    unknown = set(rule) - set(Fault.__dataclass_fields__)
    if unknown:
        msg = f"unknown field {min(unknown)!r}; known: {', '.join(Fault.__dataclass_fields__)}"
        raise ValueError(msg)
    if rule.get("kind") not in KINDS:
        msg = f"kind {rule.get('kind')!r} is none of {', '.join(KINDS)}"
        raise ValueError(msg)
    return Fault(**rule)


class Faults:
    """The rules in force and how often each was met. Safe under threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []
        self._seen: list[int] = []

    def add(self, rules: Sequence[Fault]) -> None:
        """Put rules after those in force; the first that matches a call decides."""
        with self._lock:
            self._rules += rules
            self._seen += [0] * len(rules)

    def clear(self) -> None:
        """Take all rules away."""
        with self._lock:
            self._rules, self._seen = [], []

    def describe(self) -> list[dict[str, Any]]:
        """The rules with `hits`, the number of calls that each has hit."""
        with self._lock:
            return [{**asdict(rule), "hits": _hits(rule, seen)} for rule, seen in zip(self._rules, self._seen, strict=True)]

    def meet(self, call: Call) -> Effect | None:
        """The effect on this call, counted; None when it passes."""
        if not self._rules:
            return None
        with self._lock:
            for index, rule in enumerate(self._rules):
                if not _matches(rule, call):
                    continue
                self._seen[index] += 1
                turn = self._seen[index] - rule.after
                if turn >= 1 and (rule.count is None or turn <= rule.count):
                    return _effect(rule)
        return None


def _hits(rule: Fault, seen: int) -> int:
    past = max(0, seen - rule.after)
    return past if rule.count is None else min(past, rule.count)


def _matches(rule: Fault, call: Call) -> bool:
    return (
        fnmatch.fnmatchcase(call.service, rule.service)
        and fnmatch.fnmatchcase(call.operation, rule.operation)
        and fnmatch.fnmatchcase(unquote(call.path).lstrip("/"), rule.key)
    )


def _effect(rule: Fault) -> Effect:
    code, message, status = KINDS[rule.kind]
    error = AwsError(code=code, message=message, status=status) if code else None
    return Effect(seconds=rule.seconds, error=error, reset=rule.kind == "reset")
