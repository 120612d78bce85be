"""A badge for a README: what the newest run came to, its main metric, and which commit is live. SVG without a foreign font."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from .. import figures
from ..sentence import TITLES
from ..text import clipped
from .spark import sign, state_of
from .xmltext import xml_text

if TYPE_CHECKING:
    from .index import RunSummary

COLOURS = {"pass": "#0b6e66", "fail": "#ad3216", "inconclusive": "#825c00"}
GREY, SLATE = "#3f4a57", "#566474"
HEIGHT = 20
_SIDE = 7
_FAMILY = 'Verdana,"DejaVu Sans",Geneva,sans-serif'
_NARROW, _WIDE = "iljtf.,:;'|![]() I", "mwMW@%—"


class _Part(NamedTuple):
    text: str
    colour: str


def badge(newest: RunSummary, live: RunSummary | None) -> str:
    """The badge of a service in an environment; `live` is the run whose image serves."""
    parts = [_Part(f"{newest.service} {newest.environment}", GREY), _Part(_verdict(newest), COLOURS[state_of(newest.verdict)])]
    if live:
        parts.append(_Part(f"live {figures.short(live.commit)}", SLATE))
    shown = [_Part(clipped(xml_text(part.text), 60), part.colour) for part in parts]
    title = ": ".join([shown[0].text, ", ".join(part.text for part in shown[1:])])
    return str(_drawn(shown, title)) + "\n"


def _verdict(run: RunSummary) -> str:
    words = TITLES.get(run.verdict, run.verdict).lower()
    main = next(iter(run.metrics.items()), None)
    said = f"{sign(run.verdict)} {words}"
    return f"{said} · {figures.plain_name(main[0])} {figures.value(*main)}" if main else said


def _drawn(parts: list[_Part], title: str) -> Markup:
    drawn, left = [], 0.0
    for part in parts:
        wide = _width(part.text) + 2 * _SIDE
        drawn.append(Markup('<rect x="{:.1f}" width="{:.1f}" height="{}" fill="{}"/>').format(left, wide, HEIGHT, part.colour))
        drawn.append(
            Markup('<text x="{:.1f}" y="14" textLength="{:.1f}" lengthAdjust="spacingAndGlyphs">{}</text>').format(
                left + _SIDE, wide - 2 * _SIDE, part.text
            )
        )
        left += wide
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0:.1f}" height="{1}" viewBox="0 0 {0:.1f} {1}" role="img" '
        'aria-label="{2}"><title>{2}</title><clipPath id="r"><rect width="{0:.1f}" height="{1}" rx="3"/></clipPath>'
        '<g clip-path="url(#r)" fill="#fff" font-family="{3}" font-size="11">{4}</g></svg>'
    ).format(left, HEIGHT, title, _FAMILY, Markup("").join(drawn))


def _width(text: str) -> float:
    """About how wide the text is at 11 px in Verdana; the text is fitted to it, whichever font there is."""
    return sum(4.2 if char in _NARROW else 10.0 if char in _WIDE else 7.6 if char.isupper() else 6.8 for char in text)
