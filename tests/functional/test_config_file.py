"""The configuration of this repository, and what reading it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from goldgate.pipeline.config.json_schema import json_schema
from goldgate.pipeline.config.load import load_config

ROOT = Path(__file__).parents[2]
FILE = ROOT / "ml_config.yaml"


@pytest.mark.parametrize("environment", [None, "local", "production"])
def test_our_own_file_has_no_fault(environment: str | None) -> None:
    config = load_config(FILE, environment)
    assert config.service().name == "finrag"


def test_our_own_file_says_what_it_says() -> None:
    config = load_config(FILE, "local", check_files=False)
    service = config.service()
    assert config.aws.is_emulator
    assert config.data is not None
    assert config.data.uri("sentences") == "s3://finrag-data/ML_EMBED_ASSETS/sentences.parquet"
    assert service.deploy.environment["GOLDGATE_ENV"] == "local"
    assert config.file.embedding["provider"] == "local"
    memory = config.line(("services", "finrag", "deploy", "memory"))
    assert memory is not None
    assert FILE.read_text().splitlines()[memory - 1].strip().startswith("memory:")


def test_our_own_file_fits_its_schema() -> None:
    errors = list(Draft202012Validator(json_schema()).iter_errors(yaml.safe_load(FILE.read_text())))
    assert [error.message for error in errors] == []


def test_naming_the_loader_imports_nothing_heavy() -> None:
    program = (
        "import sys, json; import goldgate.pipeline.config, goldgate.pipeline.config.load, goldgate.pipeline.config.limits;"
        "print(json.dumps([m for m in ('pydantic', 'yaml', 'jmespath', 'polars', 'boto3', 'docker') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout) == []
