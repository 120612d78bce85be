"""Reads packed cases back as the page does, written from the format's description alone."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from goldgate.eval.report.pack.base91 import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from goldgate.eval.report.pack.block import Block


class Packed:
    """The blocks of a page, opened."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.data = {block.name: zlib.decompress(decode(block.text, block.size)) for block in blocks}
        self.head: dict[str, Any] = json.loads(self.data["head"])
        names = sorted((name for name in self.data if name[0] == "t"), key=lambda name: int(name[1:]))
        self.texts = [text for name in names for text in self.data[name].decode().split("\0")]

    def values(self, place: dict[str, Any]) -> list[float | None]:
        """A column as numbers."""
        width, count = place["width"], place["count"]
        raw = np.frombuffer(self.data[place["block"]], dtype=np.uint8, count=width * count, offset=place["at"])
        if width == 8:
            return [None if np.isnan(amount) else float(amount) for amount in raw.view("<f8")]
        codes = sum(raw[plane * count : (plane + 1) * count].astype(np.int64) << 8 * plane for plane in range(width))
        if place["delta"]:
            codes = np.cumsum(codes) % (1 << 8 * width)
        if "from" in place:
            known = self.values(place["from"])
            return [None if code == 0 else known[int(code) - 1] for code in np.asarray(codes)]
        return [None if code == 0 else (int(code) - 1 + place["base"]) / place["scale"] for code in np.asarray(codes)]

    def column(self, name: str) -> list[float | None]:
        return self.values(self.head["columns"][name])

    def text(self, number: float | None) -> str | None:
        return None if not number else self.texts[int(number) - 1]

    def said(self, name: str) -> list[str | None]:
        """A column of texts."""
        if name not in self.head["columns"]:
            return [None] * self.head["rows"]
        return [self.text(number) for number in self.column(name)]

    def lists(self, name: str) -> list[list[tuple[Any, ...]] | None]:
        """A list column: tuples of the fields in their order; None for the same as this image's."""
        if name not in self.head["lists"]:
            return [[] for _ in range(self.head["rows"])]
        told = self.head["lists"][name]
        fields = [self.values(place) for place in told["fields"].values()]
        items, found, at = list(zip(*fields, strict=True)), [], 0
        for length in self.values(told["lengths"]):
            found.append(None if length is None else items[at : at + int(length)])
            at += int(length or 0)
        return found
