"""A gold set on disk, read no further than it is asked for."""

from __future__ import annotations

import json
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..jsontext import loads
from . import containers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..errors import GoldgateError

HEAD_BYTES = 1 << 16
LOOKED_AT = 20
BOM = b"\xef\xbb\xbf"


class Source:
    """A file or folder that holds a gold set, whatever its format.

    `left_out` counts, by field, what a format could not carry over into a case. Everything else is read when first asked for;
    a file that is absent, unreadable, not UTF-8 or broken JSON is a `UsageError` with its line.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.left_out: Counter[str] = Counter()

    @property
    def suffix(self) -> str:
        """The end of the name in lower case, with its dot."""
        return self.path.suffix.lower()

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.path.is_dir()

    @property
    def is_table(self) -> bool:
        """Whether it is CSV, its delimiter a comma, semicolon or tab."""
        return self.suffix in {".csv", ".tsv"}

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet, by its first bytes or its name."""
        return self.head.startswith(b"PAR1") or self.suffix == ".parquet"

    @property
    def is_list(self) -> bool:
        """Whether it is one JSON list."""
        return self.opening == "["

    def where(self, line: int) -> str:
        """A line of it, for messages."""
        return f"{self.path}:{line}"

    @cached_property
    def head(self) -> bytes:
        """Its first bytes without a byte-order mark; none of a folder.

        Raises:
            UsageError: it is absent or cannot be read.
        """
        if self.is_folder:
            return b""
        try:
            with self.path.open("rb") as file:
                return file.read(HEAD_BYTES).removeprefix(BOM)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    @property
    def opening(self) -> str:
        """Its first character that is not white space, or nothing."""
        return self.head.lstrip()[:1].decode("utf-8", "replace")

    @cached_property
    def data(self) -> bytes:
        """All of its bytes, without a byte-order mark.

        Raises:
            UsageError: it is absent or cannot be read.
        """
        try:
            return self.path.read_bytes().removeprefix(BOM)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    @cached_property
    def text(self) -> str:
        """All of its text.

        Raises:
            UsageError: it is absent, cannot be read or is not UTF-8.
        """
        try:
            return self.data.decode()
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            msg = f"the gold set is not UTF-8 text (byte {error.start})."
            raise UsageError(msg, where=self.where(line), next_step="Save it as UTF-8.") from error

    @cached_property
    def document(self) -> Any:
        """The one JSON value that it holds.

        Raises:
            UsageError: as for `text`, or it is no JSON.
        """
        try:
            return loads(self.text)
        except json.JSONDecodeError as error:
            msg = f"broken JSON at column {error.colno}: {error.msg}."
            raise UsageError(msg, where=self.where(error.lineno)) from error
        except RecursionError as error:
            msg = "the JSON is nested too deeply."
            raise UsageError(msg, where=str(self.path)) from error

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of its first records, or its columns: what its format is recognised by."""
        if self.is_folder:
            return frozenset()
        if self.is_parquet:
            return frozenset(containers.parquet_columns(self.path))
        if self.is_table:
            return frozenset(containers.csv_columns(self.head.decode("utf-8", "replace")))
        records = self.document[:LOOKED_AT] if self.is_list and isinstance(self.document, list) else self._first_lines()
        return frozenset(key for record in records if isinstance(record, dict) for key in record)

    def rows(self, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Line and fields of each record of a JSON list, JSON lines, CSV or Parquet; what is broken goes to `problems`.

        The fields of a CSV are texts, its empty cells absent. In Parquet a line is a row.
        """
        if self.is_parquet:
            return containers.parquet_rows(self.path)
        if self.is_table:
            return containers.csv_rows(self.text, self.where, problems)
        if self.is_list:
            return containers.objects(containers.list_elements(self.document, self.text), self.where, problems)
        return containers.json_lines(self.text, self.where, problems)

    def left(self, fields: Mapping[str, Any], *names: str) -> None:
        """Count those of the named fields that hold something as not carried over."""
        self.left_out.update(name for name in names if fields.get(name) not in (None, "", [], {}))

    def _first_lines(self) -> list[Any]:
        lines = [line for line in self.head.split(b"\n")[:LOOKED_AT] if line.strip()]
        records = []
        for line in lines:
            try:
                records.append(loads(line))
            except (ValueError, RecursionError):
                continue
        return records


def _unreadable(path: Path, error: OSError) -> UsageError:
    if isinstance(error, FileNotFoundError):
        msg = "there is no such gold set."
        return UsageError(msg, where=str(path), next_step="Check the path; in a project, gold_sets in ml_config.yaml.")
    msg = f"the gold set cannot be read: {error.strerror or error}."
    return UsageError(msg, where=str(path))
