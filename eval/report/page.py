"""The page: one self-contained HTML file that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .model import ReportInput


def render(report: ReportInput) -> str:
    """The whole page as text. Raises `UsageError` when a cases file cannot be read."""
    raise NotImplementedError


def write(report: ReportInput, path: Path) -> Path:
    """Render and write the page in one step (temporary name, then renamed); returns `path`."""
    raise NotImplementedError
