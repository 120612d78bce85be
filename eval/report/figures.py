"""Numbers, units, dates and names as people read them; ASCII minus, `typeset` makes it a real one."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any, Literal

from .text import visible

Unit = Literal["fraction", "ms", "usd", "count", "number"]

NONE = "\u2013"
_LEAST_USD = 5e-7
_WHOLE_FROM = 1000
_PLAIN_NUMBERS = ("mae", "rmse", "mape", "r2", "pinball", "interval_width", "brier")
_RISING_IS_WORSE = (*_PLAIN_NUMBERS, "ece", "rate", "flakiness")
_WORDS = {
    "errors.rate": "error rate",
    "cost.usd_per_case": "cost per case",
    "latency.mean_ms": "mean latency",
    "tokens.input": "input tokens per case",
    "tokens.output": "output tokens per case",
}


def unit_of(metric: str) -> Unit:
    """The unit of a metric by its name: a fraction unless the name says otherwise."""
    if metric.endswith("_ms"):
        return "ms"
    if "usd" in metric:
        return "usd"
    if metric.startswith("tokens."):
        return "count"
    if metric.startswith(("regression.", "classification.")) and _leaf(metric) in _PLAIN_NUMBERS:
        return "number"
    return "fraction"


def lower_is_better(metric: str) -> bool:
    """Whether a rise is bad news: time, money, tokens, errors."""
    leaf = _leaf(metric)
    return unit_of(metric) in ("ms", "usd", "count") or (leaf in _RISING_IS_WORSE and leaf != "r2")


def _leaf(metric: str) -> str:
    """`regression.pinball@0.5` -> pinball."""
    return metric.partition("@")[0].rpartition(".")[2]


def plain_name(metric: str) -> str:
    """`retrieval.recall@10` -> recall@10, `latency.p95_ms` -> p95 latency."""
    if metric in _WORDS:
        return _WORDS[metric]
    if match := re.fullmatch(r"latency\.(p\d+)_ms", metric):
        return f"{match[1]} latency"
    return metric.partition(".")[2] or metric


def number(value: object) -> float | None:
    """A finite number or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < float("inf") else None


def value(metric: str, raw: object) -> str:
    """A metric's value with its unit: 0.842, 398 ms, $0.0029, 1,204; a dash when there is none."""
    amount = number(raw)
    if amount is None:
        return NONE
    match unit_of(metric):
        case "ms":
            return milliseconds(amount)
        case "usd":
            return usd(amount)
        case "count":
            return f"{amount:,.0f}"
        case "number":
            return f"{amount:,.0f}" if abs(amount) >= _WHOLE_FROM else f"{amount:.4g}"
        case "fraction":
            return f"{amount:.3f}"


def difference(metric: str, raw: object, *, unit: bool = False) -> str:
    """A signed difference; fractions in points (hundredths): -6.1, or -6.1 points with `unit`."""
    amount = number(raw)
    if amount is None:
        return NONE
    match unit_of(metric):
        case "ms":
            return _whole(amount) + (" ms" if unit else "")
        case "usd":
            size = usd(abs(amount))
            return size if size == "$0" else f"{'-' if amount < 0 else '+'}{size}"
        case "count":
            return _whole(amount)
        case "number":
            return f"{amount:+,.0f}" if abs(amount) >= _WHOLE_FROM else f"{amount:+.4g}"
        case "fraction":
            points = _points(amount)
            return (f"{points:+.1f}" if points else "0.0") + (" points" if unit else "")


def size(metric: str, raw: float) -> str:
    """A difference without its sign, with its unit, for prose: 6.1 points."""
    return difference(metric, abs(raw), unit=True).lstrip("+")


def margin(metric: str, raw: float) -> str:
    """An allowed fall without unit where it is in points: 3.0."""
    return difference(metric, abs(raw)).lstrip("+")


def interval(metric: str, low: object, high: object, *, signed: bool = False) -> str:
    """`-9.0 to -3.2` for differences (`signed`), `0.846 to 0.952` for values; empty when unknown."""
    if number(low) is None or number(high) is None:
        return ""
    form = difference if signed else value
    first = form(metric, low)
    return f"{first.removesuffix(' ms')} to {form(metric, high)}"


def milliseconds(amount: float) -> str:
    """398 ms, 12.4 ms under 100, seconds from 10,000 on."""
    if amount >= 10_000:
        return f"{amount / 1000:,.1f} s"
    return f"{amount:,.0f} ms" if amount >= 100 else f"{amount:,.1f} ms"


def seconds(amount: object) -> str:
    """48 s, 1 min 52 s, 2 h 03 min."""
    total = number(amount)
    if total is None:
        return NONE
    if total < 10:
        return f"{total:.1f} s"
    whole = round(total)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def usd(amount: float) -> str:
    """$12.40, $0.70, and four or more digits where cents would hide the figure."""
    if abs(amount) < _LEAST_USD:
        return "$0"
    if abs(amount) >= 0.1:
        return f"${amount:,.2f}"
    digits = 4 if abs(amount) >= 0.0001 else 1 - math.floor(math.log10(abs(amount)))
    return f"${amount:.{digits}f}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """1 case, 1,240 cases."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def short(digest: object, keep: int = 4) -> str:
    """`sha256:7ac1…` of a full digest, seven characters of a commit; other short names stay whole."""
    text = str(digest or "")
    name = text.rpartition("@")[2] if "@sha256:" in text else text
    algorithm, colon, hexes = name.partition(":")
    if colon and re.fullmatch(r"[0-9a-f]{12,}", hexes):
        return f"{algorithm}:{hexes[:keep]}…"
    if re.fullmatch(r"[0-9a-f]{8,40}", name):
        return name[:7]
    return name if len(name) <= 14 else f"{name[:7]}…"


def moment(iso: str) -> str:
    """`2026-11-20T14:02:12Z` -> 20 Nov 2026, 14:02 UTC; what is no date comes back as it is."""
    when = _parse(iso)
    return f"{when.day} {when:%b %Y, %H:%M} UTC" if when else iso


def day(iso: str) -> str:
    """`2026-11-20T14:02:12Z` -> 20 Nov."""
    when = _parse(iso)
    return f"{when.day} {when:%b}" if when else iso


def clock(iso: str) -> str:
    """`2026-11-20T14:02:12Z` -> 14:02:12; what is no date comes back as it is."""
    when = _parse(iso)
    return f"{when:%H:%M:%S}" if when else iso


def typeset(text: str) -> str:
    """Hyphens before digits become minus signs, for the page."""
    return re.sub(r"(?<![\w-])-(?=[\d$.])", "\u2212", text)


def slice_pairs(slice_: Any) -> list[tuple[str, str]]:
    """The slice of a gate, whether it is written as a mapping, as `tag=value` or `tag: value`, or not at all."""
    if not slice_ or slice_ == "all":
        return []
    if isinstance(slice_, dict):
        if "tag" in slice_ and "value" in slice_:
            return [(visible(str(slice_["tag"])), visible(str(slice_["value"])))]
        return [(visible(str(key)), visible(str(val))) for key, val in slice_.items()]
    parts = [re.split(r"\s*[=:]\s*", piece.strip(), maxsplit=1) for piece in visible(str(slice_)).split(",")]
    return [(pair[0], pair[1]) if len(pair) == 2 else ("slice", pair[0]) for pair in parts if pair[0]]


def slice_label(slice_: Any) -> str:
    """`difficulty: hard`, or `all cases`."""
    return ", ".join(f"{tag}: {val}" for tag, val in slice_pairs(slice_)) or "all cases"


def slice_phrase(slice_: Any, noun: str = "questions") -> str:
    """` on hard questions`; empty for all cases."""
    pairs = slice_pairs(slice_)
    if not pairs:
        return ""
    kinds = [val.replace("_", " ") for tag, val in pairs if tag in ("kind", "difficulty", "type", "answer_type")]
    others = [f"{tag} {val}" for tag, val in pairs if tag not in ("kind", "difficulty", "type", "answer_type")]
    first = f"{', '.join(kinds)} {noun}" if kinds else ""
    return " on " + " of ".join(part for part in (first, ", ".join(others)) if part)


def _whole(amount: float) -> str:
    """A signed whole number; 0 has no sign."""
    return f"{round(amount):+,}" if round(amount) else "0"


def _points(fraction: float) -> float:
    return round(fraction * 100, 1) + 0.0


def _parse(iso: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
