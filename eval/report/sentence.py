"""The verdict in plain words, the same in the report, the terminal and the pull request."""

from __future__ import annotations

from typing import Any, NamedTuple


class Headline(NamedTuple):
    """`title` is the verdict's word ("Blocked"), `sentence` why (no full stop), `against` what it was compared with and how sure."""

    title: str
    sentence: str
    against: str


def headline(evaluation: dict[str, Any]) -> Headline:
    """The plain words of an evaluation.json: "recall@10 on hard questions fell by 6.1 points; 3.0 are allowed"."""
    raise NotImplementedError


def evidence(evaluation: dict[str, Any]) -> str:
    """The figures behind the sentence: from what to what, the interval, the cases, and how many other gates fail."""
    raise NotImplementedError
