"""What pydantic finds wrong, in plain words and with the place in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .section import PATTERN_WORDS
from .sections import keys_of, sections_with
from .suggest import nearest
from .tree import at
from .words import dotted, in_words, section_name, shorten

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from .configerror import ConfigError
    from .positions import KeyPath, Mark, Node

TYPES = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "string_type": "text",
    "bool_type": "true or false",
    "tuple_type": 'a list ("- one" a line, or [one, two])',
    "dict_type": "a mapping of keys",
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
}
"""What each kind of value is called, by the type of pydantic's error."""


def translate(error: ValidationError, tree: Node) -> list[tuple[KeyPath, ConfigError]]:
    """One ConfigError for each of pydantic's, with the path of the key that it is about."""
    return [(tuple(item["loc"]), _one(item, tree)) for item in error.errors(include_url=False) if not _is_echo(item)]


def _is_echo(item: ErrorDetails) -> bool:
    """Whether the error only repeats others: a list whose items are all wrong is not empty for that."""
    return item["type"] == "too_short" and bool(item["input"])


def place(tree: Node, path: KeyPath) -> Mark:
    """The place of the key, or of the nearest section around it that was written."""
    for end in range(len(path), -1, -1):
        node = tree.get(*path[:end])
        if node is not None:
            return node.mark
    return tree.mark


def _one(item: ErrorDetails, tree: Node) -> ConfigError:
    path = tuple(item["loc"])
    mark = place(tree, path)
    kind = item["type"]
    if kind == "extra_forbidden":
        return unknown_key(path, mark)
    if kind == "missing":
        return at(mark, f'{section_name(path[:-1])} lacks the key "{path[-1]}".')
    if kind in TYPES:
        node = tree.get(*path)
        what = f"{dotted(path, mark)} must be {TYPES[kind]}, not {in_words(item['input'])}."
        return at(mark, what, _type_advice(kind, item["input"], node.raw if node else None))
    what = f"{dotted(path, mark)} {_range(kind, item['input'], item.get('ctx', {}))}"
    return at(mark, what if what.endswith("?") else f"{what}.")


def unknown_key(path: KeyPath, mark: Mark) -> ConfigError:
    """A key that its section does not know, with the one that may be meant, or with where it belongs."""
    key = str(path[-1])
    section = path[:-1]
    known = keys_of(section)
    what = f'unknown key "{key}" in {section_name(section, mark)}'
    homes = sections_with(key)
    name = nearest(key, known, alike=0.8 if homes else 0.6)
    if name:
        return at(mark, f'{what}; did you mean "{name}"?')
    if homes:
        return at(mark, f"{what}.", f"It belongs in {' or '.join(homes)}.")
    return at(mark, f"{what}.", f"Known here: {', '.join(known)}.")


def _type_advice(kind: str, value: Any, raw: str | None) -> str | None:
    """What to write instead, where that is plain."""
    if kind == "string_type" and isinstance(value, (bool, int, float)):
        return f'Quote it: "{raw if raw is not None else value}".'
    if kind in ("int_type", "float_type") and isinstance(value, str):
        return _number_advice(value, raw)
    if kind == "bool_type" and isinstance(value, str) and value.lower() in ("true", "false", "yes", "no", "on", "off"):
        return "Take the quotes away."
    return None


def _number_advice(text: str, raw: str | None) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return "Take the quotes away." if raw is None else f"YAML 1.1 reads {shorten(text)} as text; write {number}."


def _range(kind: str, value: Any, ctx: dict[str, Any]) -> str:
    """What is wrong with a value of the right type."""
    if kind == "literal_error":
        return _choice(value, ctx["expected"])
    if kind == "string_pattern_mismatch":
        return f"{PATTERN_WORDS[ctx['pattern']]}, not {in_words(value)}"
    if kind in ("string_too_short", "too_short"):
        return "must not be empty" if ctx["min_length"] == 1 else f"must have at least {ctx['min_length']} items"
    if kind == "too_long":
        return f"may have {ctx['max_length']} items at most"
    bounds = {
        "greater_than_equal": ("must be {} or more", "ge"),
        "greater_than": ("must be more than {}", "gt"),
        "less_than_equal": ("must be {} or less", "le"),
        "less_than": ("must be less than {}", "lt"),
    }
    words, name = bounds[kind]
    return f"{words.format(_number(ctx[name]))}, not {_number(value)}"


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _choice(value: Any, expected: str) -> str:
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    words = choices[0] if len(choices) == 1 else f"one of {', '.join(choices)}"
    name = nearest(value, choices) if isinstance(value, str) and len(choices) > 1 else None
    return f"must be {words}, not {in_words(value)}{f'; did you mean {name}?' if name else ''}"
