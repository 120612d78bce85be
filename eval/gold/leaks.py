"""Cases that stand in prompts or training files: what a service has been shown, it need not know."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ..jsontext import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from .findings import Finding, Looked

SUFFIXES = frozenset(
    {
        ".txt", ".md", ".rst", ".json", ".jsonl", ".py", ".yaml", ".yml", ".toml", ".csv", ".tsv", ".jinja", ".j2", ".prompt",
        ".ipynb", ".html", ".xml", ".parquet",
    }
)  # fmt: skip
QUESTION_WORDS, ANSWER_WORDS, ID_LETTERS = 4, 5, 8
WORDS = re.compile(r"[^\W_]+")
AT_ONCE = 20_000


class Part(NamedTuple):
    """One part of a case that may have leaked: the row, what it is, and its words."""

    row: int
    kind: str
    words: str


def leaks(looked: Looked, against: Sequence[Path]) -> Iterator[Finding]:
    """Cases whose question, expected answer or evidence id stands in one of the files, punctuation and case aside.

    Questions of fewer than four words, answers of fewer than five and ids of fewer than eight letters are too common to tell
    and are not looked for. In JSON the texts within are compared.

    Raises:
        UsageError: a file is absent or cannot be read.
    """
    parts = defaultdict(list)
    for part in _parts(looked):
        parts[part.words].append(part)
    for path in _files(against):
        yield from _leaks_in(looked, parts, path)


def _leaks_in(looked: Looked, parts: dict[str, list[Part]], path: Path) -> Iterator[Finding]:
    lines = _Lines(path)
    rows: dict[int, dict[str, int]] = defaultdict(dict)
    for words in _found(lines.words, list(parts)):
        for part in parts[words]:
            rows[part.row].setdefault(part.kind, lines.of(words))
    for row in sorted(rows):
        kinds = rows[row]
        verb = "stands" if len(kinds) == 1 else "stand"
        where = f"{path}:{min(kinds.values())}"
        message = f"the {' and the '.join(kinds)} of {{case}} {verb} in {where}."
        yield looked.finding(row, "leak", "warning", message, "Take it out there, or replace the case.")


def _parts(looked: Looked) -> Iterator[Part]:
    for row, question in enumerate(looked.questions):
        words = _plain(question)
        if words.count(" ") > QUESTION_WORDS:
            yield Part(row, "question", words)
    for row, texts in enumerate(looked.expected["texts"].to_list()):
        for words in map(_plain, texts):
            if words.count(" ") > ANSWER_WORDS:
                yield Part(row, "expected answer", words)
    for row, evidence in enumerate(looked.expected["evidence"].to_list()):
        for one in evidence or ():
            if len(one["id"]) >= ID_LETTERS:
                yield Part(row, "evidence id", _plain(one["id"]))


def _found(text: str, patterns: list[str]) -> Iterator[str]:
    """Those of the patterns that stand in the text."""
    import polars as pl

    series = pl.Series([text])
    for start in range(0, len(patterns), AT_ONCE):
        some = patterns[start : start + AT_ONCE]
        yield from series.str.extract_many(some, overlapping=True).explode(empty_as_null=False).unique(maintain_order=True)


def _files(against: Iterable[Path]) -> Iterator[Path]:
    for path in against:
        if path.is_dir():
            inner = (one for one in sorted(path.rglob("*")) if one.is_file() and one.suffix.lower() in SUFFIXES)
            yield from (one for one in inner if not any(part.startswith(".") for part in one.relative_to(path).parts))
        else:
            yield path


class _Lines:
    """The words of a file, and the line on which some of them begin."""

    def __init__(self, path: Path) -> None:
        plain = [_plain(line).strip() for line in _texts(path)]
        self.words = f" {' '.join(line for line in plain if line)} "
        self._lengths = [len(line) + 1 if line else 0 for line in plain]

    def of(self, words: str) -> int:
        """The line of the first place where `words` stand."""
        position = self.words.index(words) + 1
        for line, length in enumerate(self._lengths, start=1):
            position -= length
            if position <= 0:
                return line
        return len(self._lengths)


def _texts(path: Path) -> list[str]:
    """The text of each line; of JSON lines and Parquet the texts that each record holds."""
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _parquet_texts(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        msg = f"cannot be read: {error.strerror or error}."
        raise UsageError(msg, where=str(path), next_step="Name files or folders of prompts by --against.") from error
    lines = text.split("\n")
    return [_unescaped(line) for line in lines] if suffix in {".json", ".jsonl", ".ipynb"} else lines


def _unescaped(line: str) -> str:
    """A line of JSON, a whole value or a part of one, with its texts as they read."""
    content = line.strip().rstrip(",")
    for candidate in (content, "{" + content + "}"):
        try:
            return " ".join(_strings(loads(candidate)))
        except (ValueError, RecursionError):
            continue
    return line


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _parquet_texts(path: Path) -> list[str]:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        msg = f"cannot be read as Parquet: {error}."
        raise UsageError(msg, where=str(path)) from error
    return [" ".join(_strings(list(row))) for row in frame.iter_rows()]


def _plain(text: str) -> str:
    """Its words in lower case, a space before, between and after them."""
    return f" {' '.join(WORDS.findall(text.casefold()))} "
