"""Columns of numbers as the fewest bytes that hold them: whole numbers over a base and a scale, plane by plane."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

DECIMALS = 4
_MOST = 0xFFFF_FFFE
_WIDTHS = ((1, np.uint8), (2, np.uint16), (4, np.uint32))


@dataclass
class Numbers:
    """Columns one after the other, and where each of them lies."""

    block: str
    _known: dict[bytes, int] = field(default_factory=dict)

    def add(self, values: pl.Series, *, decimals: int = DECIMALS) -> dict[str, Any]:
        """Store a column, null and NaN as no value; returns where it lies and how it is read.

        Numbers below 0.01 keep five significant digits of the largest instead of `decimals`. What does not fit into 32 bits
        is stored as doubles.
        """
        amounts = values.cast(float, strict=False).to_numpy().astype(np.float64, copy=False)
        there = np.isfinite(amounts)
        known = amounts[there]
        if not known.size:
            return self._whole(np.zeros(len(amounts), dtype=np.uint32), base=0, scale=1, delta=False)
        scale = _scale(known, decimals)
        low, high = round(float(known.min()) * scale), round(float(known.max()) * scale)
        if high - low > _MOST or abs(low) > 2**53:
            return self._doubles(np.where(there, amounts, np.nan))
        codes = np.zeros(len(amounts), dtype=np.uint32)
        codes[there] = (np.rint(known * scale).astype(np.int64) - low + 1).astype(np.uint32)
        return self._whole(codes, base=low, scale=scale, delta=False)

    def add_codes(self, codes: NDArray[np.uint32]) -> dict[str, Any]:
        """Store codes that mostly rise by a little (numbers of texts, lines) as differences; 0 is no value."""
        return self._whole(codes, base=1, scale=1, delta=True)

    def add_references(self, places: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> dict[str, Any]:
        """Store places in a list of numbers (1 is its first, 0 is no value) and, as `from`, the list itself."""
        return self._whole(places, base=1, scale=1, delta=False) | {"from": self.add_codes(numbers)}

    def data(self) -> bytes:
        """The block's data."""
        return b"".join(self._known)

    def _whole(self, codes: NDArray[np.uint32], *, base: int, scale: int, delta: bool) -> dict[str, Any]:
        most = int(codes.max(initial=0))
        width, kind = next((width, kind) for width, kind in _WIDTHS if most < 1 << 8 * width)
        stored = codes.astype(kind)
        if delta:
            stored = np.diff(stored, prepend=kind(0))
        planes = stored.astype(stored.dtype.newbyteorder("<")).view(np.uint8).reshape(-1, width).T
        return self._put(np.ascontiguousarray(planes).tobytes(), len(codes), width, base=base, scale=scale, delta=delta)

    def _doubles(self, amounts: NDArray[np.float64]) -> dict[str, Any]:
        return self._put(amounts.astype("<f8").tobytes(), len(amounts), 8, base=0, scale=1, delta=False)

    def _put(self, data: bytes, count: int, width: int, **how: Any) -> dict[str, Any]:
        """Where the data lie; the same data as before are not stored again."""
        if data not in self._known:
            self._known[data] = sum(map(len, self._known))
        return {"block": self.block, "at": self._known[data], "count": count, "width": width, **how}


def _scale(known: NDArray[np.float64], decimals: int) -> int:
    if bool(np.all(known == np.rint(known))):
        return 1
    largest = float(np.abs(known).max())
    more = 0 if largest >= 0.01 else min(12, -math.floor(math.log10(largest)))
    return int(10 ** (decimals + more))
