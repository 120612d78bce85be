"""What a lint finds, and the columns that its checks look at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ..jsontext import loads
from .consistency import plain_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl

    from ..case import GoldSet

Severity = Literal["error", "warning", "info"]
ASKED = ("question", "query", "user_input", "prompt", "text", "input", "q")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong or odd about a gold set: `line` is that of its case, 0 where it is about the whole set.

    `code` names the kind of fault; `lost` counts the evidence ids that it says the corpus lacks.
    """

    code: str
    severity: Severity
    line: int
    case: str | None
    message: str
    next_step: str | None = None
    lost: int = 0

    def text(self, path: Path) -> str:
        """`file:line: severity code: message next step`."""
        place = f"{path}:{self.line}" if self.line else str(path)
        after = f" {self.next_step}" if self.next_step else ""
        return f"{place}: {self.severity} {self.code}: {self.message}{after}"

    def to_json(self) -> dict[str, Any]:
        """The fields."""
        return {name: value for name, value in asdict(self).items() if name != "lost"}


class Looked:
    """A gold set as its lint looks at it; every column has one entry a case, in the set's order."""

    def __init__(self, gold: GoldSet) -> None:
        self.gold = gold
        self.frame = gold.frame

    @cached_property
    def questions(self) -> list[str]:
        """The question in words: the input, or that member of an object which holds the question; empty where none does."""
        rows = self.frame.select("input", "structured").iter_rows()
        return [_question(loads(text)) if structured else text for text, structured in rows]

    @cached_property
    def plain(self) -> pl.DataFrame:
        """`question` in lower case without punctuation, `texts` (List[String]) the same."""
        import polars as pl

        texts = pl.col("texts").list.eval(plain_words(pl.element()))
        asked = pl.Series("question", self.questions, dtype=pl.String)
        return self.expected.select(texts).with_columns(asked).with_columns(plain_words(pl.col("question")))

    @cached_property
    def expected(self) -> pl.DataFrame:
        """The typed columns of what is expected, as `table.expected_columns` gives them."""
        from ..table import expected_columns

        return expected_columns(self.frame)

    def finding(self, row: int, code: str, severity: Severity, message: str, next_step: str | None = None) -> Finding:
        """A finding about the case in that row; `{case}` in the message is its id."""
        identity, line = self.frame["id"][row], self.frame["line"][row]
        text = message.replace("{case}", f'case "{identity}"')
        return Finding(code=code, severity=severity, line=line, case=identity, message=text, next_step=next_step)


def _question(data: Mapping[str, Any]) -> str:
    found = next((data[name] for name in ASKED if isinstance(data.get(name), str)), None)
    if found is not None:
        return str(found)
    texts = [value for value in data.values() if isinstance(value, str)]
    return texts[0] if len(texts) == 1 else ""
