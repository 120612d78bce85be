"""The real FinSights sentences, facts and gold file, through the same chain, unchanged."""

from __future__ import annotations

import json
import subprocess
import sys

import polars as pl
import pytest

from goldgate.pipeline.engine import Engine
from goldgate.pipeline.errors import OutsideError

from .project import ROOT, Project

pytestmark = [pytest.mark.engine, pytest.mark.slow]
DATA = ROOT.parent / "shared" / "data" / "finsights"
GOLD = "ModelPipeline/finrag_ml_tg1/data_cache/qa_manual_exports/goldp3_analysis/p3_gold_test_suite_31q.json"


def test_the_chain_runs_on_the_real_data(tmp_path_factory: pytest.TempPathFactory) -> None:
    if not DATA.is_dir():
        pytest.skip("the FinSights data is not there (../shared/data/finsights)")
    try:
        Engine.connect()
    except OutsideError as error:
        pytest.skip(f"no Docker engine: {error}")
    path = tmp_path_factory.mktemp("finsights") / "finrag"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(path)], check=True)
    project = Project.at(path)
    try:
        assert project.goldgate("local", "up", "--env", "finsights").returncode == 0
        variables = project.variables(
            AWS_ENDPOINT_URL=f"http://127.0.0.1:{project.port}",
            AWS_REGION="us-east-1",
            AWS_ACCESS_KEY_ID="local",
            AWS_SECRET_ACCESS_KEY="local",
        )
        out = str(path / ".goldgate" / "finsights")
        for words in (
            ["finsights", "--data", str(DATA), "--out", out],
            ["upload", "--from", out, "--bucket", "finrag-data", "--prefix", "FINSIGHTS"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "service.ingest", *words], cwd=ROOT, env=variables, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr
        done = project.goldgate("run", "--env", "finsights", "--set", f"services.finrag.gold_sets=['{DATA / GOLD}']")
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        project.goldgate("local", "down")
    folder = path / "runs" / "latest" / "finrag"
    evaluation = json.loads((folder / "evaluation.json").read_text())
    assert evaluation["gold_set"]["cases"] == 31
    assert evaluation["gold_set"]["evidence_missing"] == 16
    recall = evaluation["metrics"]["retrieval.recall@10"]
    assert (recall["n"], recall["missing"]) == (16, 15)
    assert recall["value"] >= 0.80
    lost = pl.read_parquet(folder / "cases.parquet").filter(pl.col("evidence_missing").list.len() > 0)
    assert lost["evidence_missing"].list.len().sum() == 16
    assert json.loads((folder / "verification.json").read_text())["ok"]
