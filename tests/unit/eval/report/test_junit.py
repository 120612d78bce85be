from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.report.junit import write_junit

from .sample import HOSTILE, sample

if TYPE_CHECKING:
    from pathlib import Path

SUITE = {"name", "tests", "failures", "errors", "skipped", "time"}
ALLOWED = {
    "testsuites": SUITE,
    "testsuite": SUITE,
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}
INSIDE = {"testsuites": {"testsuite"}, "testsuite": {"testcase"}, "testcase": {"failure", "error", "skipped"}}
COUNTED = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def checked(path: Path) -> ET.Element:
    """The document, held to the JUnit schema: elements, attributes, at most one result a case, counts that add up."""
    root = ET.parse(path).getroot()
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) == ALLOWED[element.tag], element.tag
        assert {child.tag for child in element} <= INSIDE.get(element.tag, set())
        if element.tag == "testcase":
            assert len(element) <= 1
        if "time" in element.attrib:
            assert float(element.attrib["time"]) >= 0
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert int(element.attrib["tests"]) == len(cases)
        for attribute, tag in COUNTED.items():
            assert int(element.attrib[attribute]) == sum(case.find(tag) is not None for case in cases)
    return root


def written(folder: Path, frame: pl.DataFrame, evaluation: dict[str, Any] | None = None) -> ET.Element:
    path = folder / "deep" / "junit.xml"
    write_junit(evaluation or {}, frame, path)
    assert list(path.parent.iterdir()) == [path]
    return checked(path)


def table(**columns: Any) -> pl.DataFrame:
    count = len(next(iter(columns.values())))
    blank = pl.Series([None] * count, dtype=pl.String)
    plain: dict[str, Any] = {"id": [f"c{place}" for place in range(count)], "input": ["q"] * count}
    plain |= {
        "expected": ["{}"] * count,
        "answer": blank,
        "error": blank,
        "attempts": [1] * count,
        "latency_ms": [12.4] * count,
    }
    return pl.DataFrame(plain | columns, strict=False)


def results(root: ET.Element, suite: int) -> dict[str, tuple[str, str | None, str | None]]:
    found = {}
    for case in root[suite]:
        child = case[0] if len(case) else None
        kind = "passed" if child is None else child.tag
        told = ("", "") if child is None else (child.get("message"), child.get("type"))
        found[case.attrib["name"]] = (kind, *told)
    return found


def test_quality_is_a_failure_infrastructure_an_error_and_the_rest_is_skipped(tmp_path: Path) -> None:
    frame = table(
        **{"answer.token_f1": [1.0, 0.25, 0.0, None, None, None]},
        error=[None, None, None, "HTTP 500 (text/plain): Traceback", None, None],
        attempts=[1, 1, 1, 5, 1, 0],
    )
    root = written(tmp_path, frame, {"worse": ["c2"], "timing": {"seconds": 3.5}})
    assert results(root, 1) == {
        "c0": ("passed", "", ""),
        "c1": ("failure", "answer.token_f1 is 0.25", "wrong"),
        "c2": ("failure", "answer.token_f1 is 0.0", "regression"),
        "c3": ("error", "HTTP 500 (text/plain): Traceback", "infrastructure"),
        "c4": ("skipped", "no metric says whether it is right", None),
        "c5": ("skipped", "it was not asked", None),
    }
    assert root.attrib == {
        "name": "goldgate", "tests": "6", "failures": "2", "errors": "1", "skipped": "2", "time": "3.500"
    }  # fmt: skip
    assert {case.attrib["time"] for case in root[1]} == {"0.012"}
    assert {case.attrib["classname"] for case in root[1]} == {"goldgate.cases"}


def test_a_gate_that_failed_or_could_not_tell_is_a_failure(tmp_path: Path) -> None:
    def gate(verdict: str, rule: str, **more: Any) -> dict[str, Any]:
        return {"metric": "answer.token_f1", "rule": rule, "verdict": verdict, "reason": f"said <{verdict}>", **more}

    gates = [
        gate("pass", "min 0.8", value=0.9),
        gate("fail", "max_drop 0.02", diff=-0.1, slice={"kind": "odd"}),
        gate("inconclusive", "min 0.85", value=0.86),
        gate("pass", "max_drop 0.1", diff=None),
    ]
    root = written(tmp_path, table(**{"answer.token_f1": [1.0]}), {"gates": gates})
    assert results(root, 0) == {
        "answer.token_f1 min 0.8": ("passed", "", ""),
        "answer.token_f1 [kind=odd] max_drop 0.02": ("failure", "said <fail>", "fail"),
        "answer.token_f1 min 0.85": ("failure", "said <inconclusive>", "inconclusive"),
        "answer.token_f1 max_drop 0.1": ("skipped", "nothing live to compare with", None),
    }


NASTY = [*HOSTILE, "]]>", "a\x00b\x0bc\ufffed\uffff", "\x85\x9f", "&amp;lt;", "two\nlines\r\tand \"quotes' ", "é漢😀"]


@pytest.mark.parametrize("text", NASTY)
def test_text_of_others_stays_text(tmp_path: Path, text: str) -> None:
    frame = table(
        **{"answer.token_f1": [0.0, None]}, id=[f"id {text}", "e"], input=[text] * 2, answer=[text] * 2, error=[None, text]
    )
    gates = [{"metric": text, "rule": "min 1", "verdict": "fail", "reason": text, "slice": {"kind": text}}]
    root = written(tmp_path, frame, {"gates": gates})
    wrong, error, gate = root[1][0], root[1][1], root[0][0]
    shown = (wrong.attrib["name"], wrong[0].text or "", error[0].attrib["message"], gate[0].attrib["message"])
    for word in (word for word in ("script", "漢", "quotes", "lines", "gnp") if word in text):
        assert all(word in part for part in shown)
    assert "\u202e" not in ET.tostring(root, encoding="unicode")


def test_a_lone_surrogate_in_a_gate_is_shown_by_its_code(tmp_path: Path) -> None:
    gates = [{"metric": "m.a\ud800", "rule": "min 1", "verdict": "fail", "reason": "bad \udfff"}]
    root = written(tmp_path, table(**{"answer.token_f1": [1.0]}), {"gates": gates})
    assert root[0][0][0].attrib["message"] == "bad [U+DFFF]"


def test_an_empty_table_is_an_empty_suite(tmp_path: Path) -> None:
    root = written(tmp_path, table(**{"answer.token_f1": [1.0]}).clear())
    assert (root.attrib["tests"], len(root[1])) == ("0", 0)


def test_secrets_are_masked_in_gates_and_cases(tmp_path: Path) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"
    gates = [{"metric": "m.a", "rule": "min 1", "verdict": "fail", "reason": f"log says {secret}"}]
    root = written(tmp_path, table(**{"answer.token_f1": [0.0]}, answer=[f"use {secret} now"]), {"gates": gates})
    assert root[0][0][0].attrib["message"] == "log says [masked: AWS access key]"
    assert (root[1][0][0].text or "").endswith("answer: use [masked: AWS access key] now")


def test_long_answers_are_cut(tmp_path: Path) -> None:
    root = written(tmp_path, table(**{"answer.token_f1": [0.0]}, answer=["x" * 10_000]))
    assert len(root[1][0][0].text or "") < 2_100


def test_a_run_with_everything_in_it_holds_the_schema(tmp_path: Path) -> None:
    report = sample(tmp_path, hostile=True)
    root = written(tmp_path, pl.read_parquet(tmp_path / "cases.parquet"), report.evaluation)
    assert root.attrib == {
        "name": "goldgate", "tests": "247", "failures": "36", "errors": "1", "skipped": "0", "time": "112.400"
    }  # fmt: skip


def test_a_hundred_thousand_cases_are_written_in_seconds(tmp_path: Path) -> None:
    rows = 100_000
    scores = pl.select(pl.int_range(rows) % 3 / 2).to_series()
    start = time.perf_counter()
    write_junit({}, table(**{"answer.token_f1": scores}, answer=["some words"] * rows), tmp_path / "junit.xml")
    assert time.perf_counter() - start < 10
    assert (tmp_path / "junit.xml").read_text().count("<testcase ") == rows
