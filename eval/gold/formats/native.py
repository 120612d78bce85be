"""The native form: JSON lines, one case a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...errors import GoldgateError, UsageError
from ..fields import read_case

if TYPE_CHECKING:
    from pathlib import Path

    from ...case import Case

NAME = "jsonl"


def read(text: str, path: Path, problems: list[GoldgateError]) -> list[Case]:
    """The cases of a JSONL text; a line that is broken or wrong is added to `problems` and left out."""
    cases = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            data = _object(line, f"{path}:{number}", problems)
            case = read_case(data, f"{path}:{number}", number, problems) if data is not None else None
            if case is not None:
                cases.append(case)
    return cases


def _object(line: str, where: str, problems: list[GoldgateError]) -> dict[str, Any] | None:
    try:
        data = json.loads(line)
    except ValueError as error:
        reason = getattr(error, "msg", str(error))
        column = getattr(error, "colno", None)
        problems.append(UsageError(f"broken JSON at column {column}: {reason}.", where=where))
        return None
    if isinstance(data, dict):
        return data
    problems.append(UsageError(f"a case must be a JSON object, not {type(data).__name__}.", where=where))
    return None
