"""Reading a service's JSON answer into a response, by the request mapping."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..gold.formats.draft import content_id
from ..jsontext import dumps
from ..results import Context, Response

if TYPE_CHECKING:
    from .mapping import RequestMapping

PARTS = (
    "answer", "contexts", "retrieved", "citations", "label", "scores", "value", "interval", "quantiles", "tokens", "cost",
)  # fmt: skip
TOKEN_NAMES = {
    "input_tokens": ("input_tokens", "inputTokens", "prompt_tokens", "promptTokens"),
    "output_tokens": ("output_tokens", "outputTokens", "completion_tokens", "completionTokens"),
}
PLAIN_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PLAIN_LIST = re.compile(r"(?P<list>[A-Za-z_][A-Za-z0-9_]*)\[\]\.(?P<field>[A-Za-z_][A-Za-z0-9_]*)")
NUMBERS = frozenset({int, float})
SINGLE = struct.Struct("f")


class WrongShape(Exception):
    """The answer is JSON of another shape than the mapping says."""


class Reader:
    """The compiled JMESPath expressions of one mapping; with `needs_answer` a body without its answer has the wrong shape.

    Raises:
        UsageError: an expression is no JMESPath.
    """

    def __init__(self, mapping: RequestMapping, *, needs_answer: bool = True) -> None:
        self.mapping = mapping
        given = {name: getattr(mapping, name) for name in PARTS}
        self._paths = [(name, compiled(name, path), READERS[name]) for name, path in given.items() if path]
        self._needs_answer = needs_answer and bool(mapping.answer)
        self._ranks_contexts = bool(mapping.contexts) and not mapping.retrieved

    def read(self, identity: str, body: Any, latency_ms: float | None = None, asked_at: str = "") -> Response:
        """The response that `body` holds.

        Raises:
            WrongShape: the answer is absent, or a part has another type than it should.
        """
        fields: dict[str, Any] = {}
        for _name, search, read in self._paths:
            value = search(body)
            if value is not None:
                fields.update(read(value))
        if self._needs_answer and "answer" not in fields:
            msg = f'nothing at "{self.mapping.answer}" in {outline(body)}'
            raise WrongShape(msg)
        if self._ranks_contexts and "contexts" in fields:
            fields["retrieved"] = ranked([part.id for part in fields["contexts"]], "contexts")
        return Response(id=identity, latency_ms=latency_ms, asked_at=asked_at, **fields)


def compiled(name: str, expression: str) -> Callable[[Any], Any]:
    """A function that finds what a JMESPath expression means in a body.

    Raises:
        UsageError: the expression is no JMESPath.
    """
    if PLAIN_FIELD.fullmatch(expression):
        return lambda body: body.get(expression) if isinstance(body, dict) else None
    import jmespath

    try:
        search: Callable[[Any], Any] = jmespath.compile(expression).search
    except jmespath.exceptions.JMESPathError as error:
        msg = f'request.{name} is no JMESPath: "{expression}" ({str(error).splitlines()[0]}).'
        raise UsageError(msg, next_step="See jmespath.org; for a field write its name.") from error
    listed = PLAIN_LIST.fullmatch(expression)
    return _list_getter(listed["list"], listed["field"], search) if listed else search


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
    return value if value is None or isinstance(value, str) else dumps(value)


def ranked(value: Any, name: str) -> tuple[str, ...]:
    """Ids in rank order, each once; with scores, by score (32-bit) and then id, both descending, as in trec_eval."""
    if not isinstance(value, list):
        msg = f"{name} is {outline(value)} and no list"
        raise WrongShape(msg)
    if value and all(isinstance(part, Mapping) for part in value):
        pairs = [(part.get("score"), _id(part.get("id"), name)) for part in value]
        if all(isinstance(score, int | float) for score, _ in pairs):
            value = [name for _, name in sorted(((single(score), name) for score, name in pairs), reverse=True)]
        else:
            value = [name for _, name in pairs]
    return tuple(dict.fromkeys(_ids(value, name)))


def single(score: float) -> float:
    """The score as trec_eval holds it: a 32-bit float."""
    try:
        value: float = SINGLE.unpack(SINGLE.pack(score))[0]
    except OverflowError:
        return float("inf") if score > 0 else float("-inf")
    return value


def number(value: Any, name: str) -> float | None:
    """A number or null.

    Raises:
        WrongShape: it is something else.
    """
    if value is None or type(value) in NUMBERS or (isinstance(value, int | float) and not isinstance(value, bool)):
        found: float | None = value
        return found
    msg = f"{name} is {outline(value)} and no number"
    raise WrongShape(msg)


def outline(value: Any) -> str:
    """What a value is, in a few words."""
    if isinstance(value, Mapping):
        keys = ", ".join(list(map(str, value))[:8])
        return f"an object with the keys {keys}" if keys else "an empty object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    shown = dumps(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _given(value: Any, name: str) -> float:
    found = number(value, name)
    if found is None:
        msg = f"{name} is null and no number"
        raise WrongShape(msg)
    return found


def _id(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    msg = f"{name} holds {outline(value)} where an id should stand"
    raise WrongShape(msg)


def _ids(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        msg = f"{name} is {outline(value)} and no list"
        raise WrongShape(msg)
    return tuple(_id(part, name) for part in value)


def _contexts(value: Any) -> tuple[Context, ...]:
    if not isinstance(value, list | tuple):
        msg = f"contexts is {outline(value)} and no list"
        raise WrongShape(msg)
    return tuple(_context(part, rank) for rank, part in enumerate(value, start=1))


def _context(part: Any, rank: int) -> Context:
    if isinstance(part, str):
        return Context(id=_text_id(part, rank), text=part)
    if not isinstance(part, Mapping):
        msg = f"contexts holds {outline(part)} where an object {{id, text, score}} should stand"
        raise WrongShape(msg)
    given, identity = part.get("text"), part.get("id")
    text = given if isinstance(given, str) else ""
    return Context(
        id=_text_id(text, rank) if identity is None else _id(identity, "contexts"),
        text=text,
        score=number(part.get("score"), "contexts[].score"),
    )


def _text_id(text: str, rank: int) -> str:
    """The id by which gold sets expect a passage that has none of its own; without a text the rank."""
    return content_id(text) if text.strip() else str(rank)


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _id(value, "label")


def _scores(value: Any) -> dict[str, float]:
    """{label: probability}, or a list of {label, score} or {label, probability}."""
    if isinstance(value, list) and all(isinstance(part, Mapping) for part in value):
        value = {_label(part.get("label")): part.get("probability", part.get("score")) for part in value}
    if not isinstance(value, Mapping):
        msg = f"scores is {outline(value)} and no object {{label: probability}}"
        raise WrongShape(msg)
    return {str(label): _given(score, f"scores.{label}") for label, score in value.items()}


def _interval(value: Any) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        msg = f"interval is {outline(value)} and no list [low, high]"
        raise WrongShape(msg)
    low, high = (_given(end, "interval") for end in value)
    if low > high:
        msg = f"interval is [{low:g}, {high:g}], and its low end is above its high end"
        raise WrongShape(msg)
    return low, high


def _quantiles(value: Any) -> dict[float, float]:
    """{level: value} with levels between 0 and 1, ascending."""
    if not isinstance(value, Mapping):
        msg = f'quantiles is {outline(value)} and no object {{"0.1": number}}'
        raise WrongShape(msg)
    levels = {_level(level): _given(part, f"quantiles.{level}") for level, part in value.items()}
    return dict(sorted(levels.items()))


def _level(text: Any) -> float:
    try:
        level = float(text)
    except (TypeError, ValueError):
        level = -1.0
    if not 0 < level < 1:
        msg = f'quantiles has the level "{text}", which is no number between 0 and 1'
        raise WrongShape(msg)
    return level


def _tokens(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping):
        msg = f"tokens is {outline(value)} and no object"
        raise WrongShape(msg)
    counts = {}
    for name, known in TOKEN_NAMES.items():
        for key in known:
            if (given := value.get(key)) is not None:
                counts[name] = given if type(given) is int else int(_given(given, f"tokens.{name}"))
                break
    return counts


READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "answer": lambda value: {"answer": answer_text(value)},
    "contexts": lambda value: {"contexts": _contexts(value)},
    "retrieved": lambda value: {"retrieved": ranked(value, "retrieved")},
    "citations": lambda value: {"citations": _ids(value, "citations")},
    "label": lambda value: {"label": _label(value)},
    "scores": lambda value: {"scores": _scores(value)},
    "value": lambda value: {"value": number(value, "value")},
    "interval": lambda value: {"interval": _interval(value)},
    "quantiles": lambda value: {"quantiles": _quantiles(value)},
    "tokens": _tokens,
    "cost": lambda value: {"cost_usd": number(value, "cost")},
}
