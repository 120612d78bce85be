"""Plots as inline SVG, one file a kind; colours and dashes come from the page's style sheet."""

from .bar import interval_bar
from .forest import describe, forest_axis, forest_row, own_scale, shared_scale
from .scale import Scale
from .trend import strip, strip_axis

__all__ = ["Scale", "describe", "forest_axis", "forest_row", "interval_bar", "own_scale", "shared_scale", "strip", "strip_axis"]
