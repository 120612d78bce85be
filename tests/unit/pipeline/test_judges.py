"""The judge that an evaluation is handed: rubrics from a file, models by name, Bedrock's stand-in behind it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from moto.core.base_backend import BackendDict

from goldgate.pipeline.errors import UsageError
from goldgate.pipeline.judges import configured_judge, judge_for, judging
from tests.fakes.converse import Converse
from tests.fakes.in_process_aws import InProcessAws
from tests.fakes.told import Told
from tests.unit.eval.makers import case, gold_of, table
from tests.unit.pipeline.config.files import COMPLETE
from tests.unit.pipeline.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.results import Response

RUBRICS = """
judges:
  - {name: right, criteria: It says what was expected., scale: [0, 4], model: small}
  - {name: better, criteria: The one that says what was expected., kind: preference, model: small}
models:
  small: {model_id: a.model-v1:0, cost_per_1k_input: 1, cost_per_1k_output: 1}
"""
GOLD = gold_of(*(case(f"c{place}", answer=f"It was {place} million") for place in range(6)))


def answered(**changed: str | Response) -> Any:
    return table(GOLD, **{**{f"c{place}": f"It was {place} million" for place in range(6)}, **changed})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "judges.yaml").write_text(RUBRICS)
    (tmp_path / "labels.jsonl").write_text(
        "".join(json.dumps({"id": f"c{place}", "score": 4, "rubric": "right"}) + "\n" for place in range(4))
    )
    return tmp_path


def test_rubrics_are_run_by_bedrock_s_stand_in(folder: Path) -> None:
    BackendDict.reset()
    client, told = InProcessAws().client("bedrock-runtime"), Told()
    judge = judge_for(folder / "judges.yaml", folder / "labels.jsonl", told, client=lambda: client, cache_dir=folder / "cache")
    judged, records = judge(answered(c1="no idea"), answered(c2="none"), 100.0)
    assert judged["judge.right"].to_list() == [1, 0, 1, 1, 1, 1]
    assert judged["judge.better"].to_list() == [0.5, 0, 1, 0.5, 0.5, 0.5]
    assert (records["right"]["labelled"], records["right"]["model"]) == (4, "a.model-v1:0")
    assert records["right"]["cost_usd"] > 0
    assert records["better"]["position_bias"]["rate"] == 0
    again, _ = judge_for(
        folder / "judges.yaml", folder / "labels.jsonl", told, client=lambda: None, cache_dir=folder / "cache"
    )(answered(c1="no idea"), answered(c2="none"), 100.0)
    assert again.equals(judged)


def test_what_is_left_of_the_budget_bounds_the_judge(folder: Path) -> None:
    client = Converse(*['{"score": 4}'] * 20)
    judge = judge_for(folder / "judges.yaml", None, Told(), client=lambda: client, concurrency=1)
    _, records = judge(answered(), None, 2.0)
    assert len(client.asked) == 2
    assert records["right"]["stopped"].startswith("the budget of $2.00 is spent")


def test_a_model_is_one_of_the_configuration_or_an_id(folder: Path) -> None:
    (folder / "judges.yaml").write_text(
        "judges: [{name: a, criteria: c, scale: [0, 4]}, {name: b, criteria: d, scale: [0, 4], model: an.id-v1:0}]"
    )
    client = Converse(*['{"score": 4}'] * 12)
    models = {"default": {"provider": "bedrock", "model_id": "configured.id", "temperature": 0.7, "max_tokens": 9}}
    _, records = judge_for(folder / "judges.yaml", None, Told(), client=lambda: client, models=models)(answered(), None, None)
    assert [records[name]["model"] for name in "ab"] == ["configured.id", "an.id-v1:0"]
    assert {request["inferenceConfig"]["temperature"] for request in client.asked} == {0.0}
    with pytest.raises(UsageError, match="names no model, and there is no default"):
        judge_for(folder / "judges.yaml", None, Told(), client=lambda: client)


JUDGED = COMPLETE.replace("    gates:\n", "    judges: {rubrics: judges.yaml, labels: labels.jsonl}\n    gates:\n")


def test_a_configuration_s_judge_is_run(folder: Path) -> None:
    client = Converse(*['{"score": 3}'] * 6)
    world = World(folder, JUDGED)
    world.clients["bedrock-runtime"] = client
    (folder / "judges.yaml").write_text("judges: [{name: right, criteria: c, scale: [0, 4], model: an.id-v1:0}]")
    judge = configured_judge(world.context())
    assert judge is not None
    table, records = judge(answered(), None, None)
    assert table["judge.right"].to_list() == [0.75] * 6
    assert records["right"]["labelled"] == 4
    assert (folder / ".goldgate" / "judge" / "judgements.jsonl").read_text().count("\n") == 6


def test_without_a_judge_there_is_none(folder: Path) -> None:
    context = World(folder).context()
    assert (configured_judge(context), judging(context)) == (None, None)


@pytest.mark.parametrize("changed", ["judges.yaml", "labels.jsonl", "ml_config.yaml"])
def test_what_a_judge_depends_on_is_told(folder: Path, changed: str) -> None:
    world = World(folder, JUDGED)
    before = judging(world.context())
    if changed == "ml_config.yaml":
        world = World(folder, JUDGED + "serving_models: {default: {model_id: another}}\n")
    else:
        (folder / changed).write_text((folder / changed).read_text() + "\n")
    assert judging(world.context()) != before
