"""Inspect AI: a task whose model answers from a table in memory, its own exact scorer, its own log."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from inspect_ai import Task
from inspect_ai import eval as run
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelAPI, ModelOutput, get_model, modelapi
from inspect_ai.scorer import exact
from inspect_ai.solver import Generate, TaskState, generate, solver

OPTIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "lean": {"log_samples": False, "log_realtime": False, "score_display": False, "max_samples": 100},
}


def rows(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


gold, responses, out, options = sys.argv[1:5]
cases = rows(gold)
answers = {row["id"]: row["answer"] for row in rows(responses)}
by_input = {case["input"]: answers[case["id"]] for case in cases}


@modelapi(name="table")
class Table(ModelAPI):
    """A model that looks its answers up."""

    async def generate(self, **call: Any) -> ModelOutput:
        return ModelOutput.from_content(self.model_name, by_input[call["input"][-1].text])


@solver
def look_up() -> Any:
    """The same without a model: the leanest way to an answer."""

    async def solve(state: TaskState, _generate: Generate) -> TaskState:
        state.output = ModelOutput.from_content("table", by_input[state.input_text])
        return state

    return solve


lean = options == "lean"
task = Task(
    dataset=MemoryDataset([Sample(id=case["id"], input=case["input"], target=case["expected"]["answer"]) for case in cases]),
    solver=look_up() if lean else generate(),
    scorer=exact(),
)
model = None if lean else get_model("table/memory")
[log] = run(task, model=model, display="none", log_dir=str(Path(out) / "logs"), **OPTIONS[options])
print("\n" + json.dumps({"value": log.results.scores[0].metrics["mean"].value}))
