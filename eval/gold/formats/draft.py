"""A native record in the making: what fits is set, what does not is counted and noted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ...jsontext import canonical, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..source import Source

ID_LENGTH = 12
Record = tuple[int, dict[str, Any]]


class Draft:
    """The record of one case; `record` is its native form."""

    def __init__(self, source: Source, line: int) -> None:
        self._source, self._line = source, line
        self.identity: str | None = None
        self.input: Any = None
        self.cluster: str | None = None
        self._expected: dict[str, Any] = {}
        self._tags: dict[str, Any] = {}
        self._notes: list[str] = []
        self._left_out: list[str] = []

    def expect(self, field: str, value: Any) -> None:
        """Set a field of `expected`, unless the value holds nothing."""
        if not _empty(value):
            self._expected[field] = value

    def expect_texts(self, texts: Iterable[Any]) -> None:
        """The texts that count as right: the first is the answer, the others are alternatives."""
        first, *others = dict.fromkeys(text for text in map(as_text, texts) if text) or [None]
        if first is None:
            return
        others = [first, *others] if "answer" in self._expected else others
        self._expected.setdefault("answer", first)
        if others:
            self.expect("answers", [*self._expected.get("answers", ()), *others])

    def expect_passages(self, texts: Iterable[str], field: str) -> None:
        """Passages without ids, expected as evidence under the hash of their text; the texts themselves are left out."""
        ids = [content_id(text) for text in texts if text.strip()]
        if ids:
            self._expected["evidence"] = [*dict.fromkeys([*self._expected.get("evidence", ()), *ids])]
            self.leave_out(f"{field} (texts; kept as content ids)")

    def tag(self, name: str, value: Any) -> None:
        """Tag the case; values that are no plain text or number are left out."""
        if isinstance(value, str | int | float) and value != "":
            self._tags[name] = value
        elif not _empty(value):
            self.leave_out(name)

    def tag_all(self, values: Any, field: str) -> None:
        """Tag the case with every member of an object."""
        if isinstance(values, Mapping):
            for name, value in values.items():
                self.tag(str(name), value)
        elif not _empty(values):
            self.leave_out(field)

    def note(self, text: Any) -> None:
        """Add a line to the notes."""
        if not _empty(text):
            self._notes.append(text if isinstance(text, str) else dumps(text))

    def leave_out(self, field: str) -> None:
        """Count a field that is not carried over, and say so in the notes."""
        if field not in self._left_out:
            self._left_out.append(field)
            self._source.left_out[field] += 1

    def leave_out_all(self, fields: Mapping[str, Any], known: Iterable[str]) -> None:
        """Leave out every field that holds something and is not known."""
        known = set(known)
        for field, value in fields.items():
            if field not in known and not _empty(value):
                self.leave_out(str(field))

    @property
    def record(self) -> Record:
        """The line and the native record."""
        left = [f"not carried over: {', '.join(self._left_out)}"] if self._left_out else []
        data = {
            "id": self.identity,
            "input": self.input,
            "expected": self._expected,
            "tags": self._tags,
            "cluster": self.cluster,
            "notes": "\n".join([*self._notes, *left]),
        }
        return self._line, {key: value for key, value in data.items() if not _empty(value)}


def with_ids(records: Iterable[Record]) -> Iterator[Record]:
    """Give each record without an id one that its content makes: of its input, or of all of it where an input repeats."""
    rows = list(records)
    made = [None if "id" in data else content_id(data.get("input")) for _, data in rows]
    times = Counter(made)
    for (line, data), identity in zip(rows, made, strict=True):
        if identity is None or "input" not in data:
            yield line, data
        elif times[identity] == 1:
            yield line, {"id": identity, **data}
        else:
            whole = {key: value for key, value in data.items() if key != "notes"}
            yield line, {"id": content_id(whole), **data}


def content_id(value: Any) -> str:
    """Twelve hex digits that stand for a text, white space aside, or for a JSON value; the same for the same content."""
    content = " ".join(value.split()).encode() if isinstance(value, str) else canonical(value)
    return hashlib.sha256(content).hexdigest()[:ID_LENGTH]


def as_text(value: Any) -> str | None:
    """A plain value as text: a number and true or false as JSON writes them, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    return dumps(value)


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)
