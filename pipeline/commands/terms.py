"""What `evaluate` and `score` are told on the command line, as the evaluator takes it."""

from __future__ import annotations

import importlib.util
import re
import traceback
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse

    from goldgate.eval.ask.mapping import RequestMapping
    from goldgate.eval.results import Baseline
    from goldgate.eval.score.cache import ScoreCache
    from goldgate.eval.verdict.gate import Gate

    from ..aws import Aws
    from ..config.load import Config
    from ..config.schema import Service
    from ..judges import Judge
    from ..progress import Progress

RULES = ("min", "max", "max_drop", "max_rise")
WORD = re.compile(r"(?P<name>[^=\s]+)=(?P<value>.+)")


class Told:
    """The arguments of one call, read when they are asked for."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        for file in args.metrics_from or ():
            load_metrics(Path(file))

    @cached_property
    def config(self) -> Config | None:
        """The configuration that `--with-config` names."""
        if not self.args.with_config:
            return None
        from ..config.load import load_config

        return load_config(Path(self.args.with_config), self.args.env, check_files=False)

    @cached_property
    def service(self) -> Service | None:
        """The service of that configuration."""
        return None if self.config is None else self.config.service(self.args.service)

    @cached_property
    def aws(self) -> Aws:
        """The account of that configuration, else the one that the environment names."""
        from ..aws import Aws

        return Aws.ambient() if self.config is None else Aws.of(self.config.aws, self.config.root)

    @property
    def gates(self) -> list[Gate]:
        """The gates of the configuration, then those of `--gate`."""
        told = [parse_gate(text) for text in self.args.gate]
        if self.service is None:
            return told
        from ..stages.evaluate import gates_of

        return [*gates_of(self.service), *told]

    @property
    def mapping(self) -> RequestMapping | None:
        """The request mapping of the configuration."""
        if self.service is None:
            return None
        from ..stages.evaluate import request_mapping

        return request_mapping(self.service)

    @property
    def baseline(self) -> Baseline | None:
        """The earlier run, or its table, that `--baseline` names."""
        if not self.args.baseline:
            return None
        from goldgate.eval.results import Baseline
        from goldgate.eval.verdict.tables import table_file

        path = table_file(Path(self.args.baseline))
        return Baseline(path=path, label=str(self.args.baseline))

    def judge(self, progress: Progress) -> Judge | None:
        """The model that judges, as `--judge` and `--labels` describe it."""
        if not self.args.judge:
            return None
        from ..judges import judge_for

        models = {} if self.config is None else dict(self.config.serving_models)
        cache = Path(self.args.out) / "judge" if self.args.out else None
        labels = Path(self.args.labels) if self.args.labels else None
        return judge_for(
            Path(self.args.judge), labels, progress, client=lambda: self.aws.client("bedrock-runtime"), models=models,
            cache_dir=cache, confidence=self.args.confidence,
        )  # fmt: skip

    @property
    def score_cache(self) -> ScoreCache | None:
        """Where scores that ask for it are kept."""
        if not self.args.cache:
            return None
        from goldgate.eval.score.cache import ScoreCache

        return ScoreCache(Path(self.args.cache) / "scores")

    def statistics(self) -> dict[str, Any]:
        """Seed, confidence and correction, as keyword arguments."""
        return {"seed": self.args.seed, "confidence": self.args.confidence, "correction": self.args.correction}


def parse_gate(text: str) -> Gate:
    """A gate of the command line: `METRIC RULE=NUMBER ... TAG=VALUE ...`.

    Raises:
        UsageError: a part is none of these, or no rule is set.
    """
    from goldgate.eval.verdict.gate import Gate

    metric, *words = text.split()
    rules: dict[str, float] = {}
    tags: dict[str, str] = {}
    for word in words:
        found = WORD.fullmatch(word)
        if found is None:
            msg = f'"{word}" is no part of a gate.'
            raise UsageError(msg, where=f'--gate "{text}"', next_step="Write METRIC RULE=NUMBER, then TAG=VALUE for a slice.")
        if found["name"] in RULES:
            rules[found["name"]] = _number(found["value"], text)
        elif near := get_close_matches(found["name"], RULES, n=1):
            msg = f'there is no rule "{found["name"]}"; did you mean "{near[0]}"?'
            raise UsageError(msg, where=f'--gate "{text}"')
        else:
            tags[found["name"]] = found["value"]
    return Gate(metric=metric, **rules, slice=tags or None)


def _number(text: str, gate: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        msg = f'"{text}" is no number.'
        raise UsageError(msg, where=f'--gate "{gate}"', next_step="Fractions are written as 0.02, not 2 %.") from error


def load_metrics(path: Path) -> None:
    """Run a file with metrics of a user's own; what it decorates with `@metric` is known afterwards.

    Raises:
        UsageError: the file is absent, is no Python, or fails.
    """
    if not path.is_file():
        msg = "there is no such file."
        raise UsageError(msg, where=str(path), next_step="--metrics-from names a Python file.")
    spec = importlib.util.spec_from_file_location(f"goldgate_metrics_{path.stem}", path)
    if spec is None or spec.loader is None:
        msg = "is no Python file."
        raise UsageError(msg, where=str(path))
    try:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except UsageError:
        raise
    except Exception as error:
        line = next(
            (part.lineno for part in reversed(traceback.extract_tb(error.__traceback__)) if part.filename == str(path)), 0
        )
        line = error.lineno or 0 if isinstance(error, SyntaxError) else line
        msg = f"the metrics could not be loaded: {type(error).__name__}: {error}."
        raise UsageError(msg, where=f"{path}:{line}" if line else str(path)) from error


def _line(error: Exception, path: str) -> int | None:
    """The line of a file on which it failed."""
    if isinstance(error, SyntaxError):
        return error.lineno
    steps = traceback.extract_tb(error.__traceback__)
    return next((step.lineno for step in reversed(steps) if step.filename == path), None)
