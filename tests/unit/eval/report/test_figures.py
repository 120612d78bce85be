from __future__ import annotations

import pytest

from goldgate.eval.report import figures


@pytest.mark.parametrize(
    ("metric", "raw", "said"),
    [
        ("retrieval.recall@10", 0.8421, "0.842"),
        ("latency.p95_ms", 397.6, "398 ms"),
        ("latency.p50_ms", 12.34, "12.3 ms"),
        ("latency.p99_ms", 12_400, "12.4 s"),
        ("cost.usd_per_case", 0.00291, "$0.0029"),
        ("cost.usd_per_case", 0.0, "$0"),
        ("tokens.input", 1203.7, "1,204"),
        ("regression.mae", 12345.678, "12,346"),
        ("answer.token_f1", None, "\u2013"),
        ("answer.token_f1", float("nan"), "\u2013"),
    ],
)
def test_a_value_carries_its_unit(metric: str, raw: float | None, said: str) -> None:
    assert figures.value(metric, raw) == said


@pytest.mark.parametrize(
    ("metric", "raw", "said"),
    [
        ("retrieval.recall@10", -0.0612, "-6.1 points"),
        ("retrieval.recall@10", 0.0, "0.0 points"),
        ("retrieval.recall@10", -0.0001, "0.0 points"),
        ("latency.p95_ms", -14.2, "-14 ms"),
        ("cost.usd_per_case", -0.0002, "-$0.0002"),
    ],
)
def test_a_difference_carries_its_sign(metric: str, raw: float, said: str) -> None:
    assert figures.difference(metric, raw, unit=True) == said


def test_an_interval_is_empty_where_an_end_is_unknown() -> None:
    assert figures.interval("a.b", 0.1, None) == ""
    assert figures.interval("latency.p95_ms", 337.0, 402.0) == "337 to 402 ms"
    assert figures.interval("a.b", -0.09, -0.032, signed=True) == "-9.0 to -3.2"


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0.42, "0.4 s"), (48.2, "48 s"), (59.7, "1 min 00 s"), (112.4, "1 min 52 s"), (7380, "2 h 03 min"), (None, "\u2013")],
)
def test_seconds(amount: float | None, said: str) -> None:
    assert figures.seconds(amount) == said


@pytest.mark.parametrize(
    ("written", "label", "phrase"),
    [
        (None, "all cases", ""),
        ({"difficulty": "hard"}, "difficulty: hard", " on hard questions"),
        ("difficulty=hard", "difficulty: hard", " on hard questions"),
        ({"company": "Ardent"}, "company: Ardent", " on company Ardent"),
        ({"kind": "both_sides", "company": "A"}, "kind: both_sides, company: A", " on both sides questions of company A"),
    ],
)
def test_slices_in_words(written: object, label: str, phrase: str) -> None:
    assert figures.slice_label(written) == label
    assert figures.slice_phrase(written) == phrase


def test_digests_and_commits_are_short_and_names_stay_whole() -> None:
    assert figures.short("sha256:" + "7ac1" * 16) == "sha256:7ac1…"
    assert figures.short("127.0.0.1:4566/finrag@sha256:" + "7ac1" * 16) == "sha256:7ac1…"
    assert figures.short("9f31c2e7d41a") == "9f31c2e"
    assert figures.short("revision 41") == "revision 41"


def test_moments_are_utc_and_what_is_no_date_stays() -> None:
    assert figures.moment("2026-11-20T15:02:12+01:00") == "20 Nov 2026, 14:02 UTC"
    assert figures.day("2026-11-20T14:02:12Z") == "20 Nov"
    assert figures.clock("yesterday") == "yesterday"


def test_only_hyphens_of_numbers_become_minus_signs() -> None:
    said = figures.typeset("fr-0147 moved -6.1 (-9.0 to -3.2), -$0.1")
    assert said == "fr-0147 moved \u22126.1 (\u22129.0 to \u22123.2), \u2212$0.1"


@pytest.mark.parametrize("metric", ["regression.pinball@0.5", "regression.mae", "classification.brier", "repeats.flakiness"])
def test_losses_are_better_low(metric: str) -> None:
    assert figures.lower_is_better(metric)


def test_a_loss_at_a_level_is_a_plain_number() -> None:
    assert figures.unit_of("regression.pinball@0.5") == figures.unit_of("classification.brier") == "number"
    assert figures.unit_of("classification.ece") == "fraction"


def test_large_numbers_are_written_out() -> None:
    assert figures.value("regression.mae", 51_273.4) == "51,273"
    assert figures.difference("regression.mae", -11_362.2) == "-11,362"
    assert figures.value("regression.mae", 12.3456) == "12.35"


@pytest.mark.parametrize(
    ("metric", "amount", "words"),
    [
        ("cost.usd_per_case", 0.0000471, "+$0.000047"),
        ("cost.usd_per_case", -1e-8, "$0"),
        ("tokens.input", -0.3, "0"),
        ("tokens.input", -3.6, "-4"),
        ("latency.p95_ms", 0.2, "0"),
    ],
)
def test_a_difference_too_small_to_write_has_no_sign(metric: str, amount: float, words: str) -> None:
    assert figures.difference(metric, amount) == words
