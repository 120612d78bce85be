"""Scores that are kept: one file a metric and version, keyed by what was asked, expected and answered."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from ..case import TAG
from ..jsontext import dumps, loads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

CONTENT = (
    "id", "input", "expected", "cluster", "weight", "evidence_missing",
    "answer", "retrieved", "contexts", "citations", "label", "scores", "value", "interval", "quantiles", "error",
)  # fmt: skip
"""What a cached metric may depend on, besides the tags: not on times, tokens or costs."""


def content_keys(frame: pl.DataFrame) -> list[str]:
    """SHA-256 (hex) of each row's case and response; latency, tokens, cost and notes do not count."""
    names = [name for name in CONTENT if name in frame.columns] + sorted(n for n in frame.columns if n.startswith(TAG))
    texts = frame.select(pl.struct(names).struct.json_encode()).to_series().to_list()
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]


class ScoreCache:
    """A folder with one JSONL file for each metric and version: `{"key": ..., "value": ...}`, the last line of a key counts.

    A line that was cut off by a crash is passed over. Two processes may append to one file; each line is one write.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, dict[str, float | None]] = {}

    def through(
        self,
        frame: pl.DataFrame,
        metric: str,
        version: int,
        compute: Callable[[pl.Series], Sequence[float | None] | pl.Series],
    ) -> list[float | None]:
        """The metric's value of each row: the kept one, else that of `compute`, which gets a mask of the rows to do."""
        keys = content_keys(frame)
        kept = self._load(metric, version)
        todo = [key not in kept for key in keys]
        if any(todo):
            values = compute(pl.Series(todo))
            missing = [key for key, new in zip(keys, todo, strict=True) if new]
            self._keep(metric, version, dict(zip(missing, values, strict=True)))
        return [kept[key] for key in keys]

    def _path(self, metric: str, version: int) -> Path:
        return self.folder / f"{metric}@{version}.jsonl"

    def _load(self, metric: str, version: int) -> dict[str, float | None]:
        path = self._path(metric, version)
        if path.name not in self._kept:
            lines = path.read_bytes().splitlines() if path.exists() else []
            self._kept[path.name] = dict(pair for pair in map(_pair, lines) if pair is not None)
        return self._kept[path.name]

    def _keep(self, metric: str, version: int, values: dict[str, float | None]) -> None:
        path = self._path(metric, version)
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [dumps({"key": key, "value": value}) for key, value in values.items()]
        with path.open("ab") as file:
            file.write("".join(f"{line}\n" for line in ["", *lines]).encode())
        self._load(metric, version).update(values)


def _pair(line: bytes) -> tuple[str, float | None] | None:
    try:
        data = loads(line)
        value = data["value"]
        return str(data["key"]), None if value is None else float(value)
    except (ValueError, KeyError, TypeError):
        return None
