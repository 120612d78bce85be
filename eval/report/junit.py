"""An evaluation as JUnit XML, which every CI system can show: one test a gate and one a case."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import polars as pl

from .gates import Gate, listed
from .outcomes import outcomes
from .secrets import mask, mask_column
from .sentence import of_gate
from .text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

ROWS = 50_000
SHOWN = 2_000
TEXTS = ("id", "input", "expected", "answer", "error")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NOT_XML = (0xFFFE, 0xFFFF)
_SUSPECTS = (*range(0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080))
_UNSEEN = [chr(code) for code in _SUSPECTS if visible(chr(code)) != chr(code)]
_SHOWN = {char: f"[U+{ord(char):04X}]" for char in (*_UNSEEN, *map(chr, NOT_XML))}
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_SUMS = ("tests", "failures", "errors", "skipped")


def write_junit(evaluation: dict[str, Any], cases: pl.DataFrame, path: Path, *, name: str = "goldgate") -> None:
    """Write `path`: the suite `<name>.gates`, then `<name>.cases` with a test for each row of the table of cases.

    `evaluation` is evaluation.json. A `failure` is quality: a wrong answer (the metric that decides the case is below 0.5), a
    gate that failed or could not tell. An `error` is infrastructure. `skipped` are cases that no metric judges or that were not
    asked, and gates with nothing live to compare with. Times are in seconds. Text of others is escaped, and what XML cannot
    hold or people cannot see is shown by its code. A reader sees the whole file or the old one.
    """
    judged = outcomes(cases, evaluation=evaluation).with_columns(_kind(), *_masked(cases))
    gates = listed(evaluation)
    seconds = float((evaluation.get("timing") or {}).get("seconds") or 0.0)
    suites = [(f"{name}.gates", _gate_counts(gates), 0.0), (f"{name}.cases", _case_counts(judged), seconds)]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"{HEAD}<testsuites {_attributes(name, _total(counts for _, counts, _ in suites), seconds)}>\n")
            _write_suite(file, suites[0], (_gate_case(gate, f"{name}.gates") for gate in gates))
            _write_suite(file, suites[1], _case_texts(judged, f"{name}.cases"))
            file.write("</testsuites>\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_suite(file: TextIO, suite: tuple[str, dict[str, int], float], cases: Iterable[str]) -> None:
    file.write(f"<testsuite {_attributes(*suite)}>\n")
    for text in cases:
        file.write(text)
        file.write("\n")
    file.write("</testsuite>\n")


def _attributes(name: str, counts: dict[str, int], seconds: float) -> str:
    numbers = " ".join(f'{key}="{counts[key]}"' for key in _SUMS)
    return f'name={_quoted(name)} {numbers} time="{seconds:.3f}"'


def _total(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    every = list(counts)
    return {key: sum(part[key] for part in every) for key in _SUMS}


def _counted(kinds: dict[str, int]) -> dict[str, int]:
    counts = {"failures": kinds.get("failure", 0), "errors": kinds.get("error", 0), "skipped": kinds.get("skipped", 0)}
    return {"tests": sum(kinds.values()), **counts}


def _gate_counts(gates: list[Gate]) -> dict[str, int]:
    kinds = [_gate_kind(gate) for gate in gates]
    return _counted({kind: kinds.count(kind) for kind in set(kinds)})


def _case_counts(judged: pl.DataFrame) -> dict[str, int]:
    return _counted(dict(judged["_kind"].value_counts().iter_rows()))


def _gate_kind(gate: Gate) -> str:
    if gate.unchecked:
        return "skipped"
    return "passed" if gate.verdict == "pass" else "failure"


def _gate_case(gate: Gate, classname: str) -> str:
    where = ", ".join(f"{tag}={value}" for tag, value in gate.slice.items()) if isinstance(gate.slice, dict) else ""
    bound = "" if gate.bound is None else f" {gate.bound:g}"
    name = f"{gate.metric}{f' [{where}]' if where else ''} {gate.rule}{bound}"
    head = f'<testcase name={_quoted(name)} classname={_quoted(classname)} time="0.000"'
    kind = _gate_kind(gate)
    if kind == "passed":
        return f"{head}/>"
    if kind == "skipped":
        return f'{head}><skipped message="nothing live to compare with"/></testcase>'
    said = gate.reason or of_gate(gate)
    return f'{head}><failure message={_quoted(said)} type="{gate.verdict}"/></testcase>'


def _quoted(text: str) -> str:
    shown = "".join(_SHOWN.get(char, char) for char in visible(mask(text)))
    return quoteattr(shown, {"\n": "&#10;", '"': "&quot;"})


def _masked(cases: pl.DataFrame) -> list[pl.Series]:
    return [mask_column(cases[name].cast(pl.String))[0] for name in TEXTS if name in cases.columns]


def _kind() -> pl.Expr:
    kinds = {"error": "error", "unjudged": "skipped", "wrong": "failure", "broken": "failure", "both wrong": "failure"}
    return pl.col("outcome").replace_strict(kinds, default="passed", return_dtype=pl.String).alias("_kind")


def _case_texts(judged: pl.DataFrame, classname: str) -> Iterator[str]:
    for rows in judged.iter_slices(ROWS):
        yield "\n".join(rows.select(_case(rows.columns, classname)).to_series())


def _case(columns: list[str], classname: str) -> pl.Expr:
    """One `testcase` a row, as an expression."""
    seconds = (pl.col("latency_ms") / 1000) if "latency_ms" in columns else pl.lit(0.0)
    time = seconds.fill_null(0.0).round(3).cast(pl.String)
    head = pl.format('<testcase name="{}" classname="{}" time="{}"', _safe("id"), pl.lit(_quoted(classname)[1:-1]), time)
    element = (
        pl.when(pl.col("_kind") == "passed")
        .then(pl.lit("/>"))
        .when(pl.col("_kind") == "skipped")
        .then(pl.format('><skipped message="{}"/></testcase>', _unjudged(columns)))
        .when(pl.col("_kind") == "error")
        .then(pl.format('><error message="{}" type="infrastructure"/></testcase>', _safe("error")))
        .otherwise(_failure())
    )
    return pl.concat_str(head, element)


def _unjudged(columns: list[str]) -> pl.Expr:
    asked = pl.col("attempts") > 0 if "attempts" in columns else pl.lit(value=True)
    return pl.when(asked).then(pl.lit("no metric says whether it is right")).otherwise(pl.lit("it was not asked"))


def _failure() -> pl.Expr:
    score = pl.col("score").round(4).cast(pl.String)
    kind = pl.when("worse").then(pl.lit("regression")).otherwise(pl.lit("wrong"))
    said = pl.format('><failure message="{} is {}" type="{}">', pl.col("judged_by").pipe(_escaped), score, kind)
    body = pl.format("question: {}\nexpected: {}\nanswer: {}", _safe("input"), _safe("expected"), _safe("answer"))
    return pl.concat_str(said, body, pl.lit("</failure></testcase>"))


def _safe(column: str) -> pl.Expr:
    return _escaped(pl.col(column).fill_null("").str.slice(0, SHOWN))


def _escaped(text: pl.Expr) -> pl.Expr:
    return text.str.replace_many(_SHOWN | _ESCAPED)
