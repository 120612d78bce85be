"""A listener that keeps what the stages tell."""

from __future__ import annotations


class Told:
    """`lines` are the results, `steps` what was named on the way, `ends` the (stage, text, state) of every end."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.steps: list[str] = []
        self.stages: list[str] = []
        self.ends: list[tuple[str, str, str]] = []
        self.counts: list[tuple[int, int]] = []

    def begin(self, stage: str) -> None:
        self.stages.append(stage)

    def step(self, text: str) -> None:
        self.steps.append(text)

    def count(self, done: int, total: int, note: str = "") -> None:
        self.counts.append((done, total))

    def end(self, stage: str, text: str, seconds: float, *, state: str = "ok") -> None:
        self.ends.append((stage, text, state))

    def line(self, text: str = "") -> None:
        self.lines.append(text)
