"""The errors that people see: what happened, where, and what to do next."""

from __future__ import annotations


class GoldgateError(Exception):
    """An expected failure, shown as one paragraph without a traceback.

    `what` says what happened, `where` is a `file:line`, address or ARN, `next_step` what to do about it.
    `outcome` is what there is to tell besides, for `--json`.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step
        self.outcome: dict[str, object] | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        after = f" {self.next_step}" if self.next_step else ""
        return f"{place}{self.what}{after}"

    def to_json(self) -> dict[str, object]:
        """The parts of the message as fields, for `--json`."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "next": self.next_step,
            "exit_code": self.exit_code,
        }


class UsageError(GoldgateError):
    """The call, the configuration or a gold set is wrong; nothing was done."""

    exit_code = 2


class Problems(UsageError):
    """Several errors of one file, reported at once."""

    def __init__(self, problems: list[GoldgateError], *, next_step: str | None = None) -> None:
        super().__init__("\n".join(str(p) for p in problems), next_step=next_step)
        self.problems = problems

    def __str__(self) -> str:
        count = len(self.problems)
        after = f" {self.next_step}" if self.next_step else ""
        return f"{self.what}\n{count} error{'s' if count != 1 else ''}.{after}"

    def to_json(self) -> dict[str, object]:
        """The parts of every problem as fields."""
        return {**super().to_json(), "what": f"{len(self.problems)} errors", "problems": [p.to_json() for p in self.problems]}


class OutsideError(GoldgateError):
    """The outside failed: the service under test, AWS, Docker or the network."""

    exit_code = 3
