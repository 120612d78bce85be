from __future__ import annotations

import pytest

from service.entities import MetricNames

PAIRS = [
    ("revenue", "Revenue"),
    ("net_income", "Net Income"),
    ("operating_cash_flow", "Net cash from operating activities"),
    ("total_assets", "Total assets"),
    ("net_profit_margin", "Net Profit Margin %"),
    ("roa", "ROA % (Avg Assets)"),
    ("accrued_compensation", "Accrued compensation and benefits"),
    ("net_income_nci", "Net Income – Noncontrolling Interest"),  # noqa: RUF001
]
NAMES = MetricNames(PAIRS)


def keys(text: str) -> list[str]:
    return [metric.keys[0] for metric in NAMES.find(text)]


@pytest.mark.parametrize(
    ("text", "metrics"),
    [
        ("total revenues of the company", ["revenue"]),
        ("its net sales", ["revenue"]),
        ("the bottom line", ["net_income"]),
        ("net profit margin", ["net_profit_margin"]),
        ("net income and total assets", ["net_income", "total_assets"]),
        ("cash flow from operations", ["operating_cash_flow"]),
        ("return on assets", ["roa"]),
        ("net income - noncontrolling interest", ["net_income_nci"]),
        ("revenue, then revenue again", ["revenue"]),
        ("weather", []),
    ],
)
def test_the_longest_phrase_wins(text: str, metrics: list[str]) -> None:
    assert keys(text) == metrics


def test_a_phrase_keeps_its_place() -> None:
    text = "What were the Net Sales?"
    (metric,) = NAMES.find(text)
    assert text[metric.start : metric.end] == "Net Sales"


def test_a_figure_that_people_ask_for_and_nobody_reports() -> None:
    assert NAMES.unknown("How many people make up the number of employees?") == "number of employees"
    assert NAMES.unknown("What was the total revenue?") is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("How much cash did the operations generate?", "operating_cash_flow"),
        ("What did it owe in pay and benefits?", "accrued_compensation"),
        ("How much cash was lost in flooded operations of Peruvian mines?", None),
        ("How many patents were granted?", None),
    ],
)
def test_a_paraphrase(text: str, key: str | None) -> None:
    found = NAMES.closest(text)
    assert (found.keys[0] if found else None) == key
