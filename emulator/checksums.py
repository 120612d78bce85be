"""The checksums that S3 accepts, computed as S3 does."""

from __future__ import annotations

import base64
import hashlib
import zlib
from functools import lru_cache

# Reflected polynomials: Castagnoli (CRC-32C) and CRC-64/NVME.
_CRC32C = (0x82F63B78, 32)
_CRC64NVME = (0x9A6C9329AC4BC9B5, 64)


def checksum(algorithm: str, data: bytes) -> str:
    """The base64 value of an `x-amz-checksum-<algorithm>` header (crc32, crc32c, crc64nvme, sha1 or sha256)."""
    if algorithm in {"sha1", "sha256"}:
        raw = hashlib.new(algorithm, data, usedforsecurity=False).digest()
    elif algorithm == "crc32":
        raw = zlib.crc32(data).to_bytes(4, "big")
    else:
        polynomial, width = {"crc32c": _CRC32C, "crc64nvme": _CRC64NVME}[algorithm]
        raw = _crc(data, polynomial, width).to_bytes(width // 8, "big")
    return base64.b64encode(raw).decode()


def _crc(data: bytes, polynomial: int, width: int) -> int:
    table = _table(polynomial)
    ones = (1 << width) - 1
    crc = ones
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ ones


@lru_cache
def _table(polynomial: int) -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        return value

    return tuple(entry(byte) for byte in range(256))
