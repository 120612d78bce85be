"""One module for each format that a gold set may come in, and which of them a file is."""

from __future__ import annotations

import difflib
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from ...errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...errors import GoldgateError
    from ..source import Source

MODULES = {
    "beir": "beir",
    "finrag": "finrag",
    "squad": "squad",
    "promptfoo": "promptfoo",
    "giskard": "giskard",
    "ragas": "ragas",
    "inspect": "inspect_samples",
    "deepeval": "deepeval",
    "json": "json_list",
    "csv": "csv_table",
    "parquet": "parquet_table",
    "trec": "trec",
    "jsonl": "native",
}
FORMATS = tuple(MODULES)


class Format(Protocol):
    """What a module of this folder offers.

    One that can read whole columns also has `columns(source) -> pl.DataFrame | None`: the gold frame, or null where the
    records must be looked at one by one.
    """

    NAME: str

    def recognises(self, source: Source) -> bool:
        """Whether the file or folder is of this format, told by as little of it as will do."""

    def records(self, source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
        """The line and the native record (id, input, expected, tags, cluster, weight, notes) of each case.

        What is wrong with the format's own fields is added to `problems`; what it cannot carry over is counted in the source.
        """


def recognised(source: Source) -> Format:
    """The format of a file or folder; the more particular formats are asked first.

    Raises:
        UsageError: it is of none, or cannot be read.
    """
    for name in FORMATS:
        module = _module(name)
        if module.recognises(source):
            return module
    keys = ", ".join(sorted(source.keys)[:8])
    found = f"its records have {keys}" if keys else "it begins with none of their fields"
    msg = f"the gold set is of no known format: {found}."
    raise UsageError(msg, where=str(source.path), next_step=f"Known are {', '.join(FORMATS)}; say which by --format.")


def named(name: str) -> Format:
    """The format of that name.

    Raises:
        UsageError: there is none.
    """
    if name in MODULES:
        return _module(name)
    near = difflib.get_close_matches(name, FORMATS, n=1)
    hint = f'; did you mean "{near[0]}"?' if near else "."
    msg = f'there is no gold format "{name}"{hint}'
    raise UsageError(msg, next_step=f"Known are {', '.join(FORMATS)}.")


def _module(name: str) -> Format:
    return cast("Format", import_module(f".{MODULES[name]}", __package__))
