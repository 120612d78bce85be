"""Cases that stand in prompts or training files: what a service has been shown, it need not know."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import UsageError
from ..jsontext import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .findings import Finding, Looked

SUFFIXES = frozenset(
    {
        ".txt", ".md", ".rst", ".json", ".jsonl", ".py", ".yaml", ".yml", ".toml", ".csv", ".tsv", ".jinja", ".j2", ".prompt",
        ".ipynb", ".html", ".xml", ".parquet",
    }
)  # fmt: skip
QUESTION_WORDS, ANSWER_WORDS, ID_LETTERS = 4, 5, 5
WORDS = re.compile(r"[^\W_]+")
AT_ONCE = 20_000


class Part(NamedTuple):
    """One part of a case that may have leaked: the row, what it is, and its words."""

    row: int
    kind: str
    words: str


def leaks(looked: Looked, against: Sequence[Path], passages: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Cases whose question, expected answer or evidence stands in one of the files, punctuation and letter case aside.

    Evidence is looked for by its id and, where `passages` has {id: text}, by its text. Questions of fewer than four words,
    answers and passages of fewer than five, and ids of fewer than five letters or without a digit are too common to tell
    and are not looked for. In JSON the texts within are compared.

    Raises:
        UsageError: a file is absent or cannot be read.
    """
    parts = defaultdict(list)
    for part in _parts(looked, passages or {}):
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


def _parts(looked: Looked, passages: Mapping[str, str]) -> Iterator[Part]:
    rows = looked.expected.select("texts", "evidence").iter_rows()
    for row, (question, (texts, evidence)) in enumerate(zip(looked.questions, rows, strict=True)):
        yield from _long(row, "question", [question], QUESTION_WORDS)
        yield from _long(row, "expected answer", texts, ANSWER_WORDS)
        ids = [one["id"] for one in evidence or ()]
        telling = (name for name in ids if len(name) >= ID_LETTERS and any(map(str.isdigit, name)))
        yield from (Part(row, "evidence id", _plain(name)) for name in telling)
        yield from _long(row, "evidence text", (passages[name] for name in ids if name in passages), ANSWER_WORDS)


def _long(row: int, kind: str, texts: Iterable[str], fewest: int) -> Iterator[Part]:
    for words in map(_plain, texts):
        if words.count(" ") > fewest:
            yield Part(row, kind, words)


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
