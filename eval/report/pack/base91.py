"""Bytes as printable text: 13 bits in two of 91 characters, a quarter more than the bytes where base 64 adds a third."""

from __future__ import annotations

import numpy as np

ALPHABET = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<\\')
"""Printable ASCII without what could end a script element or a JavaScript string."""

BITS = 13
_LETTERS = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_PAIRS = np.stack([_LETTERS[np.arange(1 << BITS) // 91], _LETTERS[np.arange(1 << BITS) % 91]], axis=1)


def encode(data: bytes) -> str:
    """Pairs of characters, each 13 bits of the stream, the most significant first; the last is padded with zero bits.

    After basE91 (J. Henke), with pairs of one width, so that whole blocks are coded at once.
    """
    count = -(-8 * len(data) // BITS)
    stream = np.frombuffer(data + b"\0\0\0", dtype=np.uint8).astype(np.uint32)
    bit = np.arange(count, dtype=np.int64) * BITS
    byte, within = bit >> 3, (bit & 7).astype(np.uint32)
    window = stream[byte] << 16 | stream[byte + 1] << 8 | stream[byte + 2]
    value = window >> (24 - BITS - within) & ((1 << BITS) - 1)
    return str(_PAIRS[value].tobytes(), "ascii")


def decode(text: str, size: int) -> bytes:
    """The first `size` bytes of what `encode` coded."""
    places = np.zeros(128, dtype=np.uint32)
    places[_LETTERS] = np.arange(91)
    pairs = places[np.frombuffer(text.encode("ascii"), dtype=np.uint8)].reshape(-1, 2)
    value = pairs[:, 0] * 91 + pairs[:, 1]
    bits = (value[:, None] >> np.arange(BITS - 1, -1, -1, dtype=np.uint32)) & 1
    return np.packbits(bits.astype(np.uint8).reshape(-1)).tobytes()[:size]
