"""Limits and prices of the platforms, from the dated data file `limits.json`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def limits() -> dict[str, Any]:
    """The data file: limits and prices (USD, on demand) with their date, region and sources."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("limits.json").read_text(encoding="utf-8"))
    return data


@cache
def fargate_sizes() -> dict[int, tuple[int, ...]]:
    """The memory sizes in MiB that Fargate allows, ascending, by CPU units."""
    return {size["cpu"]: _memory_sizes(size) for size in limits()["fargate"]["sizes"]}


def _memory_sizes(size: dict[str, Any]) -> tuple[int, ...]:
    if "memory_mib" in size:
        return tuple(size["memory_mib"])
    return tuple(range(size["memory_from_mib"], size["memory_to_mib"] + 1, size["memory_step_mib"]))


def fargate_memory_options(cpu: int) -> tuple[int, ...]:
    """The memory sizes in MiB, ascending, that Fargate allows for `cpu` units; none where it does not know that `cpu`."""
    return fargate_sizes().get(cpu, ())


def memory_in_words(options: tuple[int, ...]) -> str:
    """The sizes as a reader would say them: `512, 1024 or 2048 MiB`, `2048 to 8192 MiB in steps of 1024`."""
    if len(options) > 3:
        return f"{options[0]} to {options[-1]} MiB in steps of {options[1] - options[0]}"
    return f"{', '.join(map(str, options[:-1]))} or {options[-1]} MiB"


def monthly_cost_usd(cpu: int, memory: int, count: int) -> float:
    """What `count` Fargate tasks (x86, Linux) of `cpu` units and `memory` MiB cost in a month of 730 hours, in USD.

    vCPUs and GB are billed alone: data transfer, storage over 20 GB and load balancers are not in it.
    """
    prices = limits()["fargate"]
    hourly = cpu / 1024 * prices["vcpu_hour_usd"] + memory / 1024 * prices["gb_hour_usd"]
    return float(hourly * limits()["hours_per_month"] * count)
