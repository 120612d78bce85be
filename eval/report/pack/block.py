"""A block: bytes, compressed and written as text; blocks of a page are compressed side by side."""

from __future__ import annotations

import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .base91 import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEVEL = 6


@dataclass(frozen=True)
class Block:
    """A name, how many bytes the compressed stream has, and the stream as text."""

    name: str
    size: int
    text: str


def block(name: str, data: bytes) -> Block:
    """Data of any length as a block: zlib, as `DecompressionStream("deflate")` reads it, in base 91."""
    packed = zlib.compress(data, LEVEL)
    return Block(name, len(packed), encode(packed))


def blocks(made: Iterable[tuple[str, Callable[[], bytes]]]) -> list[Block]:
    """Several at once; zlib and numpy let the cores work beside one another."""
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda part: block(part[0], part[1]()), made))
