"""What GitHub Actions reads from a step: annotations, the step summary, outputs. The only file that speaks to GitHub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import GoldgateError, Problems

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ANNOTATIONS = 10
SUMMARY_BYTES = 1_000_000


def in_actions(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether this process is a step of a workflow."""
    return (os.environ if environment is None else environment).get("GITHUB_ACTIONS") == "true"


def annotations_of(error: GoldgateError) -> list[str]:
    """The `::error ...::` lines of a failure, at most ten: Actions shows no more of a step."""
    problems = error.problems if isinstance(error, Problems) else [error]
    return [_annotation(problem) for problem in problems[:MOST_ANNOTATIONS]]


def write_summary(markdown: str, environment: Mapping[str, str] | None = None) -> None:
    """Append to the step summary, cut below the size over which Actions drops it whole."""
    target = (os.environ if environment is None else environment).get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    data = markdown.encode()
    if len(data) > SUMMARY_BYTES:
        data = data[:SUMMARY_BYTES].decode("utf-8", "ignore").encode() + b"\n\n(cut: the whole is in the report)\n"
    with Path(target).open("ab") as file:
        file.write(data + b"\n")


def write_output(name: str, value: str, environment: Mapping[str, str] | None = None) -> None:
    """Set an output of the step; the value stands on one line."""
    target = (os.environ if environment is None else environment).get("GITHUB_OUTPUT")
    if target:
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(f"{name}={' '.join(value.split())}\n")


def _annotation(error: GoldgateError) -> str:
    file, _, line = (error.where or "").rpartition(":")
    in_file = bool(file) and line.isdigit() and "://" not in file
    place = f"file={_property(file)},line={line}," if in_file else ""
    text = f"{error.what} {error.next_step or ''}".strip() if in_file else str(error)
    return f"::error {place}title=goldgate::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
