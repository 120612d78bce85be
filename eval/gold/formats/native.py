"""The native form: JSON lines, one case a line, read as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...jsontext import loads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import GoldgateError
    from ..source import Source

NAME = "jsonl"
BROKEN = object()
BOM = b"\xef\xbb\xbf"


def recognises(source: Source) -> bool:
    """Whether it begins like JSON lines; so may a file of broken ones, whose faults are then said line by line."""
    return not source.is_folder and source.opening in {"{", ""} and not (source.is_table or source.is_parquet)


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line and object of each line that is not blank; a broken one is added to `problems`.

    Raises:
        UsageError: the file is not UTF-8.
    """
    with source.path.open("rb") as file:
        for line, content in enumerate(file, start=1):
            try:
                data = loads(content)
            except (ValueError, RecursionError):
                data = _value(content, source, line, problems)
            if type(data) is dict:
                yield line, data
            elif data is not BROKEN:
                what = f"a case must be a JSON object, not {type(data).__name__}."
                problems.append(UsageError(what, where=source.where(line)))


def _value(content: bytes, source: Source, line: int, problems: list[GoldgateError]) -> Any:
    """The value of a line that does not read as it stands: none where it is blank or broken, which is said."""
    text = content.removeprefix(BOM) if line == 1 else content
    if text.isspace() or not text:
        return BROKEN
    try:
        return loads(text)
    except UnicodeDecodeError as error:
        msg = f"the gold set is not UTF-8 text (byte {error.start} of the line)."
        raise UsageError(msg, where=source.where(line), next_step="Save it as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        column, reason = getattr(error, "colno", 1), getattr(error, "msg", "nested too deeply")
        problems.append(UsageError(f"broken JSON at column {column}: {reason}.", where=source.where(line)))
        return BROKEN
