"""Cases that repeat each other: ids that stand twice, questions that expect two answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UsageError
from ..jsontext import canonical, dumps, loads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import polars as pl

    from ..errors import GoldgateError

ASIDE = ("evidence", "tolerance")
SHOWN = 60


def duplicate_ids(frame: pl.DataFrame, path: str) -> list[GoldgateError]:
    """One problem for each row of a gold set's frame whose id stands on an earlier line already."""
    import polars as pl

    first: dict[str, int] = {}
    problems: list[GoldgateError] = []
    for identity, line in frame.filter(pl.col("id").is_duplicated()).select("id", "line").iter_rows():
        if identity in first:
            msg = f'the id "{identity}" stands on line {first[identity]} already.'
            problems.append(UsageError(msg, where=f"{path}:{line}", next_step="Give each case an id of its own."))
        first.setdefault(identity, line)
    return problems


def contradictions(frame: pl.DataFrame, path: str) -> list[GoldgateError]:
    """One problem for each row that repeats an earlier question and expects another answer; evidence does not count."""
    first: dict[str, dict[str, Any]] = {}
    problems: list[GoldgateError] = []
    for row in repeated_questions(frame).iter_rows(named=True):
        earlier = first.setdefault(row["question"], row)
        if earlier["id"] != row["id"] and wanted(earlier["expected"]) != wanted(row["expected"]):
            msg = (
                f'case "{row["id"]}" repeats the question of "{earlier["id"]}" (line {earlier["line"]}) with another answer '
                f"({_shown(earlier['expected'])} / {_shown(row['expected'])})."
            )
            next_step = 'Keep one, or tell them apart in "input".'
            problems.append(UsageError(msg, where=f"{path}:{row['line']}", next_step=next_step))
    return problems


def repeated_questions(frame: pl.DataFrame) -> pl.DataFrame:
    """The id, line, expected and normalised question of the rows whose question stands more than once."""
    import polars as pl

    asked = frame.select("id", "line", "expected", question=plain_words(pl.col("input")))
    return asked.filter(pl.col("question").is_duplicated())


def plain_words(text: pl.Expr) -> pl.Expr:
    """A text in lower case without punctuation and double spaces; itself where nothing else would be left."""
    words = text.str.replace_all(r"\W+", " ").str.strip_chars(" ").str.to_lowercase()
    return words.replace("", None).fill_null(text)


def wanted(expected: str) -> bytes:
    """What `expected` asks of an answer, so that equal demands are equal bytes: letter case and outer spaces do not count."""
    fields = {key: value for key, value in loads(expected).items() if key not in ASIDE}
    return canonical({key: value.strip().casefold() if isinstance(value, str) else value for key, value in fields.items()})


def _shown(expected: str) -> str:
    fields: Mapping[str, Any] = loads(expected)
    texts = [*filter(None, [fields.get("answer")]), *fields.get("answers", ())]
    if "numeric" in fields:
        text = f"{fields['numeric']:g} {fields.get('unit', '')}".strip()
    elif texts:
        text = texts[0]
    else:
        rest = {key: value for key, value in fields.items() if key not in ASIDE}
        text = dumps(rest) if rest else "no answer"
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
