"""What was expected and what was answered, each in one text a case, as columns."""

from __future__ import annotations

import polars as pl

from ..table import expected_columns

_FIRST = ("numeric", "unit", "tolerance_absolute", "tolerance_relative", "boolean", "texts", "items", "label", "value")


def expected_said(frame: pl.DataFrame) -> pl.Series:
    """What a right answer holds, in one line: the answer, else a number with unit and tolerance, yes or no, the alternatives
    behind the first, the items, the label, the value; empty where the gold set expects none."""
    given = expected_columns(frame, _FIRST)
    alone = frame["expected"].str.json_decode(pl.Struct({"answer": pl.String})).struct.field("answer")
    return given.select(
        expected_said=pl.coalesce(
            alone,
            _number("numeric") + _prefixed(" ", pl.col("unit").replace("", None)) + _tolerance(),
            pl.when("boolean").then(pl.lit("yes")).when(~pl.col("boolean")).then(pl.lit("no")),
            _joined("texts", " / "),
            _joined("items", "; "),
            pl.col("label"),
            _number("value"),
            pl.lit(""),
        )
    ).to_series()


def answer_said(frame: pl.DataFrame) -> pl.Series:
    """The answer; of a classifier its label, of a regressor its value and, where it gives one, the interval."""
    known = [name for name in ("label", "value", "interval") if name in frame.columns]
    if not known:
        return frame["answer"].rename("answer_said")
    parts = [pl.col("answer")]
    parts += [pl.col("label")] if "label" in known else []
    if "value" in known:
        low, high = (pl.col("interval").list.get(place, null_on_oob=True) for place in (0, 1))
        spread = pl.lit(" (") + _shown(low) + pl.lit(" to ") + _shown(high) + pl.lit(")")
        parts.append(_number("value") + (spread.fill_null("") if "interval" in known else pl.lit("")))
    return frame.select(answer_said=pl.coalesce(parts)).to_series()


def _joined(name: str, between: str) -> pl.Expr:
    return pl.when(pl.col(name).list.len() > 0).then(pl.col(name).list.join(between, ignore_nulls=True))


def _tolerance() -> pl.Expr:
    """` (± 0.5 %)`; nothing where there is none."""
    absolute = _prefixed("± ", _shown(_given("tolerance_absolute")))
    relative = _prefixed("± ", _shown(_given("tolerance_relative") * 100)) + pl.when(_given("tolerance_relative") > 0).then(
        pl.lit(" %")
    ).otherwise(pl.lit(""))
    both = absolute + pl.when((absolute != "") & (relative != "")).then(pl.lit(" or ")).otherwise(pl.lit("")) + relative
    return pl.when(both != "").then(pl.lit(" (") + both + pl.lit(")")).otherwise(pl.lit(""))


def _given(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != 0).then(pl.col(name))


def _prefixed(before: str, text: pl.Expr) -> pl.Expr:
    return (pl.lit(before) + text).fill_null("")


def _number(name: str) -> pl.Expr:
    return _shown(pl.col(name))


def _shown(amount: pl.Expr) -> pl.Expr:
    """A number with thousands separators, without zeros at the end: 1,234.5."""
    rounded = amount.round_sig_figs(12)
    text = rounded.cast(pl.String).str.strip_suffix(".0")
    parts = text.str.extract_groups(r"^(-?)(\d+)(\.\d+)?$")
    sign, whole, rest = (parts.struct.field(str(place)) for place in (1, 2, 3))
    grouped = whole.str.reverse().str.replace_all(r"\d{3}", "$0,").str.reverse().str.strip_prefix(",")
    return pl.coalesce(sign + grouped + rest.fill_null(""), text)
