"""A model asked to judge answers: scores by the words that an answer shares with what was expected."""

from __future__ import annotations

import json
import re
from collections import Counter

_FENCED = re.compile(r"<(?P<name>[a-z-]+)-(?P<nonce>[0-9a-f]{8})>\n(?P<text>.*?)\n</(?P=name)-(?P=nonce)>", re.DOTALL)
_SCALE = re.compile(r"Score from (?P<low>-?[\d.]+) \(worst\) to (?P<high>-?[\d.]+) \(best\)")
_WORD = re.compile(r"\w+")
_NOTHING = "(nothing)"
_REFERENCES = ("expected", "contexts", "input")


def judgement(system: str, user: str) -> str | None:
    """The JSON that a judge would reply, the same every time; None where the prompt asks for no judgement.

    An answer is held against the first of what was expected, the contexts and the input that the prompt shows. A rating is
    the F1 of their words, put on the scale and rounded to a whole number; of two answers that with the larger F1 is preferred.
    """
    parts = {found["name"]: found["text"] for found in _FENCED.finditer(user)}
    reference = next((parts[name] for name in _REFERENCES if parts.get(name, _NOTHING) != _NOTHING), "")
    if "answer-a" in parts and "answer-b" in parts:
        first, second = _overlap(parts["answer-a"], reference), _overlap(parts["answer-b"], reference)
        choice = "tie" if first == second else "A" if first > second else "B"
        return json.dumps({"reason": f"They share {first:.0%} and {second:.0%} with the reference.", "preference": choice})
    scale = _SCALE.search(system)
    if "answer" not in parts or scale is None:
        return None
    low, high = float(scale["low"]), float(scale["high"])
    shared = _overlap(parts["answer"], reference)
    return json.dumps({"reason": f"It shares {shared:.0%} with the reference.", "score": round(low + shared * (high - low))})


def _overlap(answer: str, reference: str) -> float:
    """F1 over the words of both, in lower case; 0 where one is empty."""
    given, wanted = (Counter(_WORD.findall(text.lower())) for text in (answer, reference))
    common = sum((given & wanted).values())
    return 2 * common / (given.total() + wanted.total()) if common else 0.0
