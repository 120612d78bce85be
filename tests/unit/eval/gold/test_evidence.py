from __future__ import annotations

import pytest

from goldgate.eval.errors import Problems
from goldgate.eval.gold.evidence import check_evidence

from ..makers import case, gold_of

GOLD = gold_of(case("a", evidence={"s1": 1, "s2": 1}), case("b", evidence={"s3": 1}), case("c", answer="x"))


def test_in_error_mode_each_case_is_named_with_its_ids() -> None:
    with pytest.raises(Problems) as caught:
        check_evidence(GOLD, frozenset({"s1"}), "error")
    assert [problem.what for problem in caught.value.problems] == [
        'case "a" expects evidence that the corpus lacks: s2.',
        'case "b" expects evidence that the corpus lacks: s3.',
    ]
    assert caught.value.next_step is not None


def test_in_report_mode_lost_ids_are_moved_aside() -> None:
    checked = check_evidence(GOLD, frozenset({"s1"}), "report")
    assert [dict(one.expected.evidence) for one in checked.cases] == [{"s1": 1}, {}, {}]
    assert [one.evidence_missing for one in checked.cases] == [("s2",), ("s3",), ()]
    assert checked.sha256 != GOLD.sha256
    assert not checked.cases[1].unanswerable


@pytest.mark.parametrize("mode", ["error", "report"])
def test_a_gold_set_whose_evidence_is_there_stays_as_it_is(mode: str) -> None:
    assert check_evidence(GOLD, frozenset({"s1", "s2", "s3", "s4"}), mode) == GOLD  # type: ignore[arg-type]
