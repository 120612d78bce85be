"""The report in Markdown, for a step summary or the comment on a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import ReportInput


def summary(report: ReportInput) -> str:
    """Verdict, gates, cases that changed and what the release did, in fewer than 65,535 characters."""
    raise NotImplementedError
