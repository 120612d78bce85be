from __future__ import annotations

import pytest

from goldgate.pipeline.verdict_lines import gate_table, is_fraction, verdict_lines

from .makers import evaluation_record, gate

GATES = [
    gate(ci_low=0.87, ci_high=0.9405),
    gate(
        metric="answer.token_f1",
        rule="max_drop 0.02",
        verdict="inconclusive",
        value=0.694,
        baseline=0.702,
        diff=-0.008,
        ci_low=-0.026,
        ci_high=0.0104,
    ),
    gate(metric="latency.p95_ms", rule="max 500", verdict="pass", value=1398.4, ci_low=380.2, ci_high=1411.0),
    gate(metric="cost.usd_per_case", rule="max 0.01", value=0.00292),
    gate(
        metric="retrieval.recall@10",
        slice={"difficulty": "hard", "kind": "list"},
        rule="max_drop 0.03",
        verdict="fail",
        value=0.781,
        baseline=0.842,
        diff=-0.061,
        ci_low=-0.09,
        ci_high=-0.032,
    ),
    gate(
        metric="latency.p95_ms",
        rule="max_rise 50",
        value=398.0,
        baseline=390.0,
        diff=8.0,
        ci_low=-12.3,
        ci_high=1030.0,
    ),
]

TABLE = """\
               metric               slice                        live    this  diff   95 % interval  rule
            ✕  retrieval.recall@10  difficulty=hard, kind=list  0.842   0.781  -6.1    -9.0 .. -3.2  max_drop 0.03
            ?  answer.token_f1                                  0.702   0.694  -0.8    -2.6 .. +1.0  max_drop 0.02
            ✓  retrieval.recall@10                                      0.910        0.870 .. 0.941  min 0.8
            ✓  latency.p95_ms                                           1,398          380 .. 1,411  max 500
            ✓  cost.usd_per_case                                       0.0029                        max 0.01
            ✓  latency.p95_ms                                     390     398    +8   -12 .. +1,030  max_rise 50
"""


def test_the_table_of_gates_worst_first_and_aligned() -> None:
    assert [line.rstrip() for line in gate_table(GATES)] == TABLE.splitlines()


def test_errors_in_a_unit_of_their_own_are_no_points() -> None:
    moved = gate(metric="regression.rmse", rule="max_rise 0.5", value=9.1077, baseline=2.9458, diff=6.1619, ci_low=None)
    assert gate_table([moved])[1].split()[2:5] == ["2.946", "9.108", "+6.162"]


def test_the_levels_that_holm_leaves_are_told() -> None:
    lines = gate_table([gate(rule="max_drop 0.02", diff=0.0, ci_low=-0.01, ci_high=0.01, confidence=0.98333333), GATES[0]])
    assert lines[0].split()[-2:] == ["interval", "rule"]
    assert lines[-1].strip() == "intervals of differences at 98.3 % (Holm), the others at 95 %"


def test_equal_verdicts_keep_their_order() -> None:
    rules = [f"min 0.{n}" for n in (5, 3, 9)]
    assert [line.split()[-1] for line in gate_table([gate(rule=rule) for rule in rules])[1:]] == ["0.5", "0.3", "0.9"]


def test_a_value_that_is_missing_is_empty_and_no_zero() -> None:
    line = gate_table([gate(value=None, verdict="inconclusive")])[1]
    assert line.split() == ["?", "retrieval.recall@10", "min", "0.8"]


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("retrieval.recall@10", True),
        ("errors.rate", True),
        ("latency.p95_ms", False),
        ("cost.usd_per_case", False),
        ("tokens.input", False),
    ],
)
def test_what_is_a_fraction(metric: str, *, told: bool) -> None:
    assert is_fraction(metric) is told


@pytest.mark.parametrize(
    ("verdict", "worse", "better", "lines"),
    [
        ("pass", [], [], ["  PASSED      Said."]),
        ("inconclusive", [], ["a"], ["  NOT SURE    Said.", "              1 got better"]),
        ("fail", ["a"], [], ["  BLOCKED     Said.", "              1 case got worse: a"]),
        ("fail", ["a", "b", "c"], [], ["  BLOCKED     Said.", "              3 cases got worse: a, b, c"]),
        (
            "fail",
            ["fr-0147", "fr-0081", "fr-0203", "fr-0001"],
            ["b", "c"],
            [
                "  BLOCKED     Said.",
                "              4 cases got worse, first: fr-0147, fr-0081, fr-0203",
                "              2 got better",
            ],
        ),
    ],
)
def test_the_verdict_in_plain_words(verdict: str, worse: list[str], better: list[str], lines: list[str]) -> None:
    assert verdict_lines(evaluation_record(verdict=verdict, headline="Said.", worse=worse, better=better)) == lines
