"""Phrases, and wording that stays for some years."""

from __future__ import annotations

import itertools

import pytest

from service.ingest.wording import PHRASES, capital, fill, phrases, sticky


def test_sticky_stays_for_some_years_and_changes_at_last() -> None:
    run = [sticky("key", 5, year, 0.4) for year in range(2005, 2035)]
    kept = sum(a == b for a, b in itertools.pairwise(run))
    assert len(set(run)) > 2
    assert kept > 10
    assert run == [sticky("key", 5, year, 0.4) for year in range(2005, 2035)]


def test_sticky_never_changes_without_change() -> None:
    assert len({sticky("key", 50, year, 0.0) for year in range(2005, 2035)}) == 1


def test_fill_begins_with_a_capital() -> None:
    assert fill("{name} was {v}.", name="net income", v="$1") == "Net income was $1."
    assert capital("$(491) million were lost.") == "$(491) million were lost."


@pytest.mark.parametrize("path", sorted(PHRASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_key_became_a_boolean_and_no_phrase_is_repeated(path: object) -> None:
    def walk(node: object) -> None:
        if isinstance(node, dict):
            assert all(isinstance(key, str) for key in node)
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            assert all(isinstance(item, str) for item in node)
            assert len(set(node)) == len(node)

    walk(phrases(str(getattr(path, "stem", ""))))
