"""Figures as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .facts import Fact

MILLION = 1e6
SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def figure(value: float, unit: str, most: int = 6) -> str:
    """`value` with its unit: $57,411 million, $3.28, 23.5%, 1.35, 5.1 billion shares; at most `most` decimals of a scale.

    Dollars are in millions, as filings have them.
    """
    if unit == "USD":
        return ("-" if value < 0 else "") + "$" + dollars(abs(value))
    if unit.startswith("USD"):
        return ("-" if value < 0 else "") + f"${abs(value):,.2f}" + (" per share" if "share" in unit else " per unit")
    if unit == "percent":
        return percent(value)
    if unit == "ratio":
        return digits(value, 4)
    return scaled(value, most) + (f" {unit}" if unit not in ("number", "", "pure") else "")


def dollars(value: float) -> str:
    """An amount in millions: whole ones from a hundred million on, two decimals below; under a million every dollar."""
    if value < MILLION:
        return f"{value:,.0f}"
    return f"{digits(value / MILLION, 0 if value >= 100 * MILLION else 2)} million"


def scaled(value: float, most: int = 6) -> str:
    """A number with trillion, billion or million, exact to what figures in filings carry (thousands at least)."""
    for size, name in SCALES:
        if abs(value) >= size:
            return f"{digits(value / size, most)} {name}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def percent(value: float) -> str:
    """A percentage with up to two decimals."""
    return f"{digits(value, 2)}%"


def digits(value: float, most: int) -> str:
    """A number with up to `most` decimals and no trailing zeros."""
    text = f"{value:,.{most}f}".rstrip("0").rstrip(".") if most else f"{value:,.0f}"
    return "0" if text in ("-0", "") else text


def listing(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def change(first: Fact, last: Fact, *, relative_first: bool = False) -> str:
    """increased by $2.1 billion (8.5%), from $24.7 billion in 2018 to $26.8 billion in 2019.

    Percentages change by percentage points. There is no relative change from zero or from a negative figure.
    """
    step = last.value - first.value
    ends = f"from {figure(first.value, first.unit)} in {first.year} to {figure(last.value, last.unit)} in {last.year}"
    if step == 0:
        return f"did not change, {ends}"
    verb = "increased" if step > 0 else "decreased"
    if first.unit == "percent":
        return f"{verb} by {digits(abs(step), 2)} percentage points, {ends}"
    amount = figure(abs(step), first.unit)
    if first.value <= 0:
        return f"{verb} by {amount}, {ends}"
    relative = percent(abs(step) / first.value * 100)
    one, two = (relative, amount) if relative_first else (amount, relative)
    return f"{verb} by {one} ({two}), {ends}"


def noun(label: str) -> str:
    """A label inside a sentence: "Net Profit Margin %" is "net profit margin", "ROA % (Avg Assets)" is "ROA"."""
    bare = re.sub(r"\s*\(.*?\)|\s*%", "", label).strip() or label
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in bare.split())
