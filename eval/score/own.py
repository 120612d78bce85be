"""Metrics of a user's own as scorers, with errors that name the metric, the case and the line."""

from __future__ import annotations

import math
import traceback
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from ..errors import GoldgateError, UsageError

if TYPE_CHECKING:
    from .batch import Batch
    from .registry import Scorer, TableScorer, UserScorer


def of_cases(name: str, function: UserScorer) -> Scorer:
    """The scorer of a function of a case and its response; it is not called for a response that is an error."""

    def scorer(batch: Batch, _parameter: None) -> list[float | None]:
        values: list[float | None] = []
        for case, response in zip(batch.cases, batch.responses, strict=True):
            if response.error is not None:
                values.append(None)
                continue
            try:
                value = function(case, response)
            except Exception as error:  # noqa: BLE001  whatever a user's code raises is told with its place
                _failed(name, error, f'on the case "{case.id}"')
            values.append(_number(name, value, case.id))
        return values

    return scorer


def of_table(name: str, function: TableScorer) -> Scorer:
    """The scorer of a function of the table of cases that gives one value a row."""

    def scorer(batch: Batch, _parameter: None) -> pl.Series:
        try:
            values = pl.Series(name, function(batch.frame), dtype=None).cast(pl.Float64)
        except Exception as error:  # noqa: BLE001
            _failed(name, error, f"on {len(batch)} rows")
        if len(values) != len(batch):
            msg = f'the metric "{name}" gave {len(values)} values for {len(batch)} rows.'
            raise UsageError(msg, next_step="A metric with batch=True returns one value for each row of the frame.")
        if not values.is_finite().all():
            row = int((~values.is_finite().fill_null(value=True)).arg_true()[0])
            _number(name, values[row], batch.frame["id"][row])
        return values

    return scorer


def _number(name: str, value: object, case: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, str | bytes) or not hasattr(value, "__float__"):
        given = f"{type(value).__name__} {str(value)[:60]!r}"
    elif math.isfinite(number := float(value)):
        return number
    else:
        given = str(number)
    msg = f'the metric "{name}" gave {given} for the case "{case}".'
    raise UsageError(msg, next_step="It must return a finite number, true or false, or None where it does not apply.")


def _failed(name: str, error: Exception, on: str) -> NoReturn:
    """Tell an exception of a user's function as an error of the call."""
    if isinstance(error, GoldgateError):
        raise error
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None
    msg = f'the metric "{name}" failed {on}: {type(error).__name__}: {error}.'
    raise UsageError(msg, where=where, next_step="Correct the function, or return None where it does not apply.") from error
