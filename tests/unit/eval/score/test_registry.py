from __future__ import annotations

import subprocess
import sys

import pytest

from goldgate.eval.errors import UsageError
from goldgate.eval.score.registry import FAMILIES, default_names, find, measure, metric, standing


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("retrieval.recal@10", "retrieval.recall"),
        ("answer.tokenf1", "answer.token_f1"),
        ("latency.p95", "latency.p95_ms"),
        ("repeats.pass", "repeats.pass"),
        ("regression.pinball@2", "regression.pinball@0.5"),
    ],
)
def test_an_unknown_metric_names_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UsageError, match=f'there is no metric "{name}"') as caught:
        measure(name)
    assert near in caught.value.what


@pytest.mark.parametrize("name", ["retrieval.recall@0", "answer.token_f1@5", "retrieval.recall@"])
def test_a_cut_that_makes_no_sense_is_unknown(name: str) -> None:
    with pytest.raises(UsageError):
        find(name)


@pytest.mark.parametrize("name", ["answer.token_f1", "latency.p95_ms", "nodot", "Has Space.x"])
def test_a_name_that_is_taken_or_no_name_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        metric(name)


@pytest.mark.parametrize("name", ["judge.helpfulness", "custom.cites-a-filing"])
def test_a_judge_or_a_column_of_ones_own_is_known_by_its_family(name: str) -> None:
    assert find(name)[0].scorer is standing
    assert measure(name).column == name


@pytest.mark.parametrize("name", ["judge.", "judges.x", "custom.1"])
def test_other_open_names_are_unknown(name: str) -> None:
    with pytest.raises(UsageError):
        find(name)


def test_a_cut_comes_as_a_whole_number() -> None:
    found, cut = find("retrieval.recall@10")
    assert (found.name, cut) == ("retrieval.recall", 10)
    assert isinstance(cut, int)


def test_the_defaults_go_by_family_and_leave_out_what_is_on_request() -> None:
    names = default_names()
    families = list(dict.fromkeys(name.partition(".")[0] for name in names))
    assert families == [family for family in FAMILIES if family in families]
    assert {"answer.chrf", "retrieval.recall@10", "retrieval.recall"} <= set(names)
    assert not [name for name in names if name.startswith("tatqa.")]


def test_a_name_costs_only_its_own_family() -> None:
    code = """
import sys
from goldgate.eval.score.registry import find, measure
find("answer.exact_match"), measure("latency.p95_ms")
heavy = ("scipy", "goldgate.eval.score.numbers", "goldgate.eval.score.retrieval", "goldgate.eval.score.chrf")
assert not [name for name in heavy if name in sys.modules], [name for name in heavy if name in sys.modules]
"""
    subprocess.run([sys.executable, "-c", code], check=True)
