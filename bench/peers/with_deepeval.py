"""DeepEval: its own exact-match metric over test cases whose answers are there already."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deepeval import evaluate
from deepeval.evaluate.configs import AsyncConfig, CacheConfig, DisplayConfig
from deepeval.metrics import ExactMatchMetric
from deepeval.test_case import LLMTestCase

OPTIONS = {
    "default": {"display_config": DisplayConfig(print_results=False, inspect_after_run=False)},
    "lean": {
        "display_config": DisplayConfig(print_results=False, show_indicator=False, inspect_after_run=False),
        "cache_config": CacheConfig(write_cache=False),
        "async_config": AsyncConfig(run_async=False),
    },
}


def rows(path: str) -> list[dict]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


gold, responses, _, options = sys.argv[1:5]
answers = {row["id"]: row["answer"] for row in rows(responses)}
cases = [
    LLMTestCase(
        name=case["id"], input=case["input"], actual_output=answers[case["id"]], expected_output=case["expected"]["answer"]
    )
    for case in rows(gold)
]
result = evaluate(cases, [ExactMatchMetric()], **OPTIONS[options])
right = sum(each.metrics_data[0].score for each in result.test_results)
print("\n" + json.dumps({"value": right / len(cases)}))
