"""A section as it stands on the page, and what all sections are held to."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from goldgate.eval.report import html
from goldgate.eval.report.page import SECTIONS

if TYPE_CHECKING:
    from ..evaluated import Run


def view_of(run: Run, name: str) -> dict[str, Any] | None:
    """What the section's template is given."""
    section = next(part for part in SECTIONS if part.name == name)
    return section.view(run.report, run.table)


def markup(run: Run, name: str) -> str:
    """The section's HTML; empty where it has nothing to show."""
    section = next(part for part in SECTIONS if part.name == name)
    view = section.view(run.report, run.table)
    if view is None:
        return ""
    return html.environment().get_template(f"{name}.html").render(view=view, report=run.report, section=section)


class Outline(HTMLParser):
    """What a piece of HTML is made of: its graphs with their titles, its tables, and its text without graphs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: list[dict[str, str | None]] = []
        self.figures = self.graphs = self.tables = self.titles = self.descriptions = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append(dict(attrs))
        self.figures += tag == "figure"
        self.graphs += tag == "svg" and dict(attrs).get("class") == "graph"
        self.tables += tag == "table"
        self.titles += tag == "title"
        self.descriptions += tag == "desc"
