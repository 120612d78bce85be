from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from goldgate.pipeline.config.document import documents, main, markdown, type_in_words
from goldgate.pipeline.config.json_schema import json_schema
from goldgate.pipeline.config.sections import all_sections, fields_of

from .files import COMPLETE, messages

ROOT = Path(__file__).parents[4]
SCHEMA = json_schema()
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)


def schema_faults(file: dict[str, Any]) -> list[str]:
    """The paths that an editor would underline, deepest first."""
    validator = Draft202012Validator(SCHEMA)
    found = {error.json_path for problem in validator.iter_errors(file) for error in (problem, *(problem.context or []))}
    return sorted(found, key=len, reverse=True)


@pytest.mark.parametrize("name", ["docs/config.md", "docs/ml_config.schema.json"])
def test_the_written_files_are_those_of_the_models(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text == documents()[name], "stale: run python -m goldgate.pipeline.config.document"


def test_the_writer_writes_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    assert main(tmp_path) == 0
    assert capsys.readouterr().out.split() == list(documents())
    assert {path.name for path in (tmp_path / "docs").iterdir()} == {"config.md", "ml_config.schema.json"}


def test_the_examples_of_the_page_load(tmp_path: Path) -> None:
    minimal, gates, environments, secrets = BLOCK.findall(markdown())
    (tmp_path / "gold_sets").mkdir()
    (tmp_path / "gold_sets" / "greeter.jsonl").write_text("{}\n")
    assert messages(tmp_path, minimal) == []
    assert messages(tmp_path, minimal + gates + environments, "production") == []
    inner = minimal.replace("deploy: {cluster: main, cpu: 256, memory: 512}", secrets.strip() + "\n      cluster: main")
    assert messages(tmp_path, inner + "      cpu: 256\n      memory: 512\n") == []


def test_every_key_is_on_the_page_with_its_meaning() -> None:
    page = markdown()
    for pattern in all_sections():
        for key, field in fields_of(pattern).items():
            assert field.description, f"{pattern} {key} has no description"
            assert f"| `{key}` |" in page


def test_links_lead_to_headings() -> None:
    page = markdown()
    anchors = {re.sub(r"[^a-z0-9_-]", "", head.lower()) for head in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(.*?)\)", page)) <= anchors


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "whole number, 1 to 9"),
        ({"type": "integer", "minimum": 1}, "whole number, 1 or more"),
        ({"type": "number", "exclusiveMinimum": 0}, "number, more than 0"),
        ({"type": "array", "items": {"type": "string"}}, "list of text"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "mapping of names to text"),
        ({"const": "ecs"}, "`ecs`"),
        ({"enum": ["a", "b"]}, "`a` or `b`"),
        ({"enum": [1, 2, 3, 4]}, "1 to 4, see below"),
    ],
)
def test_types_in_words(schema: dict[str, Any], words: str) -> None:
    assert type_in_words(schema) == words


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_takes_what_the_loader_takes(tmp_path: Path) -> None:
    text = COMPLETE + "x-a: &a 1\nenvironments:\n  local: {services: {finrag: {deploy: {memory: 1024}, port: null}}}\n  b:\n"
    assert messages(tmp_path, text, "local") == []
    assert schema_faults(yaml.safe_load(text)) == []


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("port: 8080", "prot: 8080", "$.services.finrag"),
        ("port: 8080", "port: 0", "$.services.finrag.port"),
        ("cpu: 256", "cpu: 300", "$.services.finrag.deploy.cpu"),
        ("recall@10", "recal@10", "$.services.finrag.gates[0].metric"),
        ("cluster: finrag", "service: finrag", "$.services.finrag.deploy"),
        ("    port: 8080", "    corpus: null", "$.services.finrag.corpus"),
        ("    port: 8080", "    name: x", "$.services.finrag"),
    ],
)
def test_the_schema_underlines_what_the_loader_refuses(tmp_path: Path, old: str, new: str, path: str) -> None:
    text = COMPLETE.replace(old, new)
    assert messages(tmp_path, text) != []
    assert path in schema_faults(yaml.safe_load(text))


@pytest.mark.parametrize("overlay", ["{prot: 1}", "{version: 1}", "{services: {finrag: {deploy: {memry: 1}}}}"])
def test_the_schema_underlines_overlays(tmp_path: Path, overlay: str) -> None:
    text = f"{COMPLETE}environments: {{local: {overlay}}}\n"
    assert messages(tmp_path, text, "local") != []
    assert "$.environments.local" in schema_faults(yaml.safe_load(text))
