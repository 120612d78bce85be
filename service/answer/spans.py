"""The part of a sentence that answers: its enumeration, or the stretch that the question does not say itself."""

from __future__ import annotations

import re

from ..embedding.features import STOP, stem
from ..retrieval.thesaurus import relatives

WORD = re.compile(r"[A-Za-z0-9$%][\w$%&.,'’-]*[\w%]|[A-Za-z0-9]")  # noqa: RUF001
LISTING = re.compile(
    r"\b(?:list|name|enumerate|whom|who are|whose)\b"
    r"|\b(?:which|what)\s+(?:[\w'-]+\s+){0,3}?(?!was\b|is\b|has\b|does\b|business\b|this\b|its\b|us\b|plus\b)[\w-]{3,}s\b",
    re.IGNORECASE,
)
CUE = re.compile(
    r".*(?::|\b(?:compris\w+|consist\w* of|includ\w+|such as|namely|are|is|were|was|be|from|with|over|to|by|as"
    r"|against|between|of|on|for|among|cover\w*|serv\w+|sell\w*|sold|nam\w+|call\w*|offer\w*))\s+",
    re.IGNORECASE,
)
JOINT = re.compile(r"\s*,?\s+(?:and|or|as well as)\s+|\s*,\s+")
AND = re.compile(r"\s+(?:and|or|as well as)\s+")
LONGEST_SENTENCE = 40
LONGEST_SHARE = 0.85


def wants_list(question: str) -> bool:
    """Whether `question` asks for several things."""
    return bool(LISTING.search(question))


def enumeration(sentence: str) -> list[str]:
    """The items of "a, b and c" in `sentence`, without what leads up to them; empty where there are fewer than two."""
    text = sentence.strip().rstrip(".")
    head, comma, tail = text.partition(", ")
    if comma:
        items = [_after_cue(head), *JOINT.split(tail)]
    else:
        lead = CUE.match(text)
        start = _last_cue_before_and(text) if lead else 0
        items = AND.split(text[start:], maxsplit=1)
    items = [item.strip() for item in items if item.strip()]
    return items if len(items) > 1 else []


def stretch(question: str, sentence: str) -> str:
    """The longest stretch of a short `sentence` none of whose words are the question's; else the whole sentence."""
    words = list(WORD.finditer(sentence))
    if not words or len(words) > LONGEST_SENTENCE:
        return sentence
    asked = {stem(word.lower()) for word in re.findall(r"[A-Za-z]+|\d[\d,.]*", question)}
    asked |= {other for term in asked for other in relatives(term)}
    runs = _runs([_kind(found.group(0), asked) for found in words])
    if not runs:
        return sentence
    start, stop = max(runs, key=lambda run: (run[2], -run[0]))[:2]
    if stop - start > LONGEST_SHARE * len(words):
        return sentence
    return sentence[words[start].start() : words[stop - 1].end()]


def _kind(word: str, asked: set[str]) -> str:
    """ "new", "asked" or "stop"."""
    lowered = word.lower().strip(".,'")
    if lowered in STOP or lowered in ("we", "us", "our"):
        return "stop"
    parts = [stem(part) for part in re.findall(r"[a-z]+|\d[\d,.]*", lowered)]
    return "asked" if parts and all(part in asked for part in parts) else "new"


def _runs(kinds: list[str]) -> list[tuple[int, int, int]]:
    """(start, stop, new words) of every stretch between asked words, without stop words at its ends."""
    runs = []
    start = 0
    for at in range(len(kinds) + 1):
        if at < len(kinds) and kinds[at] != "asked":
            continue
        left, right = start, at
        while left < right and kinds[left] == "stop":
            left += 1
        while right > left and kinds[right - 1] == "stop":
            right -= 1
        if right > left:
            runs.append((left, right, kinds[left:right].count("new")))
        start = at + 1
    return runs


def _after_cue(head: str) -> str:
    found = CUE.match(head)
    return head[found.end() :] if found and found.end() < len(head) else head


def _last_cue_before_and(text: str) -> int:
    """Where the items begin: behind the last cue that still has an "and" after it."""
    best = 0
    for joint in AND.finditer(text):
        found = CUE.match(text[: joint.start()])
        if found and found.end() < joint.start():
            best = found.end()
    return best
