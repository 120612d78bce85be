"""Reading a gold file: its format is recognised, and everything wrong with it is said at once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..case import GoldSet
from ..errors import GoldgateError, Problems, UsageError
from .formats import finrag, native
from .hash import gold_hash
from .lint import contradictions, duplicate_ids

if TYPE_CHECKING:
    from pathlib import Path

    from ..case import Case


def load_gold(path: Path) -> GoldSet:
    """Read a gold set: native JSONL or FinRAG's JSON list.

    Raises:
        UsageError: the file is absent, not text, empty, or of no known format.
        Problems: broken lines, missing or wrong fields, unknown keys, repeated ids, contradictions; each with file and line.
    """
    text = _text(path)
    problems: list[GoldgateError] = []
    name, cases = _read(text, path, problems)
    problems += duplicate_ids(cases, str(path)) + contradictions(cases, str(path))
    if problems:
        raise Problems(sorted(problems, key=_line))
    if not cases:
        msg = "the gold set has no case."
        raise UsageError(msg, where=str(path), next_step="Write one JSON object a line with id, input and expected.")
    return GoldSet(cases=tuple(cases), sha256=gold_hash(cases), path=path, format=name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        msg = "there is no such gold set."
        raise UsageError(msg, where=str(path), next_step="Check gold_sets in ml_config.yaml.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes().count(b"\n", 0, error.start) + 1
        msg = f"the gold set is not UTF-8 text (byte {error.start})."
        raise UsageError(msg, where=f"{path}:{line}", next_step="Save it as UTF-8.") from error
    except OSError as error:
        msg = f"the gold set cannot be read: {error.strerror or error}."
        raise UsageError(msg, where=str(path)) from error


def _read(text: str, path: Path, problems: list[GoldgateError]) -> tuple[str, list[Case]]:
    if not text.lstrip().startswith("["):
        return native.NAME, native.read(text, path, problems)
    data = _document(text, path)
    if finrag.recognises(data):
        return finrag.NAME, finrag.read(text, path, problems)
    msg = "the JSON list is of no known format: its first element has no question_text."
    raise UsageError(msg, where=str(path), next_step="Known are native JSON lines (id, input, expected) and FinRAG's list.")


def _document(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        msg = f"broken JSON at column {error.colno}: {error.msg}."
        raise UsageError(msg, where=f"{path}:{error.lineno}") from error


def _line(problem: GoldgateError) -> int:
    digits = (problem.where or "").rpartition(":")[2]
    return int(digits) if digits.isdigit() else 0
