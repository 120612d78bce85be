from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.merging import merge
from goldgate.eval.results import Response
from goldgate.eval.score.scoring import score
from goldgate.eval.shards import PLACE, Shard, select, with_places
from goldgate.eval.table import write_table

from .makers import case, gold_of, table

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 5
GOLD = gold_of(
    *(case(f"c{place}", answer=f"answer {place}", evidence={f"s{place}": 1}, tags={"kind": "odd"}) for place in range(60))
)
RESPONSES = {
    name: Response(id=name, answer=f"answer {name[1:]}", retrieved=("s7", "s9")) for name in (c.id for c in GOLD.cases)
}
TERMS: dict[str, Any] = {
    "gold_set": {"sha256": GOLD.sha256, "cases": len(GOLD)},
    "gates": [{"metric": "answer.exact_match", "min": 0.5}],
    "metrics": None,
    "seed": 0,
    "confidence": 0.95,
    "baseline": None,
}
SUBJECT = {"kind": "http", "address": "http://127.0.0.1:8080/query"}


def whole() -> pl.DataFrame:
    return score(table(GOLD, **RESPONSES), GOLD, None, ["answer.exact_match"])


def shard_run(folder: Path, index: int, count: int = COUNT, *, repeats: int = 0, **changed: Any) -> Path:
    """What `--shard index/count` leaves in a folder of its own."""
    shard = Shard(index=index, count=count)
    part, out = select(GOLD, shard), folder / f"shard-{index}-of-{count}{'-again' if changed.pop('again', None) else ''}"
    scored = score(table(part, **{c.id: RESPONSES[c.id] for c in part.cases}), part, None, ["answer.exact_match"])
    write_table(with_places(scored, GOLD), out / "cases.parquet")
    if repeats:
        rows = [scored.with_columns(pl.lit(number, pl.Int32).alias("repeat")) for number in range(repeats, 0, -1)]
        write_table(pl.concat(rows), out / "repeats.parquet")
    timing = {
        "started_at": f"2026-01-0{index}T00:00:00+00:00",
        "seconds": 10.0 * index,
        "requests_per_second": 2.0,
        "reused": 1,
    }
    record = {"format": 1, "shard": shard.to_json(), "terms": TERMS, "subject": SUBJECT, "timing": timing, **changed}
    (out / "evaluation.json").write_text(json.dumps(record))
    return out


def shard_runs(folder: Path, **more: Any) -> list[Path]:
    return [shard_run(folder, index, **more) for index in range(1, COUNT + 1)]


def test_all_shards_in_any_order_are_the_bytes_of_one_run(tmp_path: Path) -> None:
    merged = merge(list(reversed(shard_runs(tmp_path))))
    write_table(merged.table, tmp_path / "merged.parquet")
    write_table(whole(), tmp_path / "single.parquet")
    assert (tmp_path / "merged.parquet").read_bytes() == (tmp_path / "single.parquet").read_bytes()
    assert (merged.count, merged.missing, merged.repeats, merged.baseline, merged.stopped) == (COUNT, (), None, None, None)
    assert (merged.terms, merged.subject) == (TERMS, SUBJECT)


def test_the_timing_spans_the_shards(tmp_path: Path) -> None:
    assert merge(shard_runs(tmp_path)).timing == {
        "started_at": "2026-01-01T00:00:00+00:00",
        "seconds": 50.0,
        "requests_per_second": 10.0,
        "reused": 5,
    }


def test_tables_beside_the_cases_are_joined_in_their_order(tmp_path: Path) -> None:
    merged = merge(shard_runs(tmp_path, repeats=3))
    assert merged.repeats is not None
    assert PLACE not in merged.repeats.columns
    expected = [(c.id, number) for c in GOLD.cases for number in (1, 2, 3)]
    assert list(merged.repeats.select("id", "repeat").iter_rows()) == expected


def test_missing_shards_are_named_unless_they_may_be_missing(tmp_path: Path) -> None:
    runs = shard_runs(tmp_path)
    with pytest.raises(UsageError, match=r"shards 2/5, 4/5 are missing\. .*--allow-missing"):
        merge([runs[0], runs[2], runs[4]])
    with pytest.raises(UsageError, match="shard 5/5 is missing"):
        merge(runs[:4])
    merged = merge([runs[0], runs[2], runs[4]], allow_missing=True)
    assert merged.missing == (Shard(index=2, count=5), Shard(index=4, count=5))
    assert merged.table["id"].to_list() == [c.id for c in GOLD.cases if c.id in set(merged.table["id"])]
    assert 0 < merged.table.height < len(GOLD)


def test_everything_that_keeps_shards_apart_is_said_at_once(tmp_path: Path) -> None:
    runs = shard_runs(tmp_path)
    runs.append(shard_run(tmp_path, 2, again=True))
    runs.append(shard_run(tmp_path, 1, 4))
    other = {"kind": "http", "address": "http://other/query"}
    runs[2] = shard_run(tmp_path, 3, subject=other)
    runs[3] = shard_run(tmp_path, 4, terms={**TERMS, "seed": 7, "gold_set": {"sha256": "x", "cases": 60}})
    with pytest.raises(Problems) as caught:
        merge(runs)
    said = str(caught.value)
    for part in (
        "is shard 2/5 again",
        "but another is 1/",
        "asked http http://other/query, another asked http http://127.0.0.1:8080/query",
        "other seed: 7, not 0",
        'other gold_set: {"cases": 60, "sha256": "x"}',
        "Run the shards again",
    ):
        assert part in said
    assert len(caught.value.problems) == 5


def test_one_image_at_several_addresses_is_one_subject(tmp_path: Path) -> None:
    subjects = [{"kind": "container", "digest": "sha256:1", "address": f"http://host-{index}/"} for index in range(5)]
    merge([shard_run(tmp_path, index + 1, subject=subject) for index, subject in enumerate(subjects)])
    recorded = [{"kind": "recorded", "address": f"responses-{index}.jsonl"} for index in range(5)]
    merge([shard_run(tmp_path, index + 1, subject=subject) for index, subject in enumerate(recorded)])


def test_where_a_machine_keeps_its_files_does_not_matter(tmp_path: Path) -> None:
    def terms(index: int, digest: str = "sha256:1") -> dict[str, Any]:
        baseline = {"path": f"/home/{index}/baseline.parquet", "digest": digest, "label": "live"}
        return {**TERMS, "gold_set": {**TERMS["gold_set"], "path": f"/home/{index}/gold.jsonl"}, "baseline": baseline}

    merge([shard_run(tmp_path, index, terms=terms(index)) for index in range(1, COUNT + 1)])
    with pytest.raises(Problems, match="other baseline"):
        merge([shard_run(tmp_path, index, terms=terms(index, f"sha256:{index}")) for index in range(1, COUNT + 1)])


def test_what_is_no_shard_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    broken = shard_run(tmp_path, 1)
    (broken / "evaluation.json").write_text("{")
    unsharded = shard_run(tmp_path, 2, shard=None)
    for folder, message in (
        (tmp_path / "empty", "there is no evaluation.json"),
        (tmp_path / "none", "there is no evaluation.json"),
        (broken, "is no JSON"),
        (unsharded, "is no shard: all cases were asked"),
    ):
        with pytest.raises(UsageError, match=message):
            merge([folder])
    with pytest.raises(UsageError, match="nothing to merge"):
        merge([])


def test_rows_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    runs = shard_runs(tmp_path)
    half = pl.read_parquet(runs[0] / "cases.parquet")
    write_table(half.head(1), runs[0] / "cases.parquet")
    with pytest.raises(UsageError, match="rows for 60 cases of the gold set"):
        merge(runs)


def test_a_run_that_stopped_early_says_so(tmp_path: Path) -> None:
    runs = shard_runs(tmp_path)
    runs[3] = shard_run(tmp_path, 4, stopped="budget: $1.00 is spent")
    asked = pl.read_parquet(runs[3] / "cases.parquet").head(1)
    write_table(asked, runs[3] / "cases.parquet")
    merged = merge(runs)
    assert merged.stopped == "budget: $1.00 is spent"
    assert merged.table.height < len(GOLD)


def test_shards_without_a_case_do_no_harm(tmp_path: Path) -> None:
    runs = [shard_run(tmp_path, index, 97) for index in range(1, 98)]
    assert any(pl.read_parquet(run / "cases.parquet").height == 0 for run in runs)
    assert merge(runs).table.equals(whole())
