"""`goldgate gold power`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.fakes.command_line import call, run

if TYPE_CHECKING:
    from pathlib import Path

METRIC = "answer.exact_match"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """40 cases, and a run of 60 cases of which every second was right, each asked twice."""
    rows = [
        {"id": f"c{place}", "input": f"q{place}", "expected": {"answer": "x"}, "tags": {"kind": "odd" if place % 4 else "even"}}
        for place in range(40)
    ]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, rows)))
    count = 60
    table = pl.DataFrame(
        {
            "id": [f"c{place}" for place in range(count)],
            "input": "q",
            "expected": json.dumps({"answer": "x"}),
            "cluster": pl.Series([None] * count, dtype=pl.String),
            "weight": 1.0,
            "evidence_missing": pl.Series([[]] * count, dtype=pl.List(pl.String)),
            "error": pl.Series([None] * count, dtype=pl.String),
            "latency_ms": [100.0 + place for place in range(count)],
            METRIC: [float(place % 2) for place in range(count)],
        }
    )
    (tmp_path / "run").mkdir()
    table.write_parquet(tmp_path / "run" / "cases.parquet")
    return tmp_path


def test_without_any_run_a_fraction_is_assumed(folder: Path) -> None:
    data = call("gold", "power", "gold.jsonl", "--margin", "0.1", "--json", cwd=folder).data
    assert (data["cases"], data["metric"], data["sd"]) == (40, "any fraction", 0.5)
    assert data["cases_needed"] > 40
    assert data["smallest_effect"] == pytest.approx((2.0227 + 0.8416) * 0.5 / 40**0.5, abs=1e-3)
    assert data["source"].endswith("both assumed")


def test_the_metrics_of_a_run(folder: Path) -> None:
    data = call("gold", "power", "gold.jsonl", "--baseline", "run", "--json", cwd=folder).data
    assert {METRIC, "latency.mean_ms", "errors.rate"} == data["metrics"].keys()
    assert data["metrics"][METRIC]["cases"] == 60
    assert "cases_needed" not in data["metrics"][METRIC]


def test_repeats_beside_the_run_tell_what_asking_again_brings(folder: Path) -> None:
    rows = [
        {"id": f"c{place}", "repeat": time, METRIC: float((place + time * (place % 3)) % 2)}
        for place in range(60)
        for time in (1, 2)
    ]
    pl.DataFrame(rows).write_parquet(folder / "run" / "repeats.parquet")
    words = ("gold", "power", "gold.jsonl", "--baseline", "run", "--metric", METRIC, "--margin", "0.1")
    data = call(*words, "--json", cwd=folder).data
    assert data["source"] == "how far the repeats of the earlier run lie apart"
    assert data["repeats_needed"] > 1
    again = call(*words, "--repeats", str(data["repeats_needed"]), "--json", cwd=folder).data
    assert again["cases_needed"] <= 60
    done = run(*words, cwd=folder)
    assert f"needed, or 60 asked {data['repeats_needed']} times" in done.out


def test_a_slice_and_a_spread_of_ones_own(folder: Path) -> None:
    words = ("gold", "power", "gold.jsonl", "--metric", "latency.mean_ms", "--sd", "50", "--margin", "20")
    data = call(*words, "--slice", "kind=even", "--json", cwd=folder).data
    assert (data["metrics"]["latency.mean_ms"]["cases"], data["cases_needed"]) == (10, 51)
    assert "sees a fall of" in run(*words, cwd=folder).out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--metric", "latency.mean_ms"), "nothing tells how much latency.mean_ms varies"),
        (("--power", "1"), "a power of 1 cannot be had"),
        (("--repeats", "0"), "a case cannot be asked 0 times"),
        (("--sd", "0"), "a standard deviation of 0 is none"),
        (("--slice", "odd"), '"odd" names no slice'),
        (("--margin", "0"), "a margin of 0 can never be shown to hold"),
    ],
)
def test_what_cannot_be_told_is_said(folder: Path, words: tuple[str, ...], message: str) -> None:
    done = run("gold", "power", "gold.jsonl", *words, cwd=folder)
    assert done.code == 2
    assert message in done.err
