"""What all plots share: one size, a grid, axes with their labels, a title and a description for those who do not see it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup

from .. import figures
from ..text import visible
from .scale import Scale, compact

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDTH, HEIGHT = 324, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 26, 42
LETTER = 7.0
_GAP = 10
_MOST_ACROSS, _MOST_DOWN = 8, 5
_LABEL_ROOM = 0.55


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A scale, what it measures (with the unit), how a tick is written; `ticks` where round numbers are not the right ones."""

    scale: Scale
    label: str
    text: Callable[[float], str] = compact
    ticks: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """The label, which says where the axis is logarithmic."""
        return f"{self.label}, log scale" if self.scale.log else self.label

    def fitting(self) -> list[tuple[float, str]]:
        """As many ticks as stand side by side without touching, with their words."""
        if self.ticks:
            return self._thinned([(tick, self._written(tick)) for tick in self.ticks])
        for most in range(_MOST_ACROSS, 1, -1):
            found = [(tick, self._written(tick)) for tick in self.scale.ticks(most)]
            if self._fits(found):
                return found
        return found

    def _written(self, tick: float) -> str:
        return figures.typeset(self.text(tick))

    def _fits(self, ticks: list[tuple[float, str]]) -> bool:
        width = WIDTH - LEFT - RIGHT
        spots = [(self.scale.share(tick) * width, len(words) * LETTER) for tick, words in ticks]
        return all(b - a >= (x + y) / 2 + _GAP for (a, x), (b, y) in pairwise(spots))

    def _thinned(self, ticks: list[tuple[float, str]]) -> list[tuple[float, str]]:
        every = 1
        while len(ticks[::every]) > 2 and not self._fits(ticks[::every]):
            every += 1
        return ticks[::every]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Two axes and the space between them, in the units of the view box."""

    x: Axis
    y: Axis

    def across(self, amounts: Floats) -> Floats:
        """The horizontal places of values."""
        return LEFT + self.x.scale.shares(amounts) * (WIDTH - LEFT - RIGHT)

    def down(self, amounts: Floats) -> Floats:
        """The vertical places of values, which fall as they rise."""
        return TOP + (1 - self.y.scale.shares(amounts)) * (HEIGHT - TOP - BOTTOM)

    def x_of(self, amount: float) -> float:
        """The horizontal place of one value."""
        return LEFT + self.x.scale.share(amount) * (WIDTH - LEFT - RIGHT)

    def y_of(self, amount: float) -> float:
        """The vertical place of one value."""
        return TOP + (1 - self.y.scale.share(amount)) * (HEIGHT - TOP - BOTTOM)

    def svg(self, title: str, description: str, marks: Sequence[Markup]) -> Markup:
        """The picture: grid and axes under the marks, with title and description."""
        parts = Markup("").join([*self._rows(), *self._columns(), *self._labels(), *marks])
        return picture(title, description, parts)

    def upright(self, amount: float, words: str, *, name: str = "bound", place: int = 0) -> Markup:
        """A vertical line at a value with its words beside it, `place` lines from the bottom."""
        x, left = self.x_of(amount), self.x.scale.share(amount) > _LABEL_ROOM
        y = HEIGHT - BOTTOM - 8 - 15 * place
        return Markup(
            '<line class="{0}" x1="{1:.1f}" x2="{1:.1f}" y1="{2}" y2="{3}"/>'
            '<text class="{0}-label" x="{4:.1f}" y="{5}" text-anchor="{6}">{7}</text>'
        ).format(name, x, TOP, HEIGHT - BOTTOM, x - 5 if left else x + 5, y, "end" if left else "start", words)

    def level(self, amount: float, *, name: str = "zero") -> Markup:
        """A horizontal line at a value."""
        y = self.y_of(amount)
        return Markup('<line class="{}" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(name, LEFT, WIDTH - RIGHT, y, y)

    def diagonal(self) -> Markup:
        """The line on which both axes say the same."""
        low, high = max(self.x.scale.low, self.y.scale.low), min(self.x.scale.high, self.y.scale.high)
        ends = self.x_of(low), self.y_of(low), self.x_of(high), self.y_of(high)
        return Markup('<path class="ideal" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>').format(*ends)

    def _rows(self) -> list[Markup]:
        ticks = self.y.ticks or tuple(self.y.scale.ticks(_MOST_DOWN))
        drawn = Markup(
            '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        )
        spots = [(self.y_of(tick), figures.typeset(self.y.text(tick))) for tick in ticks]
        return [drawn.format(LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, words) for y, words in spots]

    def _columns(self) -> list[Markup]:
        drawn = Markup(
            '<line class="nick" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>'
            '<text class="tick" x="{3:.1f}" y="{4}" text-anchor="{5}">{6}</text>'
        )
        low = HEIGHT - BOTTOM
        found = []
        for tick, words in self.x.fitting():
            x, reach = self.x_of(tick), len(words) * LETTER / 2
            over = x + reach > WIDTH
            found.append(drawn.format(x, low, low + 4, WIDTH if over else x, low + 17, "end" if over else "middle", words))
        return found

    def _labels(self) -> list[Markup]:
        return [
            Markup('<text class="axis-label" x="0" y="12">{}</text>').format(visible(self.y.name)),
            Markup('<text class="axis-label" x="{}" y="{}" text-anchor="end">{}</text>').format(
                WIDTH - RIGHT, HEIGHT - 6, visible(self.x.name)
            ),
        ]


def picture(title: str, description: str, parts: Markup) -> Markup:
    """An image of the one size of all plots."""
    title, description = visible(title), visible(description)
    return Markup('<svg class="graph" viewBox="0 0 {} {}" role="img"><title>{}</title><desc>{}</desc>{}</svg>').format(
        WIDTH, HEIGHT, title, description, parts
    )
