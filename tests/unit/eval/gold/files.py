"""Gold files for the tests of this room."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from goldgate.eval.gold.load import load_source
from goldgate.eval.gold.source import Source

if TYPE_CHECKING:
    from collections import Counter
    from pathlib import Path

    from goldgate.eval.case import GoldSet


def written(path: Path, content: Any) -> Path:
    """A file of text as it is, of a list as JSON lines where the name ends so, of anything else as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, str):
        lines = path.suffix == ".jsonl"
        content = "".join(json.dumps(row) + "\n" for row in content) if lines else json.dumps(content, indent=1)
    path.write_text(content, encoding="utf-8")
    return path


def loaded(path: Path, content: Any) -> tuple[GoldSet, Counter[str]]:
    """The gold set of a file with that content, and what was left out."""
    source = Source(written(path, content))
    return load_source(source), source.left_out
