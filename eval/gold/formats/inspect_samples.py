"""Samples of Inspect AI: input, target, choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .cells import listed, structured
from .conversation import asked
from .draft import Draft, as_text, with_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "inspect"
KNOWN = ("input", "choices", "target", "id", "metadata")


def recognises(source: Source) -> bool:
    """Whether its records have an input and a target."""
    return {"input", "target"} <= source.keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The samples as cases; a target of letters among choices becomes the label and the text of the choice.

    Several targets without choices are alternatives. Files, setup and sandbox are left out.
    """
    rows = source.rows(problems)
    return with_ids(_draft(source, line, sample, problems).record for line, sample in rows)


def _draft(source: Source, line: int, sample: Mapping[str, Any], problems: list[GoldgateError]) -> Draft:
    draft = Draft(source, line)
    draft.identity = None if sample.get("id") is None else str(sample["id"])
    question = asked(structured(sample.get("input")))
    choices = [str(choice) for choice in listed(sample.get("choices"), "|,")]
    targets = [text for text in map(as_text, listed(sample.get("target"), "")) if text]
    if choices:
        draft.input = {**(question if isinstance(question, dict) else {"question": question}), "choices": choices}
        _expect_choices(draft, choices, targets, source.where(line), problems)
    else:
        draft.input = question
        draft.expect_texts(targets)
    draft.tag_all(structured(sample.get("metadata")), "metadata")
    draft.leave_out_all(sample, KNOWN)
    return draft


def _expect_choices(draft: Draft, choices: list[str], targets: list[str], where: str, problems: list[GoldgateError]) -> None:
    places = [_place(target, choices) for target in targets]
    if not places or None in places:
        msg = f"the target {', '.join(targets) or 'is absent and'} names none of the {len(choices)} choices."
        problems.append(UsageError(msg, where=where, next_step="Write its letter or its text."))
        return
    texts = [choices[place] for place in places if place is not None]
    draft.expect("label", ",".join(chr(ord("A") + place) for place in places if place is not None))
    draft.expect("answer", "\n".join(texts))
    if len(texts) > 1:
        draft.expect("items", texts)


def _place(target: str, choices: list[str]) -> int | None:
    if target in choices:
        return choices.index(target)
    place = ord(target.upper()) - ord("A") if len(target) == 1 else -1
    return place if 0 <= place < len(choices) else None
