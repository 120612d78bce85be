"""The JSON schema of the file as it is written, for editors: short forms allowed, environments as partial overlays."""

from __future__ import annotations

import copy
from typing import Any

from .limits import fargate_sizes
from .metrics import EXAMPLES, KNOWN
from .schema import ConfigFile
from .sections import LENT, all_sections

Schema = dict[str, Any]
METRIC_PATTERNS = [
    r"^retrieval\.(recall|precision|hit|ndcg|mrr|map)@[1-9][0-9]*$",
    r"^regression\.pinball@0?\.[0-9]+$",
    r"^repeats\.pass[@^][1-9][0-9]*$",
    r"^(judge|custom)\.[A-Za-z][A-Za-z0-9_.-]*$",
]


def json_schema() -> Schema:
    """The schema, JSON Schema 2020-12."""
    schema = _tidy(ConfigFile.model_json_schema())
    parts: Schema = schema["$defs"]
    _as_written(parts)
    top = {key: schema[key] for key in ("type", "properties", "required", "additionalProperties")}
    parts.update({f"{name}Overlay": _partial(part, set(parts)) for name, part in list(parts.items())})
    parts["Overlay"] = _partial(_without(top, "version"), set(all_parts(parts)))
    environments = {
        "type": "object",
        "description": "Overlays by name, laid over the rest of the file.",
        "additionalProperties": _nullable({"$ref": "#/$defs/Overlay"}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "goldgate configuration",
        **top,
        "properties": {**top["properties"], "environments": environments},
        "patternProperties": {"^x-": {"description": "Anything: a place for YAML anchors."}},
        "$defs": dict(sorted(parts.items())),
    }


def all_parts(parts: Schema) -> list[str]:
    """The names of the sections, without their overlay forms."""
    return [name for name in parts if f"{name}Overlay" in parts]


def _as_written(parts: Schema) -> None:
    """What the file may say differs from the models: names are lent, a gold set may be a path alone."""
    service, deploy, gate = parts["Service"], parts["Deploy"], parts["Gate"]
    del service["properties"]["name"]
    service["required"].remove("name")
    for pattern in LENT:
        parts[all_sections()[pattern[:-1]].__name__]["required"].remove(pattern[-1])
    service["properties"]["gold_sets"]["items"] = {"anyOf": [{"type": "string", "minLength": 1}, {"$ref": "#/$defs/GoldSet"}]}
    service["properties"]["gates"]["default"] = [{"metric": "errors.rate", "max": 0.0}]
    deploy["properties"]["cpu"]["enum"] = list(fargate_sizes())
    names = {"enum": [*KNOWN, *EXAMPLES]}
    gate["properties"]["metric"]["anyOf"] = [names, *({"pattern": pattern} for pattern in METRIC_PATTERNS)]
    parts["Data"]["additionalProperties"] = True


def _partial(part: Schema, names: set[str]) -> Schema:
    """The section with nothing required, null to take a key away, and its own sections partial too. Lists stay whole."""
    partial = {key: value for key, value in part.items() if key != "required"}
    partial["properties"] = {key: _nullable(_to_overlay(value, names)) for key, value in part.get("properties", {}).items()}
    return partial


def _to_overlay(value: Any, names: set[str]) -> Any:
    """The schema with every section in it replaced by its overlay, but for those within lists."""
    if isinstance(value, list):
        return [_to_overlay(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    name = str(value.get("$ref", "")).removeprefix("#/$defs/")
    reference = {"$ref": f"#/$defs/{name}Overlay"} if name in names else {}
    return {key: below if key == "items" else _to_overlay(below, names) for key, below in value.items()} | reference


def _nullable(value: Schema) -> Schema:
    description = {"description": value["description"]} if "description" in value else {}
    inner = {key: below for key, below in value.items() if key not in ("description", "default")}
    return {**description, "anyOf": [inner, {"type": "null"}]}


def _without(part: Schema, key: str) -> Schema:
    """A copy of the section without one of its keys."""
    rest = copy.deepcopy(part)
    del rest["properties"][key]
    return rest


def _tidy(value: Any) -> Any:
    """The schema without titles that only repeat the keys, and without null for what may be left out."""
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    tidy = {key: _tidy(below) for key, below in value.items() if key != "title" or not isinstance(below, str)}
    choices = tidy.get("anyOf", [])
    if {"type": "null"} not in choices:
        return tidy
    choice = next(choice for choice in choices if choice != {"type": "null"})
    return {key: below for key, below in tidy.items() if key not in ("anyOf", "default")} | choice
