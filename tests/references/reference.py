"""One reference number or row of numbers beside ours, and the commands that ours come from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.command_line import call
from tests.unit.eval.makers import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["SHARED", "Reference", "goldgate", "lines", "means"]

HALF = 0.5 + 1e-6


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What was computed, who says what it should be, and both; equal where they round to the same `decimals`.

    `because` says why ours is another number, where it is meant to be.
    """

    what: str
    source: str
    published: tuple[float, ...]
    ours: tuple[float, ...]
    decimals: int
    because: str | None = None

    @property
    def differences(self) -> list[str]:
        """The numbers that differ, each in words; empty where all agree."""
        if len(self.published) != len(self.ours):
            return [f"{self.what}: {len(self.published)} published numbers, {len(self.ours)} of ours"]
        return [
            f"{self.what}: published {theirs}, ours {ours}"
            for theirs, ours in zip(self.published, self.ours, strict=True)
            if abs(theirs - ours) > HALF * 10.0**-self.decimals
        ]

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row of the table in the docs."""
        what = f"{self.what}; {self.because}" if self.because else self.what
        return what, self.source, self._text(self.published), self._text(self.ours)

    def _text(self, numbers: tuple[float, ...]) -> str:
        return " / ".join(f"{number:,.{self.decimals}f}" for number in numbers)


def goldgate(*words: str | Path, folder: Path, ok: tuple[int, ...] = (0,)) -> Any:
    """What a goldgate command prints as JSON; any exit code but those of `ok` fails with what it said."""
    done = call(*map(str, words), "--json", cwd=folder)
    assert done.code in ok, f"goldgate {' '.join(map(str, words))} ended with {done.code}: {done.err or done.out}"
    return done.data


def means(gold: Path, responses: Path, metrics: Iterable[str], *, folder: Path, out: str = "run") -> dict[str, float]:
    """The means that `goldgate score` gives, by metric; the table of cases goes to `folder/out`."""
    wanted = [word for name in metrics for word in ("--metric", name)]
    told = goldgate(
        "score", "--gold", gold, "--responses", responses, *wanted, "--no-report", "--out", folder / out, folder=folder
    )
    return {name: metric["value"] for name, metric in told["metrics"].items()}


def lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as JSONL."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path
