"""One fault of the configuration file, with its place."""

from __future__ import annotations

from ..errors import UsageError


class ConfigError(UsageError):
    """A fault of the configuration. `file`, `line` and `column` (from 1; None where unknown) serve `::error file=,line=`.

    `in_overlay` tells whether it lies in an environment's own part of the file.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str,
        line: int | None = None,
        column: int | None = None,
        next_step: str | None = None,
        in_overlay: bool = False,
    ) -> None:
        super().__init__(what, where=file if line is None else f"{file}:{line}", next_step=next_step)
        self.file = file
        self.line = line
        self.column = column
        self.in_overlay = in_overlay

    @property
    def key(self) -> tuple[int | None, str]:
        """What two reports of one fault have in common."""
        return (self.line, self.what)

    def within(self, environment: str) -> ConfigError:
        """The same fault, saying that it arises with that environment laid over."""
        after = f'(environment "{environment}")' + (f" {self.next_step}" if self.next_step else "")
        return ConfigError(self.what, file=self.file, line=self.line, column=self.column, next_step=after)

    def to_json(self) -> dict[str, object]:
        """The parts of the message as fields, with the place taken apart."""
        return {**super().to_json(), "file": self.file, "line": self.line, "column": self.column}
