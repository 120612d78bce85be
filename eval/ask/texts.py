"""Answers that are nothing but a text, as columns from the start."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from ..jsontext import dump_bytes
from ..table import LISTS, RESPONSE_SCHEMA


@dataclass(slots=True)
class Texts:
    """One list a column: the places of the cases in the gold set, their ids, the answers, milliseconds, times of asking."""

    places: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.places)

    def add(self, place: int, identity: str, answer: str, latency_ms: float, asked_at: str) -> None:
        """One more answer."""
        self.places.append(place)
        self.ids.append(identity)
        self.answers.append(answer)
        self.latencies.append(latency_ms)
        self.stamps.append(asked_at)

    def extend(self, more: Texts) -> None:
        """All of another's."""
        self.places += more.places
        self.ids += more.ids
        self.answers += more.answers
        self.latencies += more.latencies
        self.stamps += more.stamps

    def lines(self, hashes: list[str]) -> bytes:
        """JSON lines as `rows.lines` writes them; `hashes` are those of the cases, by place."""
        columns = zip(self.places, self.ids, self.answers, self.latencies, self.stamps, strict=True)
        return b"".join([_line(*row, hashes) for row in columns])

    def frame(self) -> pl.DataFrame:
        """The columns of `table.responses_frame`, and `place`."""
        given = {
            "id": pl.Series(self.ids, dtype=pl.String),
            "repeat": pl.repeat(1, len(self), dtype=pl.Int32, eager=True),
            "answer": pl.Series(self.answers, dtype=pl.String),
            "latency_ms": pl.Series(self.latencies, dtype=pl.Float64),
            "attempts": pl.repeat(1, len(self), dtype=pl.Int32, eager=True),
            "asked_at": pl.Series(self.stamps, dtype=pl.String),
        }
        empty = {
            name: pl.Series([[] if name in LISTS else None], dtype=dtype).new_from_index(0, len(self))
            for name, dtype in RESPONSE_SCHEMA.items()
            if name not in given
        }
        columns = given | empty | {"place": pl.Series(self.places, dtype=pl.UInt32)}
        return pl.DataFrame(columns).select("id", "repeat", *RESPONSE_SCHEMA, "place")


def _line(place: int, identity: str, answer: str, latency_ms: float, asked_at: str, hashes: list[str]) -> bytes:
    row = {
        "id": identity,
        "answer": answer,
        "latency_ms": latency_ms,
        "attempts": 1,
        "asked_at": asked_at,
        "repeat": 1,
        "case": hashes[place],
        "side": 0,
    }
    return dump_bytes(row) + b"\n"
