"""Reading a service's JSON answer into a response, by the request mapping."""

from __future__ import annotations

import functools
import json
import re
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jmespath

from ..errors import UsageError
from ..results import Context, Response

if TYPE_CHECKING:
    from .mapping import RequestMapping

TOKEN_NAMES = {
    "input_tokens": ("input_tokens", "inputTokens", "prompt_tokens", "promptTokens"),
    "output_tokens": ("output_tokens", "outputTokens", "completion_tokens", "completionTokens"),
}


PLAIN_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PLAIN_LIST = re.compile(r"(?P<list>[A-Za-z_][A-Za-z0-9_]*)\[\]\.(?P<field>[A-Za-z_][A-Za-z0-9_]*)")


class WrongShape(Exception):
    """The answer is JSON of another shape than the mapping says."""


class Reader:
    """The compiled JMESPath expressions of one mapping.

    Raises:
        UsageError: an expression is no JMESPath.
    """

    def __init__(self, mapping: RequestMapping) -> None:
        self.mapping = mapping
        names = ("answer", "contexts", "retrieved", "citations", "tokens", "cost")
        self._paths = {name: compiled(name, getattr(mapping, name)) for name in names if getattr(mapping, name)}

    def read(self, identity: str, body: Any, latency_ms: float | None = None, asked_at: str = "") -> Response:
        """The response that `body` holds.

        Raises:
            WrongShape: the answer is absent, or a part has another type than it should.
        """
        found = {name: search(body) for name, search in self._paths.items()}
        if "answer" in self._paths and found["answer"] is None:
            msg = f'nothing at "{self.mapping.answer}" in {_outline(body)}'
            raise WrongShape(msg)
        contexts = _contexts(found.get("contexts"))
        retrieved = ranked(found.get("retrieved"), "retrieved") if "retrieved" in self._paths else None
        tokens = found.get("tokens")
        return Response(
            id=identity,
            answer=answer_text(found.get("answer")),
            retrieved=retrieved if retrieved is not None else ranked([part.id for part in contexts], "contexts"),
            contexts=contexts,
            citations=_ids(found.get("citations"), "citations"),
            input_tokens=_tokens(tokens, "input_tokens"),
            output_tokens=_tokens(tokens, "output_tokens"),
            cost_usd=number(found.get("cost"), "cost"),
            latency_ms=latency_ms,
            asked_at=asked_at,
        )


def compiled(name: str, expression: str) -> Callable[[Any], Any]:
    """A function that finds what a JMESPath expression means in a body.

    Raises:
        UsageError: the expression is no JMESPath.
    """
    try:
        parsed = jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        msg = f'request.{name} is no JMESPath: "{expression}" ({str(error).splitlines()[0]}).'
        raise UsageError(msg, next_step="See jmespath.org; for a field write its name.") from error
    if PLAIN_FIELD.fullmatch(expression):
        return lambda body: body.get(expression) if isinstance(body, dict) else None
    listed = PLAIN_LIST.fullmatch(expression)
    if listed:
        return _list_getter(listed["list"], listed["field"], parsed.search)
    search: Callable[[Any], Any] = parsed.search
    return search


def _list_getter(name: str, field: str, search: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`name[].field` without JMESPath's interpreter, a tenth of its time; it takes over where the shape is another."""

    def get(body: Any) -> Any:
        rows = body.get(name) if isinstance(body, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return search(body)
        return [row[field] for row in rows if row.get(field) is not None]

    return get


def answer_text(value: Any) -> str | None:
    """A text as it is, anything else as JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def ranked(value: Any, name: str) -> tuple[str, ...]:
    """Ids in rank order, each once; with scores, by score (32-bit) and then id, both descending, as in trec_eval."""
    if value is None:
        return ()
    if not isinstance(value, list):
        msg = f"{name} is {_outline(value)} and no list"
        raise WrongShape(msg)
    if value and all(isinstance(part, Mapping) for part in value):
        pairs = [(part.get("score"), _id(part.get("id"), name)) for part in value]
        if all(isinstance(score, int | float) for score, _ in pairs):
            value = [name for _, name in sorted(((single(score), name) for score, name in pairs), reverse=True)]
        else:
            value = [name for _, name in pairs]
    return tuple(dict.fromkeys(_ids(value, name)))


@functools.cache
def _single() -> struct.Struct:
    return struct.Struct("f")


def single(score: float) -> float:
    """The score as trec_eval holds it: a 32-bit float."""
    try:
        value: float = _single().unpack(_single().pack(score))[0]
    except OverflowError:
        return float("inf") if score > 0 else float("-inf")
    return value


def _id(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    msg = f"{name} holds {_outline(value)} where an id should stand"
    raise WrongShape(msg)


def _ids(value: Any, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        msg = f"{name} is {_outline(value)} and no list"
        raise WrongShape(msg)
    return tuple(_id(part, name) for part in value)


def _contexts(value: Any) -> tuple[Context, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        msg = f"contexts is {_outline(value)} and no list"
        raise WrongShape(msg)
    return tuple(_context(part, rank) for rank, part in enumerate(value, start=1))


def _context(part: Any, rank: int) -> Context:
    if isinstance(part, str):
        return Context(id=str(rank), text=part)
    if not isinstance(part, Mapping):
        msg = f"contexts holds {_outline(part)} where an object {{id, text, score}} should stand"
        raise WrongShape(msg)
    text = part.get("text")
    identity = part.get("id")
    return Context(
        id=str(rank) if identity is None else _id(identity, "contexts"),
        text=text if isinstance(text, str) else "",
        score=number(part.get("score"), "contexts[].score"),
    )


def _tokens(value: Any, name: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        msg = f"tokens is {_outline(value)} and no object"
        raise WrongShape(msg)
    given = next((value[key] for key in TOKEN_NAMES[name] if value.get(key) is not None), None)
    count = number(given, f"tokens.{name}")
    return None if count is None else int(count)


def number(value: Any, name: str) -> float | None:
    """A number or null.

    Raises:
        WrongShape: it is something else.
    """
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    msg = f"{name} is {_outline(value)} and no number"
    raise WrongShape(msg)


def _outline(value: Any) -> str:
    if isinstance(value, Mapping):
        keys = ", ".join(list(map(str, value))[:8])
        return f"an object with the keys {keys}" if keys else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else shown[:57] + "..."
