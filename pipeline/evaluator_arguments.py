"""The arguments of the commands that need neither engine nor AWS: evaluate, score, compare, merge, judge, gold."""

from __future__ import annotations

import argparse
from typing import Any

from .commands.report import MOST_CASES

JSON_HELP = "JSON on standard output, progress on standard error"


def add_evaluator(commands: Any) -> None:
    """Add the commands to the parser of all commands; `target` is `file:function` in `commands/`."""
    _score(commands)
    _compare(commands)
    _merge(commands)
    _judge(commands)
    gold = commands.add_parser("gold", help="gold sets: lint, hash, convert, power")
    _gold(gold.add_subparsers(dest="sub", required=True, metavar="COMMAND"))


def add_standalone(evaluate: argparse.ArgumentParser) -> None:
    """Add to `goldgate evaluate` what it needs to ask a service that no project describes."""
    alone = evaluate.add_argument_group("on its own", "with --gold it asks any service, without a project, Docker or AWS")
    alone.add_argument("--gold", metavar="FILE", help="the gold set; its format is told from the file")
    _format(alone)
    whom = alone.add_mutually_exclusive_group()
    whom.add_argument("--url", metavar="URL", help="a service behind HTTP")
    whom.add_argument("--callable", metavar="MODULE:FUNCTION", help="a Python function of the input, or of the case")
    alone.add_argument("--inline", action="store_true", help="call it in the event loop: for a function that never waits")
    whom.add_argument("--lambda", dest="function", metavar="NAME", help="a Lambda function, invoked as boto3 finds it")
    alone.add_argument(
        "--request", metavar="JSON|FILE", help='request mapping: {"path": "/query", "body": {...}, "answer": ...}'
    )
    alone.add_argument("--header", action="append", metavar="NAME=VALUE", help="a header; env:NAME takes its value from there")
    alone.add_argument("--digest", metavar="SHA256", help="names what answers, so that answers may be kept in --cache")
    alone.add_argument("--baseline-url", metavar="URL", help="what is live, asked beside the candidate case by case")
    pace = evaluate.add_argument_group("pace and budget")
    pace.add_argument("--concurrency", type=int, metavar="N", help="most requests at once (8)")
    pace.add_argument("--fixed", action="store_true", help="all of them at once from the start, and no backing off")
    pace.add_argument("--rps", type=float, metavar="N", help="most requests a second")
    pace.add_argument("--tpm", type=float, metavar="N", help="most tokens a minute")
    pace.add_argument("--timeout", type=float, metavar="SECONDS", help="how long one answer may take (30)")
    pace.add_argument("--budget-usd", type=float, metavar="USD", help="stop once the answers have cost so much")
    pace.add_argument("--time-budget", type=float, metavar="SECONDS", help="stop after so long")
    pace.add_argument("--repeats", type=int, default=1, metavar="N", help="ask each case so often (1)")
    pace.add_argument("--sequential", action="store_true", help="stop once the verdict cannot change any more")
    many = evaluate.add_argument_group("resuming, and many machines")
    many.add_argument("--resume", action="store_true", help="go on with the journal in --out; without it asking starts anew")
    many.add_argument("--shard", metavar="I/N", help="only the I-th of N shards; `goldgate merge` joins them")
    many.add_argument("--engine", choices=("local", "ray"), default="local", help="where cases are asked and scored (local)")
    many.add_argument("--address", metavar="ADDRESS", help="the Ray cluster (a new one on this machine)")
    _terms(evaluate)
    _outputs(evaluate)


def add_report(report: argparse.ArgumentParser) -> None:
    """Add to `goldgate report` what it needs to read an evaluation that no pipeline ran."""
    alone = report.add_argument_group("of an evaluation on its own")
    alone.add_argument("--from", dest="source", metavar="DIR|FILE", help="its --out folder, or its cases.parquet")
    alone.add_argument("--out", metavar="FILE", help="the page to write (report/index.html in that folder)")
    alone.add_argument("--baseline", metavar="RUN|FILE", help="the run or cases.parquet that it was compared with")
    alone.add_argument("--name", metavar="NAME", help="what the report calls it (the gold set's file name)")
    _page_limit(report)


def _score(commands: Any) -> None:
    score = _plain(commands, "score", "score recorded responses", "scoring:score")
    score.add_argument("--gold", required=True, metavar="FILE", help="the gold set")
    _format(score)
    score.add_argument("--responses", required=True, metavar="FILE", help="JSONL, Parquet, CSV, a TREC run, or a cases.parquet")
    _terms(score)
    _outputs(score)


def _compare(commands: Any) -> None:
    compare = _plain(commands, "compare", "compare two runs, cases files or tables in pairs", "scoring:compare")
    compare.add_argument("a", metavar="A", help="run folder, cases.parquet, CSV or JSONL: what was")
    compare.add_argument("b", metavar="B", help="the same: what is")
    compare.add_argument("--slices", action="store_true", help="the slices that moved most, too")
    _statistics(compare)


def _merge(commands: Any) -> None:
    merge = _plain(commands, "merge", "join the shards of one evaluation, and judge them together", "merge:merge")
    merge.add_argument("folders", nargs="+", metavar="DIR", help="the --out folders of the shards")
    merge.add_argument("--allow-missing", action="store_true", help="judge without the shards that are missing")
    _outputs(merge)


def _judge(commands: Any) -> None:
    judge = _plain(commands, "judge", "how far a judge agrees with people, and its mean corrected by them", "judge:judge")
    judge.add_argument("table", metavar="TABLE", help="CSV, Parquet or JSONL, one row an answer")
    judge.add_argument("--judge", required=True, metavar="COLUMN", help="the judge's scores")
    judge.add_argument("--human", required=True, metavar="COLUMN", help="people's scores; empty where there are none")
    judge.add_argument("--weights", metavar="COLUMN", help="weights of the rows")
    _statistics(judge)


def _gold(gold: Any) -> None:
    lint = _plain(gold, "lint", "find faults in a gold set", "gold:lint")
    lint.add_argument("gold", metavar="FILE")
    _format(lint)
    lint.add_argument("--corpus", metavar="FILE", help="Parquet, CSV or JSONL of everything that can be retrieved")
    lint.add_argument("--corpus-id", default="sentence_id", metavar="COLUMN", help="its column of ids (sentence_id)")
    choices = ("error", "report")
    lint.add_argument("--missing-evidence", choices=choices, default="error", help="evidence that it lacks (error)")
    lint.add_argument("--against", action="append", default=[], metavar="FILE", help="prompts or training data that hold it")
    lint.add_argument("--sibling", metavar="FILE", help="another version of it, to be held against")
    lint.add_argument("--strict", action="store_true", help="warnings are faults too")
    hash_ = _plain(gold, "hash", "the content hash of a gold set, whatever its order", "gold:hash_")
    hash_.add_argument("gold", metavar="FILE")
    _format(hash_)
    convert = _plain(gold, "convert", "write a gold set of any format in the native one", "gold:convert")
    convert.add_argument("gold", metavar="FILE")
    convert.add_argument("to", metavar="OUT", help="a .jsonl or .parquet file")
    _format(convert)
    power = _plain(gold, "power", "how many cases a margin needs, and the smallest fall this set can see", "power:power")
    power.add_argument("gold", metavar="FILE")
    _format(power)
    power.add_argument("--metric", metavar="NAME", help="which metric (every one that --baseline has)")
    power.add_argument("--margin", type=float, metavar="X", help="the fall that may not be missed, in the metric's unit (0.03)")
    power.add_argument("--power", type=float, default=0.8, metavar="P", help="how often it must be seen (0.8)")
    power.add_argument("--baseline", metavar="RUN|FILE", help="an earlier run, for how much the cases vary")
    power.add_argument("--repeats", type=int, default=1, metavar="N", help="how often each case is asked (1)")
    power.add_argument("--sd", type=float, metavar="X", help="standard deviation of the paired differences, where it is known")
    power.add_argument("--slice", metavar="TAG=VALUE", action="append", default=[], help="only the cases with this tag")
    _statistics(power)


def _terms(command: argparse.ArgumentParser) -> None:
    """What an evaluation is judged by."""
    terms = command.add_argument_group("what is measured and judged")
    terms.add_argument("--metric", action="append", metavar="NAME", help="only this metric; may be repeated")
    terms.add_argument("--metrics-from", action="append", metavar="FILE.py", help="a file with metrics of your own (@metric)")
    gate_help = 'a gate: "answer.token_f1 min=0.7 max_drop=0.02 difficulty=hard"; may be repeated'
    terms.add_argument("--gate", action="append", default=[], metavar="GATE", help=gate_help)
    terms.add_argument("--with-config", metavar="FILE", help="take gates, request mapping and judges from this configuration")
    terms.add_argument("--baseline", metavar="RUN|FILE", help="the run or cases.parquet that it must not fall behind")
    terms.add_argument("--judge", metavar="FILE", help="rubrics for a model as judge (YAML)")
    terms.add_argument("--labels", metavar="FILE", help="people's scores of these answers, which the judge is held to (JSONL)")
    terms.add_argument("--seed", type=int, default=0, metavar="N", help="seed of all that is drawn (0)")
    _statistics(terms)
    if command.get_default("target") == "scoring:score":
        terms.add_argument("--env", help="the configuration's environment")
        terms.add_argument("--service", help="the configuration's service")


def _statistics(command: Any) -> None:
    command.add_argument("--confidence", type=float, default=0.95, metavar="P", help="level of the intervals (0.95)")
    choices = ("holm", "bh", "none")
    command.add_argument("--correction", choices=choices, default="holm", help="for several comparisons at once (holm)")


def _outputs(command: argparse.ArgumentParser) -> None:
    out = command.add_argument_group("what is written")
    out.add_argument("--out", metavar="DIR", help="evaluation.json, cases.parquet and the journal")
    if command.get_default("target") != "merge:merge":
        out.add_argument("--cache", metavar="DIR", help="keep answers (by --digest) and costly scores there for later runs")
    out.add_argument("--junit", metavar="FILE", help="JUnit XML: failure is quality, error is infrastructure")
    out.add_argument("--summary", metavar="FILE", help="a summary in Markdown")
    out.add_argument(
        "--report",
        action=argparse.BooleanOptionalAction,
        help=f"the report in --out; without either of them it is written up to {MOST_CASES:,} cases",
    )
    out.add_argument("--name", metavar="NAME", help="what the report calls it (the gold set's file name)")
    _page_limit(out)


def _page_limit(command: Any) -> None:
    text = "above it the texts of cases that pass unchanged go to files beside the page (40, or the configuration's)"
    command.add_argument("--page-limit", type=_megabytes, metavar="MB", help=text)


def _megabytes(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is no whole number of megabytes, 1 at least"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def _format(command: Any) -> None:
    command.add_argument("--format", metavar="NAME", help="the gold set's format, where it is not told from the file")


def _plain(commands: Any, name: str, text: str, target: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.set_defaults(target=target)
    command.add_argument("--json", action="store_true", help=JSON_HELP)
    return command
