"""The peers' figures as a Markdown table, and the bars that they are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..measure import table

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOOR = "bare"
OURS = ("score", "evaluate")
BAR_CASES = "10000"
TIMES_FLOOR = 2.0
TIMES_FASTER = 6.0


def rendered(results: Mapping[str, Any]) -> str:
    """One row a contender, for every size its seconds, peak megabytes and times the bare loop; a dash where it was left out."""
    sizes: Mapping[str, Mapping[str, Any]] = results["sizes"]
    head = ["whole process"]
    for size in sizes:
        head += [f"{int(size):,} cases", "peak", "x bare loop"]
    rows = []
    for key, title in results["titles"].items():
        cells = [cell for figures in sizes.values() for cell in _cells(figures, key)]
        rows.append([title, *cells])
    return table(head, rows)


def misses(results: Mapping[str, Any]) -> list[str]:
    """The bars at 10,000 cases that are missed, each in a sentence; those whose contenders took no part are passed over."""
    figures = results["sizes"].get(BAR_CASES, {})
    floor = figures.get(FLOOR)
    rivals = {key: each for key, each in figures.items() if key not in {FLOOR, *OURS}}
    found = []
    for key in OURS:
        ours = figures.get(key)
        if ours and floor:
            found += [
                f"goldgate {key} takes {ours[part] / floor[part]:.2f} times the bare loop's {word}; the bar is {TIMES_FLOOR:g}"
                for part, word in (("seconds", "time"), ("peak_mb", "memory"))
                if ours[part] > TIMES_FLOOR * floor[part]
            ]
        if ours and rivals:
            fastest = min(rivals, key=lambda rival: rivals[rival]["seconds"])
            times = rivals[fastest]["seconds"] / ours["seconds"]
            if times < TIMES_FASTER:
                found.append(f"goldgate {key} is {times:.2f} times as fast as {fastest}; the bar is {TIMES_FASTER:g}")
    return found


def _cells(figures: Mapping[str, Any], key: str) -> list[str]:
    each, floor = figures.get(key), figures.get(FLOOR)
    if each is None:
        return ["-", "-", "-"]
    times = f"{each['seconds'] / floor['seconds']:.1f}" if floor else "-"
    return [f"{each['seconds']:.2f} s", f"{each['peak_mb']:.0f} MB", times]
