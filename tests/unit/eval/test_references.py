"""Every reference number beside ours, and the table of them in the docs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.references.page import FAMILIES, PAGE, computed, on_page, rendered, written
from tests.references.reference import Reference

if TYPE_CHECKING:
    from pathlib import Path

GIVEN = Reference(what="a", source="b", published=(0.42, 1234.0), ours=(0.4204, 1234.0), decimals=3)


@pytest.mark.parametrize("name", FAMILIES)
def test_ours_equal_the_published_numbers(name: str, tmp_path: Path) -> None:
    data = FAMILIES[name][1]
    if not data.exists():
        pytest.skip(f"{data.name} is not beside this checkout (shared/data)")
    references = computed(name, tmp_path)
    assert [difference for each in references for difference in each.differences if not each.because] == []
    assert [each.what for each in references if each.because and not each.differences] == [], "the reason is out of date"
    table, rows = on_page(PAGE.read_text(encoding="utf-8")), rendered(references).splitlines()[2:]
    stale = [row for row in rows if row not in table.splitlines()]
    assert not stale, "docs/evaluation.md is stale: run `make docs`"


def test_a_difference_is_one_of_more_than_half_a_unit_of_the_last_digit() -> None:
    assert GIVEN.differences == []
    far = Reference(what="a", source="b", published=(0.42,), ours=(0.4206,), decimals=3)
    assert far.differences == ["a: published 0.42, ours 0.4206"]


def test_as_many_numbers_as_published_must_be_there() -> None:
    short = Reference(what="a", source="b", published=(1.0, 2.0), ours=(1.0,), decimals=0)
    assert short.differences == ["a: 2 published numbers, 1 of ours"]


def test_the_table_replaces_the_one_on_the_page() -> None:
    page = written("before\n", rendered([GIVEN]))
    assert on_page(page).splitlines()[2] == "| a | b | 0.420 / 1,234.000 | 0.420 / 1,234.000 |"
    assert written(page, rendered([])).count("|---|") == 1
