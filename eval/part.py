"""One part of an evaluation: some cases asked and scored, in this process or on another machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from .results import Progress

CASES = "cases"


@dataclass(frozen=True, kw_only=True)
class Part:
    """What came of some cases: tables by name (`cases`, and `repeats` or `baseline` where there are any).

    `stopped` says why not all of them were asked, for instance "budget"; the tables then hold those that were.
    """

    tables: Mapping[str, pl.DataFrame]
    stopped: str | None = None
    progress: Progress | None = field(default=None, compare=False)
