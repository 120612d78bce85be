"""A deployment as data: what would change, and the requests that change it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from .mask import masked_value

ARROW = "->"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference between what is and what is wanted; `before` is None where there is nothing yet."""

    field: str
    before: Any
    after: Any

    def line(self) -> str:
        """The change as one line for people."""
        name = self.field
        if self.before is None:
            return f"{name}  {_short(name, self.after)}"
        return f"{name}  {_short(name, self.before)} {ARROW} {_short(name, self.after)}"

    def to_json(self) -> dict[str, Any]:
        """The change as a mapping, secrets masked."""
        return {
            "field": self.field,
            "before": masked_value(self.field, self.before),
            "after": masked_value(self.field, self.after),
        }


@dataclass(frozen=True, kw_only=True)
class Previous:
    """What is live before the deployment: the way back."""

    task_definition: str
    image: str | None
    deployment: str | None
    revisions: list[str]

    @property
    def digest(self) -> str | None:
        """The manifest digest of the live image, where it runs by digest."""
        return (self.image or "").partition("@")[2] or None

    def to_json(self) -> dict[str, Any]:
        """The previous state as it stands in a release record."""
        return {**dataclasses.asdict(self), "digest": self.digest}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A deployment to come, made with read-only calls.

    `definition` is the task definition to register (None: the present one serves), `tags` lie beside it, `request` are
    the arguments of create_service or update_service without the task definition, `busy` is the ARN (or id) of a
    deployment that is still active, `known` are the deployments there were before.
    """

    cluster: str
    service: str
    image: str
    container: str
    creates: bool
    changes: tuple[Change, ...]
    definition: dict[str, Any] | None
    tags: list[dict[str, str]]
    task_definition: str | None
    request: dict[str, Any]
    new_log_group: str | None
    previous: Previous | None
    busy: str | None
    known: tuple[str, ...]
    unheard_of: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """True where nothing is to be done."""
        return not self.changes

    def lines(self) -> list[str]:
        """The plan for people, one change a line."""
        busy = [f"busy  {self.busy} is still active"] if self.busy else []
        return busy + ([change.line() for change in self.changes] or ["nothing to do"])

    def to_json(self) -> dict[str, Any]:
        """The plan for machines."""
        return {
            "format": 1,
            "target": "ecs",
            "cluster": self.cluster,
            "service": self.service,
            "image": self.image,
            "creates": self.creates,
            "changes": [change.to_json() for change in self.changes],
            "previous": self.previous.to_json() if self.previous else None,
            "busy": self.busy,
        }


@dataclass(frozen=True, kw_only=True)
class Started:
    """A deployment that is under way; enough to wait for it in another process.

    `deployment` is None where ECS started none (a new desired count alone), or lists none: then `by_rollouts` is true.
    """

    cluster: str
    service: str
    container: str
    task_definition: str
    deployment: str | None
    by_rollouts: bool
    previous: Previous | None
    started_at: float


def _short(field: str, value: Any) -> str:
    shown = masked_value(field, value)
    if isinstance(shown, dict):
        return ", ".join(f"{key} {part}" for key, part in shown.items())
    if isinstance(shown, list):
        return " ".join(str(part) for part in shown) or "none"
    text = str(shown)
    head, at, digest = text.partition("@sha256:")
    return f"{head}@{digest[:12]}" if at else text
