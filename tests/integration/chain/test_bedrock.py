"""The service with Bedrock for embeddings and answers, against the local AWS: ingest, upload, start, ask."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from .project import ROOT, free_block

if TYPE_CHECKING:
    from pathlib import Path

    from .project import Project

pytestmark = pytest.mark.engine
SENTENCES = 300
CONFIG = """\
version: 1
project: finrag
data:
  bucket: bedrock-data
  base_path: SMALL
  sentences: sentences.parquet
  embeddings: embeddings.parquet
  kpi_facts: kpi_facts.parquet
embedding: {provider: bedrock, model_id: "cohere.embed-v4:0", dimensions: 256, batch_size: 96}
retrieval: {top_k: 5, similarity_threshold: 0.0}
serving_models:
  default:
    provider: bedrock
    model_id: us.anthropic.claude-haiku-4-5-20251001-v1:0
    cost_per_1k_input: 0.001
    cost_per_1k_output: 0.005
"""


def ingest(variables: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "service.ingest", *words], cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr


def ask(port: int, question: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        body = json.dumps({"question": question})
        connection.request("POST", "/query", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200
        data: dict[str, Any] = json.loads(answer.read())
        return data
    finally:
        connection.close()


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()[0]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    message = "the service did not become ready"
    raise AssertionError(message)


def test_bedrock_embeds_answers_and_is_paid_for(local_aws: Project, tmp_path: Path) -> None:
    region = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    variables = local_aws.variables(AWS_ENDPOINT_URL=f"http://127.0.0.1:{local_aws.port}", **region, **keys)
    config = tmp_path / "ml_config.yaml"
    config.write_text(CONFIG)
    raw, built = tmp_path / "raw", tmp_path / "built"
    ingest(variables, "generate", "--seed", "7", "--out", str(raw), "--raw-only")
    lines = (raw / "sentences.jsonl").read_text().splitlines()[:SENTENCES]
    (raw / "sentences.jsonl").write_text("\n".join(lines) + "\n")
    kept = {json.loads(line)["sentence_id"] for line in lines}
    facts = pl.read_csv(raw / "facts.csv", infer_schema=False)
    facts.filter(pl.col("sentence_id").is_in(kept)).write_csv(raw / "facts.csv")
    files = ["--sentences", str(raw / "sentences.jsonl"), "--facts", str(raw / "facts.csv")]
    ingest(variables, "build", *files, "--out", str(built), "--config", str(config))
    where = ["--bucket", "bedrock-data", "--prefix", "SMALL", "--create-bucket"]
    ingest(variables, "upload", "--from", str(built), *where, "--config", str(config))

    port = free_block() + 50
    settings = {**variables, "ML_CONFIG": str(config), "PORT": str(port), "FINRAG_CACHE_DIR": str(tmp_path / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "service"], cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_until_ready(port, process)
        first = json.loads(lines[0])
        answer = ask(port, f"What does {first['company']} say of its business in {first['report_year']}?")
    finally:
        process.terminate()
        output = process.communicate(timeout=20)[0]
    assert answer["model"].startswith("us.anthropic.claude-haiku")
    assert answer["usage"]["input_tokens"] > 100
    paid = answer["usage"]["input_tokens"] * 0.001 / 1000 + answer["usage"]["output_tokens"] * 0.005 / 1000
    assert answer["cost_usd"] == pytest.approx(paid, rel=0.05)
    assert len(answer["contexts"]) >= 5
    assert "AWS_SECRET" not in output
    assert process.returncode == 0
