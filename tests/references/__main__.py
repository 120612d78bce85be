"""Write the table of references into docs/evaluation.md: `python -m tests.references`."""

from __future__ import annotations

from .page import PAGE, every, rendered, written

PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), rendered(every())), encoding="utf-8")
