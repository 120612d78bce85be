"""What an answer says: a yes or no, a list of items, that it declines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .text import BRACKETS, normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

YES_FIRST = re.compile(r"(?i)^\W*(yes|true|correct)\b")
NO_FIRST = re.compile(r"(?i)^\W*(no|false|incorrect)\b")
YES = re.compile(r"(?i)\b(yes|true)\b")
NO = re.compile(r"(?i)\b(no|false)\b")
BLANKS = re.compile(r"[^\S\n]+")
"""Made single before lists are cut, so that a megabyte of blanks takes no longer than one of words."""

HARD_BREAKS = re.compile(r" ?[\n;•]\s*(?:[-*] |\d{1,2}[.)] )?")
SOFT_BREAKS = re.compile(r", (?:and |or )?| and | or ")
LEAD_IN = re.compile(r"^[^:\n]{0,200}:\s*")
BULLET = re.compile(r"^(?:[-*•] |\d{1,2}[.)] )")
REFUSAL_WITHIN = 240
APOSTROPHE = str.maketrans("\u2019", "'")
REFUSALS = re.compile(
    r"""(?ix)
      \b(?: can't | can\ ?not | could\ not | couldn't | unable\ to | not\ able\ to )\ (?:\w+\ ){0,2}?
        (?: answer | find | determine | provide | say | tell | locate | identify | confirm | be\ (?:answered|determined) )\b
    | \b(?: do | does | did )(?:\ not|n't)\ (?:\w+\ ){0,2}?
        (?: contain | include | have | know | state | disclose | report | mention | provide | cover | say | answer | hold )\b
    | \b(?: is | are | was | were )(?:\ not|n't)\ (?:\w+\ ){0,2}?
        (?: available | disclosed | reported | stated | provided | found | given | mentioned | answerable | included
          | covered | known | contained | in\ the\ (?:filings?|documents?|corpus|context|sources?|data|passages?) )\b
    | \bno\ (?:\w+\ ){0,2}?
        (?: information | data | answer | evidence | figures? | passages? | filings? | facts? | mention | record )\b
    | \bnot\ (?:enough|sufficient)\ (?:information|data|evidence|context)\b
    | \binsufficient\ (?:information|data|evidence|context)\b
    | \bnone\ of\ the\ (?:\w+\ ){0,2}?(?:passages|documents|filings|sources|sentences)\b
    | \bunanswerable\b | \bunknown\b | ^\W*n/?a\W*$ | ^\W*no\ answer\W*$
    """
)


def said(answer: str | None) -> bool | None:
    """The yes or no that an answer says: its first word, else the only one of the two that it holds; null if unclear."""
    text = BRACKETS.sub("", answer or "")
    for yes, no in ((YES_FIRST, NO_FIRST), (YES, NO)):
        both = yes.search(text) is not None, no.search(text) is not None
        if both in {(True, False), (False, True)}:
            return both[0]
    return None


def listed(answer: str | None) -> list[str]:
    """The items that an answer lists, normalised: a JSON list, lines and semicolons, or else commas and "and"."""
    text = (answer or "").strip()
    data = _json_list(text)
    parts = _parts(BRACKETS.sub("", text).strip()) if data is None else [str(part) for part in data]
    return [normal for normal in map(normalise, parts) if normal]


def _json_list(text: str) -> list[object] | None:
    if not text.startswith("["):
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, list) else None


def _parts(text: str) -> list[str]:
    text = LEAD_IN.sub("", BLANKS.sub(" ", text), count=1)
    parts = [BULLET.sub("", part) for part in HARD_BREAKS.split(text)]
    return parts if sum(map(bool, map(str.strip, parts))) > 1 else SOFT_BREAKS.split(text)


def items_f1(answer: str | None, items: Sequence[str]) -> float:
    """F1 of the listed parts against the expected items: a part holds an item if it stands there word by word.

    Each part counts for one item, and the longest items look for their part first.
    """
    parts = listed(answer)
    left, found = [f" {part} " for part in parts], 0
    wanted = {normalise(item) for item in items}
    for item in sorted(wanted, key=lambda item: (-len(item), item)):
        holder = next((part for part in left if f" {item} " in part), None)
        if holder is not None:
            left.remove(holder)
            found += 1
    return 2 * found / (len(parts) + len(wanted)) if found else 0.0


def refuses(answer: str | None) -> bool:
    """Whether an answer declines: it is empty, or its first 240 characters hold one of the phrases of `REFUSALS`."""
    if answer is None or not answer.strip():
        return True
    return REFUSALS.search(BRACKETS.sub("", answer).translate(APOSTROPHE)[:REFUSAL_WITHIN]) is not None
