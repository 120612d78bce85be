"""One of the subjects that a run asks: its answers, and whether it still gives any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import OutsideError
from .answers import Answers
from .pacing.health import Health

if TYPE_CHECKING:
    import polars as pl

    from .options import Patience
    from .subject import Attempt, Subject

SILENT = frozenset({"unreachable", "dropped", "timeout"})


class Side:
    """`number` 0 is the candidate, 1 the baseline; `total` answers are wanted of each, `reused` are there already."""

    def __init__(self, subject: Subject, number: int, reused: pl.DataFrame, patience: Patience, total: int) -> None:
        self.subject, self.number = subject, number
        self.answers = Answers(reused)
        self.health = Health(patience, total)
        self.total = total
        self._unusable = min(patience.unusable, max(total, 1))

    def gives_nothing(self, attempt: Attempt) -> OutsideError | None:
        """The end of the run when the first answers are all of no use; null while there is hope."""
        asked = len(self.answers) - self.answers.reused.height
        if self.health.answered or attempt.fault in SILENT or self.answers.errors < asked or asked < self._unusable:
            return None
        msg = f"the service gives no usable answer: {attempt.detail.rstrip('.')}."
        advice = "Check the request's path and body and the answer's fields, and the service's log."
        return OutsideError(msg, where=self.subject.address, next_step=advice)

    def gone(self, detail: str, *, exited: bool, journaled: bool) -> OutsideError:
        """The end of the run when the subject is no longer there."""
        done = len(self.answers) - self.answers.errors
        state = "exited" if exited else "died" if self.health.answered else "is not there"
        msg = f"the service {state} ({detail.rstrip('.')}); {done} of {self.total} questions were answered."
        kept = " The journal keeps the answers: with --resume only the rest is asked." if journaled and done else ""
        return OutsideError(msg, where=self.subject.address, next_step=f"See the service's log.{kept}")
