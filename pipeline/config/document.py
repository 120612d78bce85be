"""Writes docs/config.md and docs/ml_config.schema.json from the models: `python -m goldgate.pipeline.config.document`."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from .json_schema import json_schema
from .limits import fargate_sizes, limits, memory_in_words
from .metrics import OPEN_FAMILIES, PLAIN, RETRIEVAL
from .schema import ConfigFile
from .sections import LENT, Pattern, all_sections, fields_of, model_within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

TYPE_NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "mapping",
}


def documents() -> dict[str, str]:
    """Path below the root of the repository, and text, of every file that is generated."""
    return {
        "docs/config.md": markdown(),
        "docs/ml_config.schema.json": json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def markdown() -> str:
    """The page on the configuration: the template with the tables in it."""
    template = Template(Path(__file__).with_name("config.md.template").read_text(encoding="utf-8"))
    return template.substitute(
        sections="\n\n".join(_section(pattern) for pattern in all_sections()),
        fargate=_fargate_table(),
        metrics=_metric_table(),
        as_of=limits()["as_of"],
    )


def _section(pattern: Pattern) -> str:
    name = _name(pattern)
    model = all_sections()[pattern]
    title = f"### `{name}`" if name else "### Top level"
    about = (model.__doc__ or "").strip().replace("\n    ", "\n")
    rows = [_row(pattern, key, field) for key, field in fields_of(pattern).items()]
    if not pattern:
        rows.append("| `environments` | mapping | none | Overlays by name. |")
    return "\n".join([title, "", about, "", "| key | value | default | meaning |", "|---|---|---|---|", *rows])


def _name(pattern: Pattern) -> str:
    return ".".join(pattern).replace(".[]", "[]")


def _row(pattern: Pattern, key: str, field: FieldInfo) -> str:
    cells = (f"`{key}`", _value(pattern, key, field), _default((*pattern, key), field), field.description or "")
    return f"| {' | '.join(cells)} |"


def _value(pattern: Pattern, key: str, field: FieldInfo) -> str:
    """What may stand there: a link to the section, or the type with its limits."""
    inner = model_within(field.annotation)
    if inner:
        name = _name((*pattern, key, *inner[0]))
        return f"[`{name}`](#{_anchor(name)})"
    return type_in_words(_schema_of(pattern)[key])


def _anchor(name: str) -> str:
    """GitHub's anchor of a heading that holds only code."""
    return "".join(c for c in name.lower() if c.isalnum() or c in "-_")


@cache
def _schema() -> Mapping[str, Any]:
    return json_schema()


def _schema_of(pattern: Pattern) -> Mapping[str, Any]:
    model = all_sections()[pattern]
    schema = _schema()
    properties: Mapping[str, Any] = (schema if model is ConfigFile else schema["$defs"][model.__name__])["properties"]
    return properties


def type_in_words(schema: Mapping[str, Any]) -> str:
    """A value's JSON schema as a reader would say it: `whole number, 1 to 65535`."""
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [])
    if choices:
        return (
            " or ".join(f"`{choice}`" for choice in choices)
            if len(choices) < 4
            else f"{choices[0]} to {choices[-1]}, see below"
        )
    if schema["type"] == "array":
        return f"list of {type_in_words(schema['items'])}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"mapping of names to {type_in_words(schema['additionalProperties'])}"
    return f"{TYPE_NAMES[schema['type']]}{_limits(schema)}"


def _limits(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    over = schema.get("exclusiveMinimum")
    if low is not None and high is not None:
        return f", {low:g} to {high:g}"
    if low is not None:
        return f", {low:g} or more"
    if over is not None:
        return f", more than {over:g}" + (f", {high:g} at most" if high is not None else "")
    return ""


def _default(path: Pattern, field: FieldInfo) -> str:
    if path in LENT:
        return LENT[path]
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True, validated_data={})
    if path[-1] == "gates":
        return "`{metric: errors.rate, max: 0.0}`"
    if default is None or default in ({}, (), "") or model_within(field.annotation):
        return "none" if default is None or default in ({}, (), "") else "its defaults"
    return f"`{json.dumps(default).strip(chr(34))}`"


def _fargate_table() -> str:
    rows = [f"| {cpu} | {memory_in_words(options)} |" for cpu, options in fargate_sizes().items()]
    return "\n".join(["| `cpu` | `memory` |", "|---|---|", *rows])


def _metric_table() -> str:
    families = {"retrieval": tuple(f"{name}[@k]" for name in RETRIEVAL), **PLAIN}
    families["regression"] = (*families["regression"], "pinball@q")
    families["repeats"] = (*families["repeats"], "pass@k", "pass^k")
    families |= dict.fromkeys(OPEN_FAMILIES, ("<name>",))
    rows = [f"| `{family}.` | {', '.join(f'`{name}`' for name in names)} |" for family, names in families.items()]
    return "\n".join(["| family | metrics |", "|---|---|", *rows])


def main(root: Path) -> int:
    """Writes the files below `root` and names them."""
    for name, text in documents().items():
        (root / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
