"""What ECS says of one task that did not stay up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TaskFacts:
    """What ECS says of one task and of the container that matters in it, with the tail of its log, masked."""

    task: str
    container: str
    stop_code: str
    stopped_reason: str
    exit_code: int | None
    reason: str
    health: str
    last_status: str
    log: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Everything that was said of the task, for the rules to search."""
        return "\n".join((self.stopped_reason, self.reason, *self.log))

    @property
    def said(self) -> str:
        """What ECS itself said, without the log."""
        return f"{self.stopped_reason}\n{self.reason}"
