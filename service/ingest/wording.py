"""The phrases that lie beside this package, and what keeps a company's wording alike from year to year."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

PHRASES = Path(__file__).parent / "phrases"
FIRST_YEAR = 2000
LAST_YEAR = 2040
SENTENCE_START = re.compile(r"^([a-z])")


@cache
def phrases(name: str) -> dict[str, Any]:
    """The file `phrases/<name>.yaml`."""
    text = (PHRASES / f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader either way
    return loaded


@cache
def _runs(key: str, count: int, change: float) -> tuple[int, ...]:
    rng = Random(key)  # noqa: S311 - reproducible text, no secret
    at = rng.randrange(count)
    out = []
    for _ in range(FIRST_YEAR, LAST_YEAR):
        out.append(at)
        if rng.random() < change:
            at = rng.randrange(count)
    return tuple(out)


def sticky(key: str, count: int, year: int, change: float = 0.4) -> int:
    """An index below `count` that stays for some years: every year it is drawn again with probability `change`."""
    return _runs(key, count, change)[year - FIRST_YEAR]


def fill(template: str, **slots: object) -> str:
    """The template with its slots filled, its first letter a capital."""
    return capital(template.format(**slots))


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return SENTENCE_START.sub(lambda match: match[1].upper(), text)
