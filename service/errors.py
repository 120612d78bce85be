"""The failures that the service expects: what happened, where, and what to do next."""

from __future__ import annotations


class ServiceError(Exception):
    """An expected failure, shown as one line without a traceback.

    `what` says what happened, `where` is a `file:line` or an S3 address, `next_step` what to do about it.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        after = f" {self.next_step}" if self.next_step else ""
        return f"{place}{self.what}{after}"


class ConfigError(ServiceError):
    """One thing in ml_config.yaml that is wrong; `where` is its `file:line`."""

    exit_code = 2


class ConfigProblems(ConfigError):
    """Everything that is wrong in ml_config.yaml, reported at once."""

    def __init__(self, problems: list[ConfigError]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class LoadError(ServiceError):
    """Data that the service needs could not be read; `where` is the S3 address or the file."""


class ModelError(ServiceError):
    """The language or embedding model did not answer."""
