from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import UsageError

from .files import COMPLETE, load

if TYPE_CHECKING:
    from pathlib import Path

SECOND = """\
  other:
    request: {path: /ask, body: {q: "{{ input }}"}}
    gold_sets: [gold.jsonl]
    deploy: {cluster: finrag, cpu: 512, memory: 1024}
"""
OVERLAY = "environments:\n  local:\n    services:\n      finrag: {deploy: {memory: 1024}}\n"


def test_the_only_service_needs_no_name(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE)
    assert config.service() is config.service("finrag") is config.services["finrag"]


def test_one_of_several_must_be_named(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE + SECOND)
    assert list(config.services) == ["finrag", "other"]
    assert config.service("other").deploy.cpu == 512
    with pytest.raises(UsageError, match=r"there are 2 services: finrag, other\. Name one of them\.$"):
        config.service()


def test_an_unknown_service_gets_a_suggestion(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE + SECOND)
    message = r'ml_config\.yaml:4: there is no service "finrga"; did you mean "finrag"\? It has: finrag, other\.$'
    with pytest.raises(UsageError, match=message):
        config.service("finrga")


def test_lines_are_those_of_the_value_in_force(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE + OVERLAY, "local")
    assert config.line(("services", "finrag", "deploy", "cpu")) == 16
    assert config.line(("services", "finrag", "deploy", "memory")) == 21
    assert config.line(("services", "finrag", "gates", 0, "min")) == 13
    assert config.line(("services", "finrag", "start")) is None


def test_where_falls_back_on_the_section_around(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE)
    assert config.where("services", "finrag", "deploy", "cpu").endswith("ml_config.yaml:16")
    assert config.where("services", "finrag", "start", "timeout_seconds").endswith("ml_config.yaml:5")
    assert config.where("publish") == str(tmp_path / "ml_config.yaml")


def test_paths_start_from_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE)
    assert config.resolve("gold.jsonl") == tmp_path / "gold.jsonl"
    assert (config.path, config.environment) == (tmp_path / "ml_config.yaml", None)


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    plain = load(tmp_path, COMPLETE)
    same = load(
        tmp_path, "# a comment\n" + COMPLETE.replace("      cpu: 256\n      memory: 512", "      memory: 512\n      cpu: 256")
    )
    other = load(tmp_path, COMPLETE.replace("memory: 512", "memory: 1024"))
    assert plain.digest() == same.digest()
    assert len(plain.digest()) == 64
    assert plain.digest() != other.digest()


def test_the_digest_of_a_part_does_not_hang_on_the_rest(tmp_path: Path) -> None:
    plain, other = load(tmp_path, COMPLETE), load(tmp_path, COMPLETE.replace("memory: 512", "memory: 1024"))
    assert plain.digest("services", "finrag", "request") == other.digest("services", "finrag", "request")
    assert plain.digest("services", "finrag", "deploy") != other.digest("services", "finrag", "deploy")
    with pytest.raises(KeyError):
        plain.digest("services", "nix")


def test_a_default_that_is_written_out_changes_no_digest(tmp_path: Path) -> None:
    assert load(tmp_path, COMPLETE).digest() == load(tmp_path, COMPLETE.replace("    port: 8080\n", "")).digest()


def test_as_dict_it_is_json(tmp_path: Path) -> None:
    found = load(tmp_path, COMPLETE).to_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["services"]["finrag"]["gates"][0]["min"] == 0.8
    assert found["services"]["finrag"]["request"]["body"] == {"question": "{{ input }}"}


def test_data_files_have_their_addresses(tmp_path: Path) -> None:
    data = load(tmp_path, COMPLETE + "data: {bucket: data-bucket, base_path: /a/b/, x: x.parquet, cache_mb: 5}\n").data
    assert data is not None
    assert data.files == {"x": "x.parquet"}
    assert data.uri("x") == "s3://data-bucket/a/b/x.parquet"
    bare = load(tmp_path, COMPLETE + "data: {bucket: data-bucket, x: x.parquet}\n").data
    assert bare is not None
    assert bare.uri("x") == "s3://data-bucket/x.parquet"
    with pytest.raises(KeyError):
        bare.uri("y")


def test_models_are_frozen(tmp_path: Path) -> None:
    service = load(tmp_path, COMPLETE).service()
    with pytest.raises(ValueError, match="frozen"):
        service.port = 1
