"""The rows that are scored together, and what several metrics need of them, computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from ..table import RESPONSE_SCHEMA, expected_columns, expected_evidence
from .text import kept_pair, normalise_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ..case import Case, GoldSet
    from ..results import Response

T = TypeVar("T")


class Cases:
    """The cases of a gold set as objects by their id, made when the first is asked for."""

    def __init__(self, gold: GoldSet) -> None:
        self._gold = gold

    @cached_property
    def by_id(self) -> Mapping[str, Case]:
        """Every case by its id."""
        return {case.id: case for case in self._gold.cases}


class Batch:
    """Some rows of a table of cases, with the columns that metrics share.

    `evidence` is that of the rows where it was read already.
    """

    def __init__(self, frame: pl.DataFrame, cases: Cases, evidence: pl.Series | None = None) -> None:
        self.frame = frame
        self._cases = cases
        self._evidence = evidence
        self._made: dict[Callable[[Batch], Any], Any] = {}

    def __len__(self) -> int:
        return self.frame.height

    def once(self, make: Callable[[Batch], T]) -> T:
        """What `make` gives for these rows, made once: material that the metrics of a family share."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def only(self, rows: pl.Series) -> Batch:
        """The rows for which the mask is true, as a batch of their own."""
        evidence = None if self._evidence is None else self._evidence.filter(rows)
        return Batch(self.frame.filter(rows), self._cases, evidence)

    @cached_property
    def expected(self) -> pl.DataFrame:
        """What is expected, row by row, in the columns of `table.EXPECTED_SCHEMA`."""
        return expected_columns(self.frame, evidence=self._evidence)

    @cached_property
    def evidence(self) -> pl.Series:
        """The expected passages and their grades, in the order in which `expected` writes them."""
        return expected_evidence(self.frame["expected"]) if self._evidence is None else self._evidence

    @cached_property
    def answers(self) -> list[str | None]:
        """The answers; null where the service gave none."""
        return self.frame["answer"].to_list()

    @cached_property
    def questions(self) -> list[str]:
        """The inputs as text."""
        return self.frame["input"].to_list()

    @cached_property
    def normalised(self) -> pl.Series:
        """The answers, normalised as SQuAD does; an absent one is empty."""
        return normalise_all(self.frame["answer"].fill_null(""))

    @cached_property
    def pairs(self) -> pl.DataFrame:
        """Each answer beside each text that counts as right: row, answer, expected; none for an unanswerable case."""
        wanted = pl.when(~self.expected["unanswerable"]).then(self.expected["texts"])
        rows = pl.select(
            row=pl.int_range(len(self), dtype=pl.Int64), answer=self.frame["answer"].fill_null(""), expected=wanted
        )
        return rows.filter(pl.col("expected").list.len() > 0).explode("expected")

    @cached_property
    def normal_pairs(self) -> pl.DataFrame:
        """`pairs` with both texts normalised as SQuAD does.

        Where that leaves nothing of the expected text (the letter A), both keep their articles, and their punctuation if need
        be: else every empty answer would be right, and every answer would contain it.
        """
        pairs = self.pairs.with_columns(
            answer=self.normalised.gather(self.pairs["row"]), expected=normalise_all(self.pairs["expected"])
        )
        bare = (pairs["expected"] == "").arg_true()
        if bare.is_empty():
            return pairs
        kept = [kept_pair(*texts) for texts in self.pairs[bare].select("answer", "expected").iter_rows()]
        return pairs.with_columns(
            answer=pairs["answer"].scatter(bare, [answer for answer, _ in kept]),
            expected=pairs["expected"].scatter(bare, [expected for _, expected in kept]),
        )

    def best(self, pairs: pl.DataFrame, values: pl.Series | Sequence[float] | NDArray[np.float64]) -> pl.Series:
        """The largest of the values of each row's pairs; null where a row has none."""
        found = pairs.select("row", value=pl.Series(values, dtype=pl.Float64))
        if len(found) == len(self) == found["row"].n_unique():
            return found["value"]
        best = found.group_by("row").agg(pl.col("value").max())
        return pl.repeat(None, len(self), dtype=pl.Float64, eager=True).scatter(best["row"], best["value"])

    @cached_property
    def cases(self) -> list[Case]:
        """The cases as objects, for metrics of a user's own."""
        return [self._cases.by_id[name] for name in self.frame["id"].to_list()]

    @cached_property
    def responses(self) -> list[Response]:
        """The responses as objects, for metrics of a user's own."""
        names = [name for name in ("id", *RESPONSE_SCHEMA, "repeat") if name in self.frame.columns]
        return [_response(row) for row in self.frame.select(names).iter_rows(named=True)]


def _response(row: dict[str, Any]) -> Response:
    from ..results import Context, Response

    fields = {name: value for name, value in row.items() if value is not None}
    fields["contexts"] = tuple(Context(**part) for part in fields.get("contexts", ()))
    for name in ("retrieved", "citations"):
        fields[name] = tuple(fields.get(name, ()))
    fields["scores"] = {part["label"]: part["probability"] for part in fields.get("scores", ())}
    fields["quantiles"] = {part["quantile"]: part["value"] for part in fields.get("quantiles", ())}
    if "interval" in fields:
        fields["interval"] = tuple(fields["interval"])
    return Response(**fields)
