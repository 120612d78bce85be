"""Reading what a judge says: tolerant of its form, never guessing at its meaning."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

Choice = Literal["A", "B", "tie"]

NUMBER = r"[-+]?\d+(?:\.\d+)?(?![\d.,]*\d)(?!\s*(?:%|(?:[-\u2013\u2014]|to|or|and)\s*\d))"
OF = rf"\s*(?:/|out\s+of|of)\s*(?P<of>{NUMBER})"
MARKS = r"[\s*_\"'`:=]*"
LABELLED = re.compile(rf"(?i)\b(?:score|rating|grade|mark)\b{MARKS}(?:is|was|of)?{MARKS}(?P<score>{NUMBER})(?:{OF})?")
FRACTION = re.compile(rf"(?i)(?P<score>{NUMBER}){OF}")
ALONE = re.compile(rf"\W*(?P<score>{NUMBER})\W*")
SCORE_TEXT = re.compile(rf"(?i)\s*(?P<score>{NUMBER})(?:{OF})?\s*")
TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
OTHER = r"(?!\s*(?:/|or\b|and\b)\s*[AB]\b)(?!\s+(?:tie|draw)\b)"
CHOICE = rf"(?:(?i:answer|response|assistant)\s+)?[\[(\"'`*]*(?P<choice>[AB]\b{OTHER}|(?i:tie|draw)\b)"
CHOSEN = re.compile(
    rf"\b(?i:preference|preferred|winner|choice|verdict)\b[\s*\"'`]*(?i:is|:|=)?[\s*\"'`:\[(]*(?i:an?\s+(?=tie|draw))?{CHOICE}"
)
BRACKETED = re.compile(r"\[\[(?P<choice>A|B|C|tie)\]\]")
BARE = re.compile(rf"\W*{CHOICE}\W*")
SCORE_KEYS = ("score", "rating", "grade")
CHOICE_KEYS = ("preference", "winner", "choice", "verdict")
CHOICES: dict[str, Choice] = {"a": "A", "b": "B", "tie": "tie", "draw": "tie", "c": "tie"}
SHOWN_CHARACTERS = 80


class Unparsable(Exception):
    """The reply holds no score that is beyond doubt; a fault of the judge, never a low score."""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """A score on the rubric's own scale, and why."""

    score: float
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Which of two answers is better, and why."""

    choice: Choice
    reason: str | None = None


def parse_rating(text: str, scale: tuple[float, float]) -> Rating:
    """The one score in a judge's reply: in JSON (fenced, with prose around, with trailing commas), else as "Score: 4",
    "4/5", "4 out of 5", or a number alone.

    Raises:
        Unparsable: there is none, there are several that differ, or it does not lie on the scale.
    """
    if objects := _objects(text, SCORE_KEYS):
        return Rating(score=_one([_json_score(part, scale) for part in objects]), reason=_reason(objects[0]))
    if "{" in text and _is_open(text):
        raise Unparsable(_message("the JSON breaks off", text))
    for pattern in (LABELLED, FRACTION):
        if scores := [_on_scale(match, scale) for match in pattern.finditer(text)]:
            return Rating(score=_one(scores), reason=text.strip())
    if alone := ALONE.fullmatch(text):
        return Rating(score=_on_scale(alone, scale))
    raise Unparsable(_message("no score is found", text))


def parse_preference(text: str) -> Preference:
    """The one choice in a judge's reply: in JSON, else as "Winner: B", "[[A]]", or a letter or "tie" alone.

    Raises:
        Unparsable: there is none, or there are several that differ.
    """
    if objects := _objects(text, CHOICE_KEYS):
        return Preference(choice=_agreed([_json_choice(part) for part in objects], text), reason=_reason(objects[0]))
    for pattern in (CHOSEN, BRACKETED):
        if matches := [CHOICES[match["choice"].lower()] for match in pattern.finditer(text)]:
            return Preference(choice=_agreed(matches, text), reason=text.strip())
    if alone := BARE.fullmatch(text):
        return Preference(choice=CHOICES[alone["choice"].lower()])
    raise Unparsable(_message("no choice is found", text))


def _objects(text: str, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The JSON objects of the text that hold one of the keys; trailing commas and raw line breaks are passed over."""
    decoder = json.JSONDecoder(strict=False)
    mended = TRAILING_COMMA.sub("", text)
    found: list[dict[str, Any]] = []
    place = mended.find("{")
    while place >= 0:
        try:
            value, end = decoder.raw_decode(mended, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            found += _holders(value, keys)
        place = mended.find("{", end)
    return found


def _holders(value: object, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The object itself where it holds a key, else those within it that do."""
    if isinstance(value, dict) and any(key in value for key in keys):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [holder for part in inner for holder in _holders(part, keys)]


def _is_open(text: str) -> bool:
    """Whether the last brace of the text opens an object that nothing closes."""
    return text.rfind("}") < text.find("{")


def _json_score(part: dict[str, Any], scale: tuple[float, float]) -> float:
    value = next(part[key] for key in SCORE_KEYS if key in part)
    if isinstance(value, bool):
        if [*scale] != [0, 1]:
            raise Unparsable(_message(f"{value} is no score from {scale[0]:g} to {scale[1]:g}", str(part)))
        return float(value)
    match = SCORE_TEXT.fullmatch(str(value)) if isinstance(value, str | int | float) else None
    if match is None:
        raise Unparsable(_message("the score is no number", str(part)))
    return _on_scale(match, scale)


def _on_scale(match: re.Match[str], scale: tuple[float, float]) -> float:
    low, high = scale
    groups = match.groupdict()
    score, of = _number(groups["score"]), groups.get("of")
    if of is not None and _number(of) != high:
        raise Unparsable(_message(f"a score out of {of} is asked for on a scale to {high:g}", match[0]))
    if not math.isfinite(score) or not low <= score <= high:
        raise Unparsable(_message(f"the score lies outside {low:g} to {high:g}", match[0]))
    return score


def _number(text: str) -> float:
    return float(text)


def _one(scores: list[float]) -> float:
    if len(set(scores)) > 1:
        msg = f"several scores that differ: {', '.join(f'{score:g}' for score in scores)}"
        raise Unparsable(msg)
    return scores[0]


def _json_choice(part: dict[str, Any]) -> Choice:
    value = next(part[key] for key in CHOICE_KEYS if key in part)
    match = BARE.fullmatch(value.upper()) if isinstance(value, str) else None
    if match is None:
        raise Unparsable(_message("the choice is neither A, B nor tie", str(part)))
    return CHOICES[match["choice"].lower()]


def _agreed(choices: list[Choice], text: str) -> Choice:
    if len(set(choices)) > 1:
        raise Unparsable(_message("several choices that differ", text))
    return choices[0]


def _reason(part: dict[str, Any]) -> str | None:
    reason = part.get("reason") or part.get("reasoning") or part.get("explanation")
    return reason.strip() if isinstance(reason, str) and reason.strip() else None


def _message(what: str, text: str) -> str:
    shown = " ".join(text.split())
    return f"{what}: {shown if len(shown) <= SHOWN_CHARACTERS else shown[: SHOWN_CHARACTERS - 3] + '...'}"
