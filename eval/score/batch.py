"""The rows that are scored together, and what several metrics need of them, computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from ..results import Context, Response
from .text import normalise, rouge_tokens

if TYPE_CHECKING:
    from ..case import Case, GoldSet


class Batch:
    """A table of cases and the gold set behind it, row by row."""

    def __init__(self, frame: pl.DataFrame, gold: GoldSet) -> None:
        by_id = {case.id: case for case in gold.cases}
        self.frame = frame
        self.cases: list[Case] = [by_id[name] for name in frame["id"].to_list()]

    def __len__(self) -> int:
        return len(self.cases)

    @cached_property
    def answers(self) -> list[str | None]:
        """The answers; null where the service gave none."""
        return self.frame["answer"].to_list()

    @cached_property
    def normalised(self) -> list[str]:
        """The answers, normalised as SQuAD does; an absent one is empty."""
        return [normalise(answer or "") for answer in self.answers]

    @cached_property
    def normalised_expected(self) -> list[list[str]]:
        """The texts that count as right, normalised as SQuAD does; none for an unanswerable case."""
        return [[] if case.unanswerable else [normalise(text) for text in case.expected.texts] for case in self.cases]

    @cached_property
    def rouge(self) -> list[list[str]]:
        """The answers' tokens as rouge-score cuts them."""
        return [rouge_tokens(answer or "") for answer in self.answers]

    @cached_property
    def questions(self) -> list[str]:
        """The inputs as text."""
        return self.frame["input"].to_list()

    @cached_property
    def responses(self) -> list[Response]:
        """The responses as objects, for metrics of a user's own."""
        return [_response(row) for row in self.frame.iter_rows(named=True)]

    @cached_property
    def evidence(self) -> pl.DataFrame:
        """The relevant passages: row, id, grade, and their place in the ideal ranking, counted from 1."""
        rows = [
            (row, name, float(grade)) for row, case in enumerate(self.cases) for name, grade in case.expected.evidence.items()
        ]
        schema = {"row": pl.Int64, "id": pl.String, "grade": pl.Float64}
        frame = pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("grade") > 0)
        return frame.sort("row", "grade", descending=[False, True]).with_columns(
            place=pl.int_range(1, pl.len() + 1).over("row")
        )

    @cached_property
    def hits(self) -> pl.DataFrame:
        """The relevant passages that were found: row, id, rank from 1, grade; sorted by row and rank."""
        found = (
            self.frame.lazy()
            .select(
                row=pl.int_range(pl.len(), dtype=pl.Int64),
                id=pl.col("retrieved"),
                rank=pl.int_ranges(1, pl.col("retrieved").list.len().cast(pl.Int64) + 1),
            )
            .filter(pl.col("id").list.len() > 0)
            .explode("id", "rank")
        )
        return found.join(self.evidence.lazy().select("row", "id", "grade"), on=["row", "id"]).sort("row", "rank").collect()

    def per_row(self, frame: pl.DataFrame, column: str, fill: float | None = None) -> pl.Series:
        """The column of a frame keyed by `row`, one value for each row of the batch."""
        rows = pl.DataFrame({"row": pl.int_range(len(self), eager=True, dtype=pl.Int64)})
        joined = rows.join(frame.select("row", pl.col(column).cast(pl.Float64)), on="row", how="left", maintain_order="left")
        return joined[column] if fill is None else joined[column].fill_null(fill)


def _response(row: dict[str, Any]) -> Response:
    fields = {name: row[name] for name in Response.__dataclass_fields__ if row.get(name) is not None}
    fields["contexts"] = tuple(Context(**part) for part in fields.get("contexts", ()))
    for name in ("retrieved", "citations"):
        fields[name] = tuple(fields.get(name, ()))
    return Response(**fields)
