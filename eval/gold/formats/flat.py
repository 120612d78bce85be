"""Native cases in the columns of a table."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...case import TAG
from ...errors import UsageError
from ..fields import CASE_KEYS, EXPECTED_KEYS, suggestion
from .cells import listed, structured
from .draft import with_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...errors import GoldgateError
    from ..source import Source

STRUCTURED = "structured"
TAG_PREFIXES = (TAG, "tags.", "tags:", "tag.")
LISTS = ("answers", "items", "evidence")
NUMBERS = ("numeric", "value")
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows as cases: id, input, any field of `expected` or `expected` as JSON, `tag:x` or `tags.x`, cluster, weight, notes.

    An input that writes an object is one, unless a column `structured` says which are. Without a column of ids the content
    makes them. A column of another name is a problem.
    """
    known = (*CASE_KEYS, *EXPECTED_KEYS, STRUCTURED)
    tags = {name: _tag_name(name) for name in source.keys if name.startswith(TAG_PREFIXES)}
    for name in sorted(source.keys - set(known) - tags.keys()):
        msg = f'unknown column "{name}"{suggestion(name, known)}'
        problems.append(UsageError(msg, where=source.where(1), next_step="Write tags as columns tag:<name>."))
    fields = [name for name in EXPECTED_KEYS if name in source.keys]
    rows = ((line, _native(row, tags, fields)) for line, row in source.rows(problems))
    return rows if "id" in source.keys else with_ids(rows)


def _native(row: Mapping[str, Any], tags: Mapping[str, str], fields: Sequence[str]) -> dict[str, Any]:
    """The native record of one row; what cannot be read stays as it is, to be refused with its line."""
    record = {name: row[name] for name in ("cluster", "notes") if name in row}
    if "id" in row:
        record["id"] = str(row["id"])
    if "input" in row:
        record["input"] = _input(row)
    if "weight" in row:
        record["weight"] = _number(row["weight"])
    expected = _expected(row, fields)
    if expected:
        record["expected"] = expected
    tagged = _tags(row, tags) if tags or "tags" in row else None
    if tagged:
        record["tags"] = tagged
    return record


def _input(row: Mapping[str, Any]) -> Any:
    value = row["input"]
    if not isinstance(value, str) or "{" not in value:
        return value
    if str(row.get(STRUCTURED, "true")).casefold() == "false":
        return value
    found = structured(value)
    return found if isinstance(found, dict) else value


def _expected(row: Mapping[str, Any], fields: Sequence[str]) -> Any:
    whole = structured(row.get("expected", {}))
    if not isinstance(whole, dict):
        return whole
    given = {name: value for name, value in whole.items() if value is not None}
    return given | {name: _field(name, row[name]) for name in fields if name in row} if fields else given


def _field(name: str, value: Any) -> Any:
    if name in LISTS:
        found = structured(value)
        return found if isinstance(found, dict) else listed(found)
    if name in NUMBERS:
        return _number(value)
    if name == "tolerance":
        return _number(structured(value))
    if name == "boolean" and isinstance(value, str):
        return WORDS.get(value.strip().casefold(), value)
    return value


def _tags(row: Mapping[str, Any], columns: Mapping[str, str]) -> Any:
    tags = structured(row.get("tags", {}))
    if not isinstance(tags, dict):
        return tags
    return tags | {name: row[column] for column, name in columns.items() if row.get(column) is not None}


def _tag_name(column: str) -> str:
    return next(column.removeprefix(prefix) for prefix in TAG_PREFIXES if column.startswith(prefix))


def _number(value: Any) -> Any:
    if isinstance(value, str):
        with suppress(ValueError):
            number = float(value)
            return int(number) if number.is_integer() and "." not in value else number
    return value
