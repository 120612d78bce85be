"""Configuration files for tests: one complete file to change, and what the loader says about the changed one."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from goldgate.pipeline.config.load import Config, load_config
from goldgate.pipeline.errors import GoldgateError, Problems, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COMPLETE = textwrap.dedent(
    """\
    version: 1
    project: finrag
    retrieval: {top_k: 10}
    services:
      finrag:
        port: 8080
        request:
          path: /query
          body: {question: "{{ input }}"}
          answer: answer
        gold_sets: [gold.jsonl]
        gates:
          - {metric: retrieval.recall@10, min: 0.80}
        deploy:
          cluster: finrag
          cpu: 256
          memory: 512
    """
)
"""Seventeen lines that load without a fault."""


def write(folder: Path, text: str) -> Path:
    """`text` as ml_config.yaml in `folder`, with the Dockerfile and the gold set beside it that it names."""
    (folder / "Dockerfile").write_text("FROM scratch\n")
    (folder / "gold.jsonl").write_text("{}\n")
    path = folder / "ml_config.yaml"
    path.write_text(text)
    return path


def changed(old: str, new: str) -> str:
    """The complete file with one piece replaced; the piece must be there once."""
    assert COMPLETE.count(old) == 1
    return COMPLETE.replace(old, new)


def load(folder: Path, text: str, environment: str | None = None, overrides: Sequence[str] = ()) -> Config:
    """The loaded file."""
    return load_config(write(folder, text), environment, overrides)


def messages(folder: Path, text: str, environment: str | None = None, overrides: Sequence[str] = ()) -> list[str]:
    """What the loader says is wrong, one text a fault, with the file's bare name in it; none where it loads."""
    found: Sequence[GoldgateError] = ()
    try:
        load(folder, text, environment, overrides)
    except Problems as problems:
        found = problems.problems
    except UsageError as problem:
        found = [problem]
    return [str(problem).replace(f"{folder}/", "") for problem in found]
