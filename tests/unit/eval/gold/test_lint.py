from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.gold.lint import lint
from goldgate.eval.gold.load import load_gold

from ..makers import SHARED, case, gold_of
from .files import written

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import Case
    from goldgate.eval.gold.findings import Finding

FINSIGHTS = SHARED / "finsights"
SUITES = FINSIGHTS / "ModelPipeline/finrag_ml_tg1/data_cache/qa_manual_exports/goldp3_analysis"


def codes(*cases: Case) -> list[tuple[str, str, str | None]]:
    return [(one.code, one.severity, one.case) for one in lint(gold_of(*cases))]


def only(code: str, findings: list[Finding]) -> list[Finding]:
    return [one for one in findings if one.code == code]


def test_a_sound_set_has_no_findings() -> None:
    assert (
        codes(case("a", "Who audits Ardent?", answer="Bell & Co"), case("b", "How much was it?", numeric=3, answer="$3")) == []
    )


def test_a_repeated_case_counts_twice() -> None:
    found = lint(gold_of(case("a", "Who audits it?", answer="Bell"), case("b", "who audits  it", answer="bell")))
    assert [(one.code, one.case) for one in found] == [("duplicate", "b")]
    assert found[0].message == 'case "b" repeats the question of "a" (line 0) with the same answer.'


def test_nearly_the_same_question_is_found_and_another_year_is_not() -> None:
    asked = "Which risks does the company name in its report of {} about climate change?"
    near = asked.replace("about climate", "about the climate")
    cases = [case(str(place), text, answer=f"x{place}") for place, text in enumerate([asked.format(2016), asked.format(2017)])]
    assert codes(*cases) == []
    assert codes(*cases, case("z", near.format(2017), answer="y")) == [("near-duplicate", "warning", "z")]


def test_figures_without_numbers() -> None:
    asked = "What was the revenue of Ardent in 2020?"
    found = lint(
        gold_of(case("a", asked, answer="It was $4 million."), case("b", asked + "!?", answer="See above, dated 2019."))
    )
    assert [one.case for one in only("numeric-missing", found)] == ["a", "b"]
    assert [one.case for one in only("no-figure", found)] == ["b"]
    assert [one.message for one in only("no-numbers", found)] == [
        "all 2 cases lack a number and a tolerance, though 2 of them ask for a figure."
    ]
    assert codes(case("a", asked, numeric=4, unit="USD million"), case("b", "Was the revenue high?", boolean=True)) == []


@pytest.mark.parametrize(
    ("question", "expected", "found"),
    [
        ("Why is the sky over Borealis blue?", {"answer": "Borealis"}, True),
        ("Why is the sky over Borealis blue?", {"answer": "Bo"}, False),
        ("Is it true, yes?", {"answer": "Yes", "boolean": True}, False),
        ("Is Borealis larger, or is it Ardent?", {"answer": "Borealis"}, False),
        ("Is the Boreal forest large?", {"answer": "Borea"}, False),
    ],
)
def test_answers_in_their_own_question(question: str, expected: dict[str, Any], found: bool) -> None:
    assert [code for code, *_ in codes(case("a", question, **expected))] == (["answer-in-question"] if found else [])


def test_tags_that_cannot_do_their_work() -> None:
    hard = [case(name, {"a": "Who?", "b": "How so?"}[name], answer="x", tags={"level": "hard"}) for name in "ab"]
    other = [case(name, f"another question {name}!", answer="x", tags={"level": "Hard", "Level ": "x"}) for name in "cd"]
    found = lint(gold_of(*hard, *other))
    assert sorted(one.message for one in only("tag-spelling", found)) == [
        'the tags "Level ", "level" differ in spelling only.',
        'the values "Hard", "hard" of the tag "level" differ in spelling only: they make slices of their own.',
    ]
    assert codes(*hard, case("z", "And now something else?", answer="x", tags={"level": "easy"})) == [("lone-tag", "info", "z")]


def test_a_tag_of_many_lone_values_is_said_once() -> None:
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"]
    cases = [case(word, f"{word} {word} {word}?", answer="x", tags={"doc": word}) for word in words]
    found = only("lone-tag", lint(gold_of(*cases)))
    assert [one.message for one in found] == ['12 values of the tag "doc" stand on one case each: no slices.']


def test_a_case_that_expects_nothing_should_say_so() -> None:
    tagged = case("b", "What is the colour of nine?", tags={"kind": "unanswerable"})
    others = case("c", "And the smell of ten, please?", tags={"kind": "unanswerable"})
    assert codes(case("a", "Who?"), tagged, others) == [("nothing-expected", "warning", "a")]


def test_evidence_beyond_the_corpus_is_an_error_or_a_warning() -> None:
    gold = gold_of(case("a", evidence={"s1": 1, "s2": 1}))
    (error,) = lint(gold, corpus_ids={"s1"})
    (warning,) = lint(gold, corpus_ids={"s1"}, missing_evidence="report")
    assert (error.severity, warning.severity, error.lost) == ("error", "warning", 1)
    assert error.message == 'case "a" expects evidence that the corpus lacks: s2.'


def test_a_sibling_is_compared_by_id(tmp_path: Path) -> None:
    rows = [{"id": name, "input": f"q{name}", "notes": "n"} for name in "abcd"]
    changed = [rows[0], {**rows[1], "input": "other"}, {**rows[2], "notes": "m"}, {**rows[3], "id": "e"}]
    gold, other = (load_gold(written(tmp_path / name, data)) for name, data in (("g.jsonl", rows), ("h.jsonl", changed)))
    (found,) = only("sibling-differs", lint(gold, sibling=other))
    assert "2 of the 3 cases" in found.message
    assert "1 in what is asked, expected or tagged, 1 in notes and other fields only (b, c)" in found.message
    assert only("sibling-differs", lint(gold, sibling=gold)) == []


def test_the_known_faults_of_finsights_are_found() -> None:
    if not SUITES.exists():
        pytest.skip("the FinSights gold files are not beside this checkout (shared/data/finsights)")
    gold, sibling = (load_gold(SUITES / f"p3_gold_{name}.json") for name in ("test_suite_31q", "qtest_31q_ffhall"))
    with (FINSIGHTS / "sentences_from_bundles.jsonl").open(encoding="utf-8") as file:
        corpus = {json.loads(line)["sentence_id"] for line in file}
    found = lint(gold, corpus_ids=corpus, sibling=sibling)
    assert sum(one.lost for one in found) == 16
    assert "all 31 cases lack a number and a tolerance" in only("no-numbers", found)[0].message
    assert "28 of the 31 cases" in only("sibling-differs", found)[0].message
    assert [one.case for one in only("no-figure", found)] == ["P3V2-Q001"]
    assert "P3V2-Q001" in [one.case for one in only("boilerplate", found)]
    assert [one.case for one in only("numeric-missing", found)] == [f"P3V2-Q00{place}" for place in range(1, 6)]
    assert only("near-duplicate", found) == []
