"""PNG pictures with a palette, so that pictures of a page with few colours stay small."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOURS = 256
DISTANT = 96


def with_palette(png: bytes) -> bytes:
    """The same picture with at most 256 colours: the most frequent ones and those least like them; others as the nearest."""
    pixels = _pixels(png)
    codes = pixels[..., 0].astype(np.uint32) << 16 | pixels[..., 1].astype(np.uint32) << 8 | pixels[..., 2]
    colours, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    palette = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    kept = _kept(palette, counts)
    nearest = np.array([int(((palette[kept] - colour) ** 2).sum(axis=1).argmin()) for colour in palette], dtype=np.uint8)
    rows = nearest[inverse].reshape(codes.shape)
    return _png(rows, palette[kept].astype(np.uint8))


def _kept(palette: NDArray[np.int32], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    kept = list(np.argsort(-counts, kind="stable")[: COLOURS - DISTANT])
    apart = np.min([((palette - palette[place]) ** 2).sum(axis=1) for place in kept], axis=0)
    while len(kept) < min(COLOURS, len(palette)):
        kept.append(int(apart.argmax()))
        apart = np.minimum(apart, ((palette - palette[kept[-1]]) ** 2).sum(axis=1))
    return np.sort(np.array(kept))


def _pixels(png: bytes) -> NDArray[np.uint8]:
    """The pixels of an 8-bit RGB or RGBA picture without interlacing, as Chromium writes them."""
    at, data, width, height, channels = 8, b"", 0, 0, 3
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", body[:10])
            channels = 4 if colour == 6 else 3
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    lines = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, 1 + width * channels)
    return _unfiltered(lines, channels).reshape(height, width, channels)[..., :3]


def _unfiltered(lines: NDArray[np.uint8], channels: int) -> NDArray[np.uint8]:
    """Undo the filter of each line (PNG specification, section 9)."""
    out = np.zeros((lines.shape[0] + 1, lines.shape[1] - 1 + channels), dtype=np.int32)
    for place, line in enumerate(lines, start=1):
        kind, raw, above = int(line[0]), line[1:].astype(np.int32), out[place - 1]
        if kind in (0, 2):
            out[place, channels:] = (raw + (above[channels:] if kind == 2 else 0)) & 255
        else:
            _sequential(out[place], above, raw, kind, channels)
    return out[1:, channels:].astype(np.uint8)


def _sequential(row: NDArray[np.int32], above: NDArray[np.int32], raw: NDArray[np.int32], kind: int, channels: int) -> None:
    """The filters that look to the left: Sub, Average, Paeth."""
    for at in range(channels, len(row)):
        left, up, corner = int(row[at - channels]), int(above[at]), int(above[at - channels])
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            rough = left + up - corner
            guess = min((left, up, corner), key=lambda side: (abs(rough - side), side != left, side != up))
        row[at] = (int(raw[at - channels]) + guess) & 255


def _png(rows: NDArray[np.uint8], palette: NDArray[np.uint8]) -> bytes:
    height, width = rows.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = rows
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", palette.tobytes()), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
