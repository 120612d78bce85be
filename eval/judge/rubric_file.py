"""Reading rubrics from YAML strictly: every fault with its line, all at once."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import GoldgateError, Problems, UsageError
from .prompts import PLACEHOLDER, PLACEHOLDERS, SHOWN
from .rubric import NAME, Rubric

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .rubric import Kind

KEYS = ("name", "criteria", "kind", "scale", "levels", "shows", "template", "model")
MODEL_KEYS = ("model_id", "temperature", "cost_per_1k_input", "cost_per_1k_output")
KINDS = ("rating", "preference")
NEXT = "See the example in docs/evaluation.md, `judges`."


@dataclass(frozen=True, kw_only=True)
class RubricFile:
    """The rubrics of a file, and the settings of the models that it describes, by name."""

    rubrics: list[Rubric]
    models: dict[str, dict[str, Any]] = field(default_factory=dict)


def load_rubrics(path: Path) -> RubricFile:
    """Read `judges: [{name, criteria, kind, scale, levels, shows, template, model}]`; only name and criteria are needed.

    `models: {<name>: {model_id, temperature, cost_per_1k_input, cost_per_1k_output}}` describes models that rubrics name;
    prices are in USD.

    Raises:
        UsageError: the file is absent, no YAML, or holds no rubric.
        Problems: unknown keys, wrong values, a name twice; each with file and line.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except FileNotFoundError as error:
        msg = "there is no such file of rubrics."
        raise UsageError(msg, where=str(path)) from error
    except (yaml.MarkedYAMLError, OSError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        msg = f"the rubrics cannot be read: {getattr(error, 'problem', None) or error}."
        raise UsageError(msg, where=where) from error
    reading = _Reading(str(path))
    file = reading.file_of(root)
    if reading.problems:
        raise Problems(reading.problems, next_step=NEXT)
    return file


class _Reading:
    """One walk over the file, and the problems found so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[GoldgateError] = []

    def problem(self, what: str, node: Node | None) -> None:
        line = node.start_mark.line + 1 if node is not None else 1
        self.problems.append(UsageError(what, where=f"{self.file}:{line}"))

    def file_of(self, root: Node | None) -> RubricFile:
        """Everything that the file holds."""
        parts = self._mapping(root, ("judges", "models"), "the file")
        models = self._mapping(parts["models"], (), "models") if "models" in parts else {}
        return RubricFile(
            rubrics=self._rubrics(parts.get("judges"), root),
            models={name: self._model(name, node) for name, node in models.items()},
        )

    def _model(self, name: str, node: Node) -> dict[str, Any]:
        fields = self._mapping(node, MODEL_KEYS, f"the model {name}")
        if "model_id" not in fields:
            self.problem(f"the model {name} has no model_id.", node)
        return {key: self.text(key, part) if key == "model_id" else self.amount(key, part) for key, part in fields.items()}

    def _rubrics(self, judges: Node | None, root: Node | None) -> list[Rubric]:
        entries = judges.value if isinstance(judges, SequenceNode) else []
        if not entries:
            self.problem("judges must be a list with at least one rubric.", judges or root)
        found: dict[str, Rubric] = {}
        for entry in entries:
            rubric = self._rubric(entry)
            if rubric is not None and rubric.name in found:
                self.problem(f'the rubric "{rubric.name}" is there twice.', entry)
            elif rubric is not None:
                found[rubric.name] = rubric
        return list(found.values())

    def _rubric(self, node: Node) -> Rubric | None:
        before = len(self.problems)
        fields = self._mapping(node, KEYS, "a rubric")
        for key in ("name", "criteria"):
            if key not in fields:
                self.problem(f"the rubric has no {key}.", node)
        values = {key: _READERS[key](self, key, value) for key, value in fields.items()}
        if fields.get("kind") is not None and values["kind"] == "preference":
            for key in ("scale", "levels"):
                if key in fields:
                    self.problem(f"a preference has no {key}.", fields[key])
        return Rubric(**values) if len(self.problems) == before else None

    def _mapping(self, node: Node | None, known: Iterable[str], place: str) -> dict[str, Node]:
        if not isinstance(node, MappingNode):
            self.problem(f"{place} must be a mapping of keys.", node)
            return {}
        found: dict[str, Node] = {}
        for key, value in node.value:
            if known and key.value not in known:
                near = difflib.get_close_matches(str(key.value), list(known), n=1, cutoff=0.6)
                self.problem(f'unknown key "{key.value}" in {place}' + (f'; did you mean "{near[0]}"?' if near else "."), key)
            elif key.value in found:
                self.problem(f'the key "{key.value}" is there twice in {place}.', key)
            else:
                found[key.value] = value
        return found

    def name(self, key: str, node: Node) -> str:
        """A name that can follow `judge.`."""
        text = self.text(key, node)
        if text and not NAME.fullmatch(text):
            self.problem(f'"{text}" is no name: use lower-case letters, digits, _ and -.', node)
        return text

    def text(self, key: str, node: Node) -> str:
        """A text that is not blank."""
        value = _plain(node)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problem(f"{key} must be a text.", node)
        return ""

    def amount(self, key: str, node: Node) -> float:
        """A number, 0 or more."""
        value = _plain(node)
        if _is_number(value) and value >= 0:
            return float(value)
        self.problem(f"{key} must be a number, 0 or more.", node)
        return 0.0

    def kind(self, key: str, node: Node) -> Kind:
        """rating or preference."""
        value = self.text(key, node)
        if value not in KINDS:
            self.problem(f"{key} must be one of {', '.join(KINDS)}.", node)
        return "preference" if value == "preference" else "rating"

    def scale(self, key: str, node: Node) -> tuple[float, float]:
        """Two numbers, the lowest and the highest score."""
        value = _plain(node)
        numbers = [part for part in value if _is_number(part)] if isinstance(value, list) else []
        if not isinstance(value, list) or len(value) != 2 or len(numbers) != 2 or numbers[0] >= numbers[1]:
            self.problem(f"{key} must be two numbers, the lowest score and the highest: [1, 5].", node)
            return (1, 5)
        return numbers[0], numbers[1]

    def levels(self, key: str, node: Node) -> dict[str, str]:
        """What some scores mean: a mapping of score to text."""
        if not isinstance(node, MappingNode):
            self.problem(f"{key} must be a mapping of score to text.", node)
            return {}
        found = {}
        for score, meaning in node.value:
            if not _is_number(_plain(score)):
                self.problem(f'"{score.value}" is no score.', score)
            found[str(score.value)] = self.text(f"{key}.{score.value}", meaning)
        return found

    def shows(self, key: str, node: Node) -> tuple[str, ...]:
        """What the judge sees besides the input and the answer."""
        value = _plain(node)
        if isinstance(value, list) and all(part in SHOWN for part in value):
            return tuple(value)
        self.problem(f"{key} must be a list of {' and '.join(SHOWN)}.", node)
        return ()

    def template(self, key: str, node: Node) -> str:
        """A text with `{{ answer }}` in it and no unknown placeholder."""
        text = self.text(key, node)
        used = re.findall(PLACEHOLDER, text)
        for name in used:
            if name not in PLACEHOLDERS:
                self.problem(f"{key} holds {{{{ {name} }}}}; known are {', '.join(PLACEHOLDERS)}.", node)
        if "answer" not in used:
            self.problem(f"{key} does not hold {{{{ answer }}}}.", node)
        return text


_READERS: dict[str, Any] = {key: getattr(_Reading, key, _Reading.text) for key in KEYS}


def _plain(node: Node) -> Any:
    """The value of a scalar or of a list of scalars."""
    if isinstance(node, SequenceNode):
        return [_plain(part) for part in node.value]
    return yaml.safe_load(yaml.serialize(node)) if isinstance(node, ScalarNode) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
