"""The ways in which annual reports write a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

BILLION = 1e9
MILLION = 1e6


def money(value: float, rng: Random) -> str:
    """US dollars in one of several renderings, precise to at least three figures; negative amounts in one of two."""
    size = abs(value)
    if size >= BILLION and rng.random() < 0.5:
        scaled = size / BILLION
        text, unit = f"{scaled:,.{1 if scaled >= 100 else 2}f}", "billion"
    else:
        text, unit = millions(size), "million"
    if value < 0:
        return rng.choice([f"$({text}) {unit}", f"negative ${text} {unit}"])
    return rng.choice([f"${text} {unit}", f"${text} {unit}", f"${text} {unit}", f"US${text} {unit}", f"{text} {unit} dollars"])


def millions(size: float) -> str:
    """Millions of dollars as they stand in a table: `1,234`, `98.5`, `7.43`."""
    scaled = size / MILLION
    whole = abs(scaled - round(scaled)) < 1e-9
    places = 0 if scaled >= 1000 or whole else 1 if scaled >= 100 else 2
    return f"{scaled:,.{places}f}"


def table(value: float) -> str:
    """A cell of a table in millions, losses in parentheses: `$1,234`, `$(491)`."""
    text = millions(abs(value))
    return f"$({text})" if value < 0 else f"${text}"


def percent(value: float, rng: Random) -> str:
    """A percentage in one of several renderings; negative ones with a word or in parentheses."""
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    if value < 0:
        return rng.choice([f"negative {text}%", f"({text})%", f"minus {text} percent"])
    return rng.choice([f"{text}%", f"{text}%", f"{text} percent"])


def ratio(value: float, rng: Random) -> str:
    """A ratio with two decimals."""
    return rng.choice([f"{value:.2f}", f"{value:.2f}", f"{value:.2f} to 1"])


def quantity(value: float, unit: str, rng: Random) -> str:
    """A figure in the rendering of its unit."""
    if unit == "USD":
        return money(value, rng)
    if unit == "percent":
        return percent(value, rng)
    return ratio(value, rng)


def rounded(value: float, figures: int = 3) -> float:
    """`value` to so many significant figures."""
    return float(f"{value:.{figures}g}")


def listing(items: tuple[str, ...] | list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
