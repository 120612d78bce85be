"""Gold files: `GOLDGATE_UPDATE_GOLDEN=1 pytest tests/unit/eval/report` writes them anew; look at the diff before you commit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """Compare a text with a gold file, or write it where the environment asks for that."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("GOLDGATE_UPDATE_GOLDEN") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), f"{path.name} is out of date: GOLDGATE_UPDATE_GOLDEN=1 writes it anew"

    return check
