"""Put the tables of the latest results into the docs: `python -m bench.docs`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from .measure import RESULTS

DOCS = Path(__file__).parents[1] / "docs"
PAGES = (DOCS / "evaluation.md", DOCS / "report.md")
MARKED = re.compile(r"<!-- bench: (?P<name>\w+) -->\n(?P<table>.*?)<!-- end -->\n", re.DOTALL)


def filled(page: str, results: Path = RESULTS) -> str:
    """The page with every marked table as its bench wrote it last; a bench that was never run leaves its place as it is."""

    def table(found: re.Match[str]) -> str:
        written = results / f"{found['name']}.md"
        text = written.read_text(encoding="utf-8") if written.exists() else found["table"]
        return f"<!-- bench: {found['name']} -->\n{text}<!-- end -->\n"

    return MARKED.sub(table, page)


def main() -> int:
    """Fill all pages."""
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
