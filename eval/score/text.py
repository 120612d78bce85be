"""Texts made comparable: SQuAD's normalisation, ROUGE's tokens, refusals."""

from __future__ import annotations

import re
import string
from collections import Counter

PUNCTUATION = str.maketrans("", "", string.punctuation)
ARTICLES = re.compile(r"\b(a|an|the)\b")
NOT_ROUGE = re.compile(r"[^a-z0-9]+")
BRACKETS = re.compile(r"\[[^\[\]]*\]")
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


def normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: `normalize_answer` of SQuAD's evaluation script."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def token_f1(answer: str, expected: str) -> float:
    """F1 over the shared tokens of two normalised texts; where one is empty, 1 if both are (SQuAD 2.0)."""
    given, wanted = answer.split(), expected.split()
    if not given or not wanted:
        return float(given == wanted)
    common = sum((Counter(given) & Counter(wanted)).values())
    return 0.0 if not common else 2 * common / (len(given) + len(wanted))


def rouge_tokens(text: str) -> list[str]:
    """Tokens as the rouge-score package cuts them without stemming: runs of a-z and 0-9 in lower case."""
    return NOT_ROUGE.sub(" ", text.lower()).split()


def common_subsequence(a: list[str], b: list[str]) -> int:
    """Length of the longest common subsequence, bit-parallel (Hyyrö 2004): one pass over `b` with integers of len(a) bits."""
    masks: dict[str, int] = {}
    for place, token in enumerate(a):
        masks[token] = masks.get(token, 0) | 1 << place
    everything = (1 << len(a)) - 1
    row = everything
    for token in b:
        matched = row & masks.get(token, 0)
        row = ((row + matched) | (row - matched)) & everything
    return len(a) - row.bit_count()


def rouge_l(answer: list[str], expected: list[str]) -> float:
    """ROUGE-L's F-measure of two token lists (Lin 2004, beta 1)."""
    length = common_subsequence(expected, answer)
    return 0.0 if not length else 2 * length / (len(answer) + len(expected))


def refuses(answer: str | None) -> bool:
    """Whether an answer declines: it is empty, or its first 240 characters hold one of the phrases of `REFUSALS`."""
    if answer is None or not answer.strip():
        return True
    return REFUSALS.search(BRACKETS.sub("", answer).translate(APOSTROPHE)[:REFUSAL_WITHIN]) is not None
