"""Laying one tree over another: environments and overrides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .configerror import ConfigError
from .positions import Mark, Node
from .reader import read_scalar
from .words import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence


def overlay(base: Node, over: Node, environment: str) -> Node:
    """`base` with `over` laid over it: mappings merge key by key, anything else is replaced whole, and null takes a key away.

    Every value keeps the place where it was written.
    """
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return _written_in(over, environment)
    merged = dict(base.value)
    for key, node in over.value.items():
        if node.value is None:
            merged.pop(key, None)
        elif key in merged:
            merged[key] = overlay(merged[key], node, environment)
        else:
            merged[key] = _written_in(node, environment)
    return replace(base, value=merged)


def _written_in(node: Node, environment: str) -> Node:
    """The node without the keys that are taken away, each mark naming the overlay."""
    value = node.value
    if isinstance(value, dict):
        value = {key: _written_in(below, environment) for key, below in value.items() if below.value is not None}
    elif isinstance(value, list):
        value = [_written_in(below, environment) for below in value]
    return replace(node, value=value, mark=replace(node.mark, environment=environment))


def override(base: Node, settings: Sequence[str]) -> Node:
    """`base` with settings such as `services.finrag.deploy.memory=4096` laid over it, one after the other.

    Raises ConfigError where a setting is not of the form `key.key=value`, or leads through something that is no mapping.
    """
    for setting in settings:
        path, equals, text = setting.partition("=")
        mark = Mark(file="command line")
        keys = path.strip().split(".")
        if not equals or not all(keys):
            what = f'"{shorten(path)}" is no override: that is a key path, an equals sign and a value.'
            raise ConfigError(what, file=mark.file, next_step="Write it like services.finrag.deploy.memory=4096.")
        base = _put(base, keys, read_scalar(text, mark=mark), mark)
    return base


def _put(base: Node, keys: Sequence[str], value: Node, mark: Mark) -> Node:
    if not keys:
        return value
    if not isinstance(base.value, dict):
        what = f'"{keys[0]}" is to be set below something that is no mapping; lists are replaced whole.'
        raise ConfigError(what, file=mark.file)
    below = base.value.get(keys[0], Node(value={}, mark=mark))
    return replace(base, value={**base.value, keys[0]: _put(below, keys[1:], value, mark)})
