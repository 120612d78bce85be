from __future__ import annotations

import datetime as dt

import pytest

from goldgate.pipeline.config.limits import fargate_memory_options, fargate_sizes, limits, memory_in_words, monthly_cost_usd


@pytest.mark.parametrize(
    ("cpu", "first", "last", "count"),
    [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
    ],
)
def test_the_sizes_of_fargate(cpu: int, first: int, last: int, count: int) -> None:
    options = fargate_memory_options(cpu)
    assert (options[0], options[-1], len(options)) == (first, last, count)
    assert list(options) == sorted(options)


def test_an_unknown_cpu_has_no_sizes() -> None:
    assert fargate_memory_options(300) == ()
    assert list(fargate_sizes()) == [256, 512, 1024, 2048, 4096, 8192, 16384]


def test_sizes_in_words() -> None:
    assert memory_in_words(fargate_memory_options(256)) == "512, 1024 or 2048 MiB"
    assert memory_in_words(fargate_memory_options(8192)) == "16384 to 61440 MiB in steps of 4096"


def test_a_month_is_730_hours() -> None:
    one = (1.0 * 0.04048 + 2.0 * 0.004445) * 730
    assert monthly_cost_usd(1024, 2048, 1) == pytest.approx(one)
    assert monthly_cost_usd(1024, 2048, 2) == pytest.approx(2 * one)
    assert monthly_cost_usd(1024, 2048, 1) == pytest.approx(36.04, abs=0.005)
    assert monthly_cost_usd(256, 512, 0) == 0


def test_the_data_file_is_dated_and_names_its_sources() -> None:
    data = limits()
    assert dt.date.fromisoformat(data["as_of"])
    assert all(data[part]["price_source"].startswith("https://aws.amazon.com/") for part in ("fargate", "lambda", "ecr"))
    assert (data["lambda"]["memory_from_mb"], data["lambda"]["memory_to_mb"], data["ecr"]["gb_month_usd"]) == (128, 10240, 0.1)
