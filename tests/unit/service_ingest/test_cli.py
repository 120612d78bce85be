"""The commands: what they print, and their exit codes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from service.ingest.cli import main
from service.ingest.schemas import FILES
from tests.fakes.object_store import ObjectStore

from .conftest import ROOT
from .samples import raw

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


def test_gold_writes_the_committed_bytes(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "gold.jsonl"
    assert main(["gold", "--seed", "7", "--out", str(out), "--json"], env={}) == 0
    assert out.read_bytes() == (ROOT / "gold_sets" / "finrag.jsonl").read_bytes()
    assert json.loads(capsys.readouterr().out)["cases"] >= 200


def test_build_then_upload_then_nothing_to_do(tmp_path: Path, capsys: Capture) -> None:
    sentences, facts = raw(tmp_path)
    out = tmp_path / "out"
    build = ["build", "--sentences", str(sentences), "--facts", str(facts), "--out", str(out), "--dimensions", "4"]
    assert main(build, env={}) == 0
    store = ObjectStore("finrag-data")
    calls: list[dict[str, Any]] = []

    def client(name: str, **options: Any) -> ObjectStore:
        calls.append({"name": name, **options})
        return store

    upload = ["upload", "--from", str(out), "--bucket", "finrag-data", "--prefix", "P", "--endpoint-url", "http://127.0.0.1:1"]
    assert main(upload, env={}, client=client) == 0
    capsys.readouterr()
    assert main([*upload, "--json"], env={}, client=client) == 0
    assert [item["written"] for item in json.loads(capsys.readouterr().out)] == [False] * 4
    assert calls[0] == {"name": "s3", "region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:1"}


def test_the_configuration_names_bucket_prefix_and_dimensions(tmp_path: Path, capsys: Capture) -> None:
    sentences, facts = raw(tmp_path)
    out = tmp_path / "out"
    config = ["--config", str(ROOT / "ml_config.yaml"), "--env", "local"]
    command = ["build", "--sentences", str(sentences), "--facts", str(facts), "--out", str(out), "--json"]
    assert main([*command, *config], env={}) == 0
    assert json.loads(capsys.readouterr().out)["dimensions"] == 256
    store = ObjectStore("finrag-data")
    assert main(["upload", "--from", str(out), *config], env={}, client=lambda *_, **__: store) == 0
    assert sorted(store.puts) == sorted(f"ML_EMBED_ASSETS/{name}" for name in FILES)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build", "--sentences", "none.jsonl", "--facts", "none.csv", "--out", "o"], 2, "none.jsonl: there is no such file."),
        (["finsights", "--data", "none", "--out", "o"], 2, "none: there is no sentences_from_bundles.jsonl under it."),
        (["upload", "--from", "none"], 2, "no bucket is named."),
        (["upload", "--from", "none", "--bucket", "b"], 2, "none: it lacks sentences.parquet"),
        (["build", "--sentences", "s", "--facts", "f", "--out", "o", "--dimensions", "0"], 2, "--dimensions is 0"),
        (["build", "--sentences", "s", "--facts", "f", "--out", "o", "--config", "none.yaml"], 2, "cannot be read"),
    ],
)
def test_expected_failures_are_one_paragraph(
    arguments: list[str], code: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments, env={}, client=lambda *_, **__: ObjectStore()) == code
    output = capsys.readouterr()
    assert message in output.err
    assert "Traceback" not in output.err
    assert output.out == ""
    assert not (tmp_path / "o").exists()


def test_a_broken_line_stops_the_build_with_its_number(tmp_path: Path, capsys: Capture) -> None:
    sentences, facts = raw(tmp_path)
    with sentences.open("a") as file:
        file.write('{"half": ')
    assert main(["build", "--sentences", str(sentences), "--facts", str(facts), "--out", str(tmp_path / "o")], env={}) == 2
    assert f"{sentences}:41: the line is not JSON" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_missing_bucket_is_the_outside(tmp_path: Path, capsys: Capture) -> None:
    for name in FILES:
        (tmp_path / name).write_bytes(b"x")
    upload = ["upload", "--from", str(tmp_path), "--bucket", "gone", "--prefix", ""]
    assert main(upload, env={}, client=lambda *_, **__: ObjectStore()) == 3
    assert 'There is no bucket "gone"' in capsys.readouterr().err
