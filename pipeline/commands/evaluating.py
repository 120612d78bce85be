"""`goldgate evaluate`: the stage of a run or, with --gold, any service on its own."""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .outcome import shown

if TYPE_CHECKING:
    import argparse

    from goldgate.eval.ask.mapping import RequestMapping
    from goldgate.eval.ask.options import AskOptions
    from goldgate.eval.ask.subject import Subject
    from goldgate.eval.results import Progress as Asked

    from ..progress import Progress
    from .terms import Told

ENVIRONMENT = "env:"


def evaluate(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Ask a service its gold set, and judge the answers.

    Raises:
        UsageError: arguments of the one way are mixed with the other's.
    """
    if args.gold:
        return standalone(args, progress)
    given = next((name for name in ("url", "callable", "function") if getattr(args, name)), None)
    if given is not None:
        msg = f"--{'lambda' if given == 'function' else given} says whom to ask, but not what."
        raise UsageError(msg, next_step="Name the gold set by --gold.")
    from . import stages

    return stages.evaluate(args, progress)


def standalone(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Ask a service that no project describes."""
    from goldgate.eval.evaluation import evaluate as run
    from goldgate.eval.gold.load import load_gold

    from .terms import Told

    told = Told(args)
    mapping = _mapping(told)
    subject = _subject(told, mapping)
    gold = load_gold(Path(args.gold), args.format)
    progress.begin("evaluate")
    evaluation = run(
        gold=gold, subject=subject, gates=told.gates, baseline=told.baseline, live=_live(args, mapping),
        out_dir=Path(args.out) if args.out else None, options=_options(args, told), metrics=args.metric or None,
        sequential=args.sequential, judge=told.judge(progress), resume=args.resume,
        cache=_cache(args, subject), score_cache=told.score_cache,
        shard=_shard(args), engine=_engine(args), on_progress=partial(_count, progress),
        subject_info={"kind": _kind(args)}, **told.statistics(),
    )  # fmt: skip
    timing = evaluation.timing
    progress.end("evaluate", f"{len(gold):,} cases, {evaluation.subject['address']}", timing["seconds"])
    return shown(evaluation, args, progress)


def _kind(args: argparse.Namespace) -> str:
    return "http" if args.url else "callable" if args.callable else "lambda"


def _count(progress: Progress, asked: Asked) -> None:
    rate = asked.done / asked.seconds if asked.seconds else 0
    errors = f"  {asked.errors} errors" if asked.errors else ""
    progress.count(asked.done, asked.total, f"{rate:,.0f}/s  ${asked.cost_usd:,.2f}{errors}")


def _mapping(told: Told) -> RequestMapping:
    """The request mapping of the configuration or of `--request`, with the time-out and headers of the call."""
    from goldgate.eval.ask.mapping import RequestMapping

    args = told.args
    mapping = read_mapping(args.request) if args.request else told.mapping or RequestMapping()
    if args.timeout:
        mapping = replace(mapping, timeout_seconds=args.timeout)
    return replace(mapping, headers={**mapping.headers, **dict(map(_header, args.header or ()))})


def read_mapping(text: str) -> RequestMapping:
    """A request mapping from JSON, or from a file that holds it.

    Raises:
        UsageError: it is neither, or a key is unknown.
    """
    import difflib

    from goldgate.eval.ask.mapping import RequestMapping
    from goldgate.eval.jsontext import loads

    inline = text.lstrip().startswith("{")
    where = "--request" if inline else text
    try:
        data = loads(text if inline else Path(text).read_bytes())
    except (OSError, ValueError) as error:
        msg = f"the request mapping cannot be read: {error}."
        raise UsageError(msg, where=where, next_step='Give JSON, or a file: {"path": "/"}.') from error
    known = [part.name for part in fields(RequestMapping)]
    for key in data if isinstance(data, dict) else ():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            msg = f'unknown key "{key}"' + (f'; did you mean "{near[0]}"?' if near else ".")
            raise UsageError(msg, where=where, next_step=f"Known are {', '.join(known)}.")
    return RequestMapping(**data)


def _header(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found or not name.strip():
        msg = f'"{text}" is no header.'
        raise UsageError(msg, where="--header", next_step="Write NAME=VALUE, or NAME=env:VARIABLE for a secret.")
    if not value.startswith(ENVIRONMENT):
        return name.strip(), value
    variable = value.removeprefix(ENVIRONMENT)
    secret = os.environ.get(variable)
    if secret is None:
        msg = f"the environment has no {variable}."
        raise UsageError(msg, where=f"--header {name}", next_step="Set it, or give the value itself.")
    return name.strip(), secret


def _subject(told: Told, mapping: RequestMapping) -> Subject:
    args = told.args
    if args.url:
        from goldgate.eval.ask.http_subject import HttpSubject

        return HttpSubject(args.url, mapping, digest=args.digest)
    if args.callable:
        from goldgate.eval.ask.callable_subject import CallableSubject

        return CallableSubject(load_callable(args.callable), name=args.callable, digest=args.digest, inline=args.inline)
    if args.function:
        from ..lambda_subject import LambdaSubject, client_settings

        settings = client_settings(_options(args, told).concurrency, mapping.timeout_seconds)
        return LambdaSubject(told.aws.client("lambda", **settings), args.function, mapping, digest=args.digest)
    msg = "nothing says whom to ask."
    raise UsageError(msg, next_step="Give --url, --callable or --lambda; recorded responses are for `goldgate score`.")


def _live(args: argparse.Namespace, mapping: RequestMapping) -> Subject | None:
    if not args.baseline_url:
        return None
    if args.baseline:
        msg = "--baseline and --baseline-url both say what is live."
        raise UsageError(msg, next_step="Give one of them.")
    from goldgate.eval.ask.http_subject import HttpSubject

    return HttpSubject(args.baseline_url, mapping)


def load_callable(text: str) -> Any:
    """The function that `module:function` names; modules of the current folder are found.

    Raises:
        UsageError: there is no such module or function.
    """
    module, colon, name = text.partition(":")
    if not colon:
        msg = f'"{text}" names no function.'
        raise UsageError(msg, where="--callable", next_step="Write module:function.")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        msg = f"there is no {text}: {error}."
        raise UsageError(
            msg, where="--callable", next_step="Modules are sought in this folder and where Python looks."
        ) from error
    return found


def _options(args: argparse.Namespace, told: Told) -> AskOptions:
    from goldgate.eval.ask.options import AskOptions

    configured = None if told.service is None else told.service.evaluation
    concurrency = args.concurrency or (configured.concurrency if configured else 8)
    budget = args.budget_usd or (configured.budget_usd if configured else None)
    return AskOptions(
        concurrency=concurrency, adaptive=not args.fixed, requests_per_second=args.rps, tokens_per_minute=args.tpm,
        budget_usd=budget, time_budget_seconds=args.time_budget, repeats=args.repeats, seed=args.seed,
    )  # fmt: skip


def _cache(args: argparse.Namespace, subject: Subject) -> Any:
    if not args.cache or subject.digest is None:
        return None
    from goldgate.eval.ask.cache import ResponseCache

    return ResponseCache(Path(args.cache) / "answers")


def _shard(args: argparse.Namespace) -> Any:
    if not args.shard:
        return None
    from goldgate.eval.shards import Shard

    if not args.out:
        msg = "a shard must be written somewhere to be merged."
        raise UsageError(msg, next_step="Name a folder by --out.")
    if args.sequential:
        msg = "--sequential looks at the verdict while it asks, and a shard has none."
        raise UsageError(msg, next_step="Leave out one of --shard and --sequential.")
    return Shard.parse(args.shard)


def _engine(args: argparse.Namespace) -> Any:
    if args.engine == "local":
        if args.address:
            msg = "--address is that of a Ray cluster."
            raise UsageError(msg, next_step="Add --engine ray.")
        return None
    if given := [name for name in ("resume", "cache", "sequential") if getattr(args, name)]:
        msg = f"--{given[0]} is for cases that are asked from this process."
        raise UsageError(msg, next_step="Leave it out, or leave out --engine ray.")
    from goldgate.eval.ray_engine import run_parts

    return lambda gold, work, options, on_progress: run_parts(
        gold, work, options, address=args.address, on_progress=on_progress
    )
