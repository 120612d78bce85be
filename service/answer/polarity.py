"""Yes or no, read off a sentence."""

from __future__ import annotations

import re

from .intent import DOWN, UP

NEGATION = re.compile(r"\b(?:not|no|none|never|neither|nor|without|nobody|nothing|nil|cannot)\b|n['’]t\b", re.IGNORECASE)  # noqa: RUF001
CLAUSE_END = re.compile(r"\b(?:because|although|though|but|since|unless|if|whereas|while|which)\b|;", re.IGNORECASE)
OPPOSITES = (
    (UP, DOWN),
    (
        re.compile(r"\bown(?:s|ed)?\b", re.IGNORECASE),
        re.compile(r"\b(?:leas(?:e|es|ed|ing)|rent(?:s|ed|ing)?)\b", re.IGNORECASE),
    ),
    (re.compile(r"\beffective\b", re.IGNORECASE), re.compile(r"\bineffective\b|\bmaterial weakness", re.IGNORECASE)),
    (re.compile(r"\bprofit\w*\b", re.IGNORECASE), re.compile(r"\bloss(?:es)?\b", re.IGNORECASE)),
)


def agrees(question: str, sentence: str) -> bool:
    """Whether `sentence` answers `question` with yes: the same polarity, and no opposite of what was asked.

    Negation counts in the main clause only; of two opposites the one named first counts.
    """
    main = CLAUSE_END.split(sentence, maxsplit=1)[0] or sentence
    opposed = sum(_opposed(question, sentence, *pair) for pair in OPPOSITES)
    negated = bool(NEGATION.search(main)) is not bool(NEGATION.search(question))
    return (opposed + negated) % 2 == 0


def _opposed(question: str, sentence: str, one: re.Pattern[str], other: re.Pattern[str]) -> bool:
    asked, said = _first(question, one, other), _first(sentence, one, other)
    return asked != 0 and said != 0 and asked != said


def _first(text: str, one: re.Pattern[str], other: re.Pattern[str]) -> int:
    """1 or -1 by which of the two stands first, 0 where neither does."""
    here, there = one.search(text), other.search(text)
    if here and (not there or here.start() <= there.start()):
        return 1
    return -1 if there else 0
