"""JSON in and out: quick, and safe with what services and people write into it."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
WHOLE_FLOAT = re.compile(rb"\.0(?!\d)|\d[eE][+-]?\d")


def loads(text: bytes | str) -> Any:
    """The value of a JSON text. What RFC 8259 leaves open is read as Python's json does; half surrogates become U+FFFD.

    Raises:
        ValueError: it is no JSON (a `json.JSONDecodeError`, with line and column).
        RecursionError: it is nested too deeply.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return whole_text(json.loads(text))


def dumps(value: Any, *, sort: bool = False) -> str:
    """JSON without spaces, non-ASCII as it is; NaN and infinities become null."""
    return dump_bytes(value, sort=sort).decode()


def dump_bytes(value: Any, *, sort: bool = False) -> bytes:
    """`dumps` as UTF-8."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS if sort else orjson.OPT_NON_STR_KEYS
    try:
        return orjson.dumps(value, option=options)
    except TypeError:
        plain = json.dumps(whole_text(value), ensure_ascii=False, sort_keys=sort, separators=(",", ":"), default=_plain_value)
        return plain.encode()


def dump_pretty(value: Any) -> bytes:
    """JSON for people, two spaces a level, with a last line break."""
    return orjson.dumps(loads(dump_bytes(value)), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces in which 1.0 is written as 1, so that equal contents have equal bytes."""
    text = dump_bytes(value, sort=True)
    return dump_bytes(whole_numbers(value), sort=True) if WHOLE_FLOAT.search(text) else text


def whole_numbers(value: Any) -> Any:
    """The value with every float that is a whole number as an int."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [whole_numbers(part) for part in value]
    return value


def whole_text(value: Any) -> Any:
    """The value with U+FFFD for every half surrogate, which UTF-8 cannot hold."""
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {whole_text(key): whole_text(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [whole_text(part) for part in value]
    return value


def _plain_value(value: Any) -> Any:
    """Mappings and numbers of other libraries as JSON knows them."""
    if hasattr(value, "keys"):
        return dict(value)
    return value.item() if hasattr(value, "item") else str(value)
