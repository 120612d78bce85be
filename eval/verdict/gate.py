"""A gate as it stands in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Limits of one metric, over all cases or those with the tags of `slice`.

    `min` and `max` hold for this image alone; `max_drop` and `max_rise` against what is live, in the metric's own unit
    (0.02 of a fraction is two points).

    Raises:
        UsageError: no limit is set, or a limit is not a number that can be met.
    """

    metric: str
    min: float | None = None
    max: float | None = None
    max_drop: float | None = None
    max_rise: float | None = None
    slice: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if not self.rules:
            msg = f"the gate on {self.metric} sets no limit."
            raise UsageError(msg, next_step="Give it min, max, max_drop or max_rise.")
        for name, limit in self.rules:
            if limit != limit or (name.startswith("max_") and limit < 0):
                msg = f"the gate on {self.metric} has {name} {limit}; it must be a number of 0 or more."
                raise UsageError(msg)

    @property
    def rules(self) -> list[tuple[str, float]]:
        """The limits that are set, as (name, number)."""
        every = (("min", self.min), ("max", self.max), ("max_drop", self.max_drop), ("max_rise", self.max_rise))
        return [(name, float(limit)) for name, limit in every if limit is not None]

    def to_json(self) -> dict[str, Any]:
        """The limits that are set, as the configuration names them."""
        where = {"slice": dict(self.slice)} if self.slice else {}
        return {"metric": self.metric, **dict(self.rules), **where}
