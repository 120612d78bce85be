"""Which keys each section of the file knows, read off the models."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from .schema import ConfigFile
from .section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from .positions import KeyPath

Pattern = tuple[str, ...]
"""A key path in which `<name>` stands for any key and `[]` for any list item."""

FILLED_IN = {("services", "<name>", "name")}
"""Fields of the models that the loader sets, and that are no keys of the file."""

LENT = {
    ("services", "<name>", "deploy", "service"): "the name of the service",
    ("services", "<name>", "deploy", "repository"): "the name of the service",
    ("services", "<name>", "deploy", "log_group"): "`/ecs/<service>`",
    ("services", "<name>", "deploy", "load_balancer", "container_port"): "`port`",
}
"""Keys that the loader fills in from others where the file leaves them out, and what it puts there."""


@cache
def all_sections() -> dict[Pattern, type[Section]]:
    """Every section by its path, the top level first, in the order of the file."""
    return dict(_walk((), ConfigFile))


@cache
def fields_of(pattern: Pattern) -> dict[str, FieldInfo]:
    """The keys of one section with what the model says of each."""
    model = all_sections()[pattern]
    return {name: field for name, field in model.model_fields.items() if (*pattern, name) not in FILLED_IN}


def keys_of(path: KeyPath) -> list[str]:
    """The keys that the section at a path of the file knows."""
    found = fields_of(_pattern_of(path))
    return [*found, "environments"] if path == () else list(found)


def sections_with(key: str) -> list[str]:
    """The names of the sections that know a key of that name, at most three."""
    homes = [pattern for pattern in all_sections() if key in fields_of(pattern)]
    return [".".join(pattern).replace(".[]", "[]") or "the top level" for pattern in homes[:3]]


def model_within(annotation: Any) -> tuple[Pattern, type[Section]] | None:
    """The section inside a type, and what leads to it: nothing, `<name>` for a mapping, `[]` for a list."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return (), annotation
    for argument in get_args(annotation):
        inner = model_within(argument)
        if inner:
            return (*_step(annotation), *inner[0]), inner[1]
    return None


def _step(annotation: Any) -> Pattern:
    """What leads into a collection: any key, any item; nothing for an optional or annotated type."""
    origin = get_origin(annotation)
    if origin is dict:
        return ("<name>",)
    return ("[]",) if origin is tuple else ()


def _walk(pattern: Pattern, model: type[Section]) -> Iterator[tuple[Pattern, type[Section]]]:
    yield pattern, model
    for name, field in model.model_fields.items():
        inner = model_within(field.annotation)
        if inner:
            yield from _walk((*pattern, name, *inner[0]), inner[1])


def _pattern_of(path: KeyPath) -> Pattern:
    pattern: Pattern = ()
    for key in path:
        step = "[]" if isinstance(key, int) else key
        known = all_sections()
        pattern = (*pattern, step if any(p[: len(pattern) + 1] == (*pattern, step) for p in known) else "<name>")
    return pattern
