"""Whether a sentence states a figure, at any scale and rounding that filings use."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s?(trillion|billion|million|thousand|bn|mn)?\b", re.IGNORECASE)
SCALES = {"trillion": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "thousand": 1e3}
BARE_SCALES = (1.0, 1e3, 1e6, 1e9)
LONG_ENOUGH = 4


def states(text: str, value: float) -> bool:
    """Whether `text` holds `value` up to the rounding of the digits it shows; the sign is left to words.

    A bare number may stand for thousands, millions or billions, as in tables, if it shows at least four digits.
    """
    return any(_matches(found.group(1), (found.group(2) or "").lower(), abs(value)) for found in NUMBER.finditer(text))


def _matches(digits: str, scale: str, value: float) -> bool:
    plain = digits.replace(",", "").rstrip(".")
    shown = float(plain)
    half = 0.5 * 10.0 ** -len(plain.partition(".")[2])
    if scale:
        return abs(shown * SCALES[scale] - value) <= half * SCALES[scale]
    if abs(shown - value) <= half:
        return True
    if len(plain.replace(".", "").strip("0")) < LONG_ENOUGH:
        return False
    return any(abs(shown * size - value) <= half * size for size in BARE_SCALES[1:])
