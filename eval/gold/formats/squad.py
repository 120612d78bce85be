"""SQuAD 1.1 and 2.0: questions about paragraphs of articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from ...jsontext import dumps
from .cells import members
from .draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...errors import GoldgateError
    from ..source import Source

NAME = "squad"
MARKS = (b'"data"', b'"paragraphs"')
KNOWN = ("id", "question", "answers", "is_impossible", "plausible_answers")


def recognises(source: Source) -> bool:
    """Whether it is one object whose data holds articles with paragraphs."""
    if source.opening != "{" or not all(mark in source.head for mark in MARKS) or source.keys & {"id", "input"}:
        return False
    return isinstance(source.document, dict) and isinstance(source.document.get("data"), list)


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each question as a case whose input is its id, question and context: a question repeats, even within a paragraph.

    What is_impossible is unanswerable; an article is a cluster and the tag title.
    """
    lines = _Lines(source.text)
    for article, paragraph, question in _questions(source, lines, problems):
        line = lines.of(question.get("id"))
        answers = [answer.get("text") for answer in members(question.get("answers"), "answers", source.where(line), problems)]
        if answers or question.get("is_impossible"):
            yield _draft(source, line, question, paragraph, article, answers).record
        else:
            msg = f'question "{question.get("id")}" has no answers and is not is_impossible.'
            problems.append(UsageError(msg, where=source.where(line)))


def _questions(
    source: Source, lines: _Lines, problems: list[GoldgateError]
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each article, paragraph and question."""
    for article in members(source.document["data"], "data", source.where(1), problems):
        for paragraph in members(article.get("paragraphs"), "paragraphs", source.where(lines.last), problems):
            for question in members(paragraph.get("qas"), "qas", source.where(lines.last), problems):
                yield article, paragraph, question


def _draft(
    source: Source, line: int, question: Mapping[str, Any], paragraph: Mapping[str, Any], article: Mapping[str, Any],
    answers: list[Any],
) -> Draft:  # fmt: skip
    draft = Draft(source, line)
    draft.identity = question.get("id")
    draft.input = {"id": draft.identity, "question": question.get("question"), "context": paragraph.get("context")}
    draft.cluster = article.get("title")
    draft.tag("title", article.get("title"))
    if question.get("is_impossible"):
        draft.tag("kind", "unanswerable")
        source.left(question, "plausible_answers")
    else:
        draft.expect_texts(answers)
    draft.leave_out_all(question, KNOWN)
    return draft


class _Lines:
    """The line of each id, looked for from the last one on."""

    def __init__(self, text: str) -> None:
        self._text, self._position, self.last = text, 0, 1

    def of(self, identity: Any) -> int:
        found = self._text.find(dumps(identity), self._position) if identity is not None else -1
        if found >= 0:
            self.last += self._text.count("\n", self._position, found)
            self._position = found
        return self.last
