"""Figures as people write them."""

from __future__ import annotations

SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def figure(value: float, unit: str) -> str:
    """`value` with its unit: $57.411 billion, $3.28, 23.5%, 1.35, 5.1 billion shares."""
    if unit == "USD":
        return ("-" if value < 0 else "") + "$" + scaled(abs(value))
    if unit.startswith("USD"):
        return ("-" if value < 0 else "") + f"${abs(value):,.2f}" + (" per share" if "share" in unit else " per unit")
    if unit == "percent":
        return percent(value)
    if unit == "ratio":
        return digits(value, 4)
    return scaled(value) + (f" {unit}" if unit not in ("number", "", "pure") else "")


def scaled(value: float) -> str:
    """A number with trillion, billion or million, exact to what figures in filings carry (thousands at least)."""
    for size, name in SCALES:
        if abs(value) >= size:
            return f"{digits(value / size, 6)} {name}"
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
