"""The table of cases: one row a case, as it stands in cases.parquet."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import polars as pl

from .case import TAG
from .errors import OutsideError, UsageError
from .jsontext import loads

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from .case import GoldSet
    from .results import Context, Response

CASE_SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "line": pl.Int64(),
    "input": pl.String(),
    "expected": pl.String(),
    "cluster": pl.String(),
    "weight": pl.Float64(),
    "notes": pl.String(),
    "evidence_missing": pl.List(pl.String()),
}
CONTEXT = pl.Struct({"id": pl.String(), "text": pl.String(), "score": pl.Float64()})
RESPONSE_SCHEMA: dict[str, pl.DataType] = {
    "answer": pl.String(),
    "retrieved": pl.List(pl.String()),
    "contexts": pl.List(CONTEXT),
    "citations": pl.List(pl.String()),
    "label": pl.String(),
    "scores": pl.List(pl.Struct({"label": pl.String(), "probability": pl.Float64()})),
    "value": pl.Float64(),
    "interval": pl.List(pl.Float64()),
    "quantiles": pl.List(pl.Struct({"quantile": pl.Float64(), "value": pl.Float64()})),
    "latency_ms": pl.Float64(),
    "input_tokens": pl.Int64(),
    "output_tokens": pl.Int64(),
    "cost_usd": pl.Float64(),
    "error": pl.String(),
    "attempts": pl.Int32(),
    "asked_at": pl.String(),
}
LISTS = ("retrieved", "contexts", "citations", "scores", "quantiles")
REPEATS = "repeats"
NOTE = "note:"
EVIDENCE = pl.List(pl.Struct({"id": pl.String(), "grade": pl.Float64()}))
EXPECTED_SCHEMA: dict[str, pl.DataType] = {
    "texts": pl.List(pl.String()),
    "numeric": pl.Float64(),
    "unit": pl.String(),
    "tolerance_absolute": pl.Float64(),
    "tolerance_relative": pl.Float64(),
    "boolean": pl.Boolean(),
    "items": pl.List(pl.String()),
    "label": pl.String(),
    "value": pl.Float64(),
    "evidence": EVIDENCE,
    "unanswerable": pl.Boolean(),
}
_WRITTEN = pl.Struct(
    {
        "answer": pl.String,
        "answers": pl.List(pl.String),
        "numeric": pl.Float64,
        "unit": pl.String,
        "tolerance": pl.Struct({"absolute": pl.Float64, "relative": pl.Float64}),
        "boolean": pl.Boolean,
        "items": pl.List(pl.String),
        "label": pl.String,
        "value": pl.Float64,
    }
)


def cases_frame(gold: GoldSet, responses: pl.DataFrame | Mapping[str, Response]) -> pl.DataFrame:
    """One row for each case in the order of the gold set; a case without a response has nulls, empty lists and 0 attempts.

    `responses` has the columns of `RESPONSE_SCHEMA`, or is a mapping of responses by id. Where some id has several rows, they
    stand by `repeat`, which then is a column of the table.
    """
    frame = responses if isinstance(responses, pl.DataFrame) else responses_frame(responses.values())
    tags = [TAG + name for name in gold.tag_names]
    first = gold.frame.select("id", "line", "input", "expected", *tags, "cluster", "weight", "notes", "evidence_missing")
    aligned = frame["id"].equals(first["id"])
    repeated = not aligned and frame.height > 0 and bool(frame["id"].is_duplicated().any())
    given = frame.sort("repeat").select("id", "repeat", *RESPONSE_SCHEMA) if repeated else frame.select("id", *RESPONSE_SCHEMA)
    joined = first.hstack(given.drop("id")) if aligned else first.join(given, on="id", how="left", maintain_order="left_right")
    return joined.with_columns(pl.col("attempts").fill_null(0), *(pl.col(name).fill_null([]) for name in LISTS))


def responses_frame(rows: Iterable[Response]) -> pl.DataFrame:
    """Responses as columns: id, repeat and those of `RESPONSE_SCHEMA`."""
    rows = list(rows)
    columns = {
        "id": pl.Series([row.id for row in rows], dtype=pl.String),
        "repeat": pl.Series([row.repeat for row in rows], dtype=pl.Int32),
    }
    return pl.DataFrame(columns | {name: _response_column(name, dtype, rows) for name, dtype in RESPONSE_SCHEMA.items()})


def _response_column(name: str, dtype: pl.DataType, rows: Sequence[Response]) -> pl.Series:
    match name:
        case "contexts":
            return _lists([row.contexts for row in rows], _context_fields)
        case "retrieved" | "citations":
            return _lists([getattr(row, name) for row in rows], lambda parts: pl.Series(parts, dtype=pl.String))
        case "scores":
            return _lists([tuple(row.scores.items()) for row in rows], lambda parts: _pairs(parts, "label", "probability"))
        case "quantiles":
            return _lists([tuple(row.quantiles.items()) for row in rows], lambda parts: _pairs(parts, "quantile", "value"))
        case "interval":
            return pl.Series([None if row.interval is None else list(row.interval) for row in rows], dtype=dtype)
        case "asked_at":
            return pl.Series([row.asked_at or None for row in rows], dtype=dtype)
        case _:
            return pl.Series([getattr(row, name) for row in rows], dtype=dtype)


def _context_fields(parts: Sequence[Context]) -> pl.Series:
    return pl.DataFrame(
        {
            "id": pl.Series([part.id for part in parts], dtype=pl.String),
            "text": pl.Series([part.text for part in parts], dtype=pl.String),
            "score": pl.Series([part.score for part in parts], dtype=pl.Float64),
        }
    ).to_struct()


def _pairs(parts: Sequence[tuple[Any, float]], key: str, value: str) -> pl.Series:
    types = {"label": pl.String, "quantile": pl.Float64}
    keys = pl.Series(key, [part[0] for part in parts], dtype=types[key])
    return pl.DataFrame([keys, pl.Series(value, [part[1] for part in parts], dtype=pl.Float64)]).to_struct()


def _lists(rows: Sequence[Sequence[Any]], flat: Any) -> pl.Series:
    """One list a row, cut out of the flat values of all rows: a tenth of the time that lists of Python objects take."""
    values: pl.Series = flat([part for row in rows for part in row])
    return cut_lists(values, [len(row) for row in rows])


def cut_lists(values: pl.Series, lengths: Sequence[int] | pl.Series) -> pl.Series:
    """The flat values as lists of the given lengths, one a row; the lengths add up to the number of values."""
    dtype = pl.List(values.dtype)
    counts = pl.Series(lengths, dtype=pl.Int64)
    if not len(values):
        return pl.Series([[]], dtype=dtype).new_from_index(0, len(counts))
    if counts.min() == counts.max():
        return values.reshape((len(counts), -1)).arr.to_list()
    rows = pl.DataFrame({"row": pl.int_range(len(counts), eager=True, dtype=pl.Int64), "count": counts})
    owners = rows.select(pl.col("row").repeat_by("count").explode(empty_as_null=False)).to_series()
    grouped = pl.DataFrame({"row": owners, "part": values}).group_by("row", maintain_order=True).agg("part")
    joined = rows.join(grouped, on="row", how="left", maintain_order="left")["part"]
    return joined.cast(dtype).fill_null(pl.Series([[]], dtype=dtype))


def expected_columns(
    frame: pl.DataFrame, only: Collection[str] | None = None, *, evidence: pl.Series | None = None
) -> pl.DataFrame:
    """What each case of a table expects, as columns of `EXPECTED_SCHEMA`, row by row; `only` names those that are wanted.

    `texts` holds `answer`, then `answers`, without repeats; `evidence` is empty where none is expected. It need not be read
    where it is given.
    """
    wanted = [name for name in EXPECTED_SCHEMA if only is None or name in only]
    given = frame["expected"].str.json_decode(_WRITTEN).struct.unnest()
    columns = []
    if "evidence" in wanted or "unanswerable" in wanted:
        given = given.with_columns(evidence=expected_evidence(frame["expected"]) if evidence is None else evidence)
    for name in wanted:
        match name:
            case "texts":
                columns.append(_texts(given))
            case "tolerance_absolute" | "tolerance_relative":
                columns.append(given["tolerance"].struct.field(name.removeprefix("tolerance_")).alias(name))
            case "unanswerable":
                columns.append(_unanswerable(frame, given))
            case _:
                columns.append(given[name])
    return pl.DataFrame(columns)


def _texts(given: pl.DataFrame) -> pl.Series:
    if given["answers"].null_count() == len(given):
        answer = given["answer"]
        return cut_lists(answer.drop_nulls(), answer.is_not_null().cast(pl.Int64)).alias("texts")
    both = pl.concat_list(pl.concat_list("answer").list.drop_nulls(), pl.col("answers").fill_null([]))
    return given.select(texts=both.list.unique(maintain_order=True)).to_series()


def _unanswerable(frame: pl.DataFrame, given: pl.DataFrame) -> pl.Series:
    """Said by the tag `kind`, or no answer and no evidence is expected."""
    plain = ("answer", "numeric", "boolean", "label", "value")
    expects = pl.any_horizontal(
        *(pl.col(name).is_not_null() for name in plain),
        *(pl.col(name).list.len().fill_null(0) > 0 for name in ("answers", "items", "evidence")),
    )
    nothing = given.select(~expects).to_series()
    if "evidence_missing" in frame.columns:
        nothing = nothing & (frame["evidence_missing"].list.len().fill_null(0) == 0)
    if TAG + "kind" in frame.columns:
        nothing = nothing | (frame[TAG + "kind"].fill_null("") == "unanswerable")
    return nothing.alias("unanswerable")


def expected_evidence(expected: pl.Series) -> pl.Series:
    """The expected passages and their grades, List[Struct{id, grade}], from the JSON of `expected`; a list means grade 1."""
    graded = expected.str.contains('"evidence":{', literal=True).fill_null(value=False)
    if not graded.any():
        return _listed_evidence(expected)
    rows = pl.DataFrame({"expected": expected, "graded": graded}).with_row_index("row")
    plain, other = rows.filter(~pl.col("graded")), rows.filter("graded")
    found = [
        part.select("row", evidence=read(part["expected"]))
        for part, read in ((plain, _listed_evidence), (other, _graded_evidence))
        if part.height
    ]
    return pl.concat(found).sort("row")["evidence"]


def _listed_evidence(expected: pl.Series) -> pl.Series:
    """Evidence that is a list of ids, all of grade 1."""
    ids = expected.str.json_decode(pl.Struct({"evidence": pl.List(pl.String)})).struct.field("evidence").fill_null([])
    grade = pl.lit(1.0).alias("grade")
    return ids.list.eval(pl.struct(pl.element().alias("id"), grade)).cast(EVIDENCE).alias("evidence")


def _graded_evidence(expected: pl.Series) -> pl.Series:
    """Evidence that is an object of ids and grades, whose keys no schema knows."""
    found: list[dict[str, float]] = [loads(text)["evidence"] for text in expected.to_list()]
    ids = pl.Series("id", [name for part in found for name in part], dtype=pl.String)
    grades = pl.Series("grade", [grade for part in found for grade in part.values()], dtype=pl.Float64, strict=False)
    return cut_lists(pl.DataFrame([ids, grades]).to_struct(), [len(part) for part in found])


def metric_columns(columns: Iterable[str]) -> list[str]:
    """Those of the columns that hold a metric: neither a case's, a response's, a tag nor a note."""
    known = CASE_SCHEMA.keys() | RESPONSE_SCHEMA.keys() | {REPEATS, "repeat"}
    return [name for name in columns if name not in known and not name.startswith((TAG, NOTE))]


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """Write Parquet so that a reader sees the whole file or the old one."""
    with _beside(path) as temporary:
        frame.write_parquet(temporary, compression="zstd")


def write_whole(path: Path, content: bytes) -> None:
    """Write bytes so that a reader sees the whole file or the old one."""
    with _beside(path) as temporary:
        temporary.write_bytes(content)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end; a full disk is said."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        msg = f"cannot be written: {error.strerror or error}."
        raise OutsideError(msg, where=str(path), next_step="Make room there and run the same command again.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_table(path: Path) -> pl.DataFrame:
    """Read a cases.parquet.

    Raises:
        UsageError: there is no such file, or it is no table of cases.
    """
    try:
        frame = pl.read_parquet(path, glob=False)
    except FileNotFoundError as error:
        msg = "there is no such file."
        raise UsageError(msg, where=str(path)) from error
    except (pl.exceptions.PolarsError, OSError) as error:
        msg = f"cannot be read as Parquet: {str(error).rstrip('.')}."
        raise UsageError(
            msg, where=str(path), next_step="Evaluate again, or name a cases.parquet that goldgate wrote."
        ) from error
    if absent := {"id", "input", "expected"} - set(frame.columns):
        msg = f"is no table of cases: it lacks {', '.join(sorted(absent))}."
        raise UsageError(msg, where=str(path), next_step="Give a cases.parquet that goldgate wrote.")
    return frame
