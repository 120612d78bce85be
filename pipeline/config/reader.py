"""Strict YAML: one document, text keys, no key twice; everything with its place.

PyYAML reads YAML 1.1; `docs/config.md` names its surprises.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .configerror import ConfigError
from .positions import Mark, Node
from .words import in_words, shorten

if TYPE_CHECKING:
    from yaml import CSafeLoader, SafeLoader
    from yaml.error import MarkedYAMLError
    from yaml.nodes import MappingNode
    from yaml.nodes import Node as YamlNode

MAX_VALUES = 20_000
"""Aliases can blow a small file up without end; beyond this the file is refused."""

MERGE = "tag:yaml.org,2002:merge"


def read_yaml(text: str, *, file: str) -> tuple[Node, list[ConfigError]]:
    """The tree of the one document in `text`, and what is wrong with its keys.

    Raises ConfigError where the text is not YAML at all, holds more or less than one document, or is not a mapping.
    """
    import yaml

    try:
        root, loader = _compose(text)
        reading = _Reading(loader, file)
        if not isinstance(root, yaml.MappingNode):
            what = "the file is empty." if root is None else "the file must be a mapping of keys."
            raise ConfigError(what, file=file, line=1, column=1, next_step="See the example in docs/config.md.")
        return reading.node(root, reading.mark(root)), reading.problems
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, file) from None
    except yaml.YAMLError as error:
        what = f"the file holds characters that YAML does not allow: {str(error).splitlines()[0]}."
        raise ConfigError(what, file=file, next_step="Save it as UTF-8 text.") from None


def read_scalar(text: str, *, mark: Mark) -> Node:
    """The value of an override, read as YAML: `512`, `true`, `[a, b]`, `{x: 1}` or text."""
    import yaml

    try:
        root, loader = _compose(text)
        if root is None:
            return Node(value=None, mark=mark, raw="")
        reading = _Reading(loader, mark.file, fixed=mark)
        node = reading.node(root, mark)
        if reading.problems:
            raise reading.problems[0]
        return node
    except yaml.YAMLError:
        what = f"the value {shorten(text)} is not YAML."
        raise ConfigError(what, file=mark.file, next_step="Quote it.") from None


def _compose(text: str) -> tuple[YamlNode | None, SafeLoader | CSafeLoader]:
    """The nodes of the one document, and the loader that turns scalars into values.

    libyaml reads ten times as fast; what it refuses PyYAML's own parser reads again, whose words do not depend on a version.
    """
    import yaml

    for kind in (yaml.CSafeLoader,) if yaml.__with_libyaml__ else ():
        try:
            fast = kind(text)
            return fast.get_single_node(), fast
        except (yaml.YAMLError, UnicodeError):
            break
    slow = yaml.SafeLoader(text)
    return slow.get_single_node(), slow


class _Reading:
    """One walk over the composed nodes."""

    def __init__(self, loader: SafeLoader | CSafeLoader, file: str, *, fixed: Mark | None = None) -> None:
        import yaml

        self.yaml = yaml
        self.loader = loader
        self.file = file
        self.fixed = fixed
        self.problems: list[ConfigError] = []
        self.open: set[int] = set()
        self.count = 0

    def mark(self, node: YamlNode) -> Mark:
        """Where the node begins."""
        if self.fixed:
            return self.fixed
        start = node.start_mark
        return Mark(file=self.file, line=start.line + 1, column=start.column + 1)

    def node(self, node: YamlNode, mark: Mark) -> Node:
        """The node with everything below it."""
        self._guard(node, mark)
        self.open.add(id(node))
        try:
            return self._below(node, mark)
        finally:
            self.open.discard(id(node))

    def _below(self, node: YamlNode, mark: Mark) -> Node:
        if isinstance(node, self.yaml.MappingNode):
            return Node(value=self._mapping(node), mark=mark)
        if isinstance(node, self.yaml.SequenceNode):
            return Node(value=[self.node(item, self.mark(item)) for item in node.value], mark=mark)
        return Node(value=self._scalar(node, mark), mark=mark, raw=node.value if _is_plain(node) else None)

    def _guard(self, node: YamlNode, mark: Mark) -> None:
        self.count += 1
        if id(node) in self.open:
            what = "an anchor stands within itself."
        elif self.count > MAX_VALUES:
            what = f"the aliases of the file expand to more than {MAX_VALUES:,} values."
        else:
            return
        raise ConfigError(what, file=mark.file, line=mark.line, column=mark.column)

    def _scalar(self, node: YamlNode, mark: Mark) -> Any:
        try:
            return self.loader.construct_object(node)
        except ValueError:
            what = f"`{node.value}` looks like a date or a number but is none."
            self._problem(what, mark, "Quote it.")
            return None

    def _mapping(self, node: MappingNode) -> dict[str, Node]:
        found: dict[str, Node] = {}
        first: dict[str, int | None] = {}
        merged: list[dict[str, Node]] = []
        for key_node, value_node in node.value:
            mark = self.mark(key_node)
            if key_node.tag == MERGE:
                merged += self._merged(value_node)
                continue
            key = self._key(key_node, mark)
            if key is None:
                continue
            if key in found:
                what = f'the key "{key}" stands here a second time; it is in line {first[key]} already.'
                self._problem(what, mark, "Keep one.")
                continue
            first[key] = mark.line
            found[key] = replace(self.node(value_node, mark), mark=mark)
        for other in merged:
            for key, below in other.items():
                found.setdefault(key, below)
        return found

    def _merged(self, node: YamlNode) -> list[dict[str, Node]]:
        """What `<<` draws in: a mapping, or a list of them, the first of which wins."""
        mappings = node.value if isinstance(node, self.yaml.SequenceNode) else [node]
        found = []
        for item in mappings:
            mark = self.mark(item)
            if not isinstance(item, self.yaml.MappingNode):
                self._problem("`<<` draws in mappings only.", mark, "Name an anchor that stands on a mapping.")
                continue
            found.append(self.node(item, mark).value)
        return found

    def _key(self, node: YamlNode, mark: Mark) -> str | None:
        if not isinstance(node, self.yaml.ScalarNode):
            self._problem("a key must be text, not a list or a mapping.", mark, None)
            return None
        key = self._scalar(node, mark)
        if isinstance(key, str):
            return key
        what = f"the key `{node.value}` is read as {in_words(key)}, and a key must be text."
        self._problem(what, mark, f'Quote it: "{node.value}".')
        return None

    def _problem(self, what: str, mark: Mark, next_step: str | None) -> None:
        self.problems.append(ConfigError(what, file=mark.file, line=mark.line, column=mark.column, next_step=next_step))


def _is_plain(node: YamlNode) -> bool:
    """Whether the scalar was typed without quotes."""
    return not getattr(node, "style", None)


def _syntax_error(error: MarkedYAMLError, file: str) -> ConfigError:
    """One sentence for what PyYAML says in four lines."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
    problem = error.problem or error.context or "unreadable"
    if "'\\t'" in problem:
        what, after = "a tab stands where YAML wants blanks.", "Indent with blanks."
    elif "expected a single document" in (error.context or ""):
        what, after = "a second document begins here (`---`).", "Keep one document in the file."
    elif "undefined alias" in problem:
        what, after = f"{problem.replace('found ', '')}.", "Write its anchor (`&name`) above it."
    else:
        context = f" {error.context}" if error.context and error.context != problem else ""
        what, after = f"this is not YAML: {problem}{context}.", "Look at the line, and at the one above it."
    return ConfigError(what, file=file, line=line, column=column, next_step=after)
