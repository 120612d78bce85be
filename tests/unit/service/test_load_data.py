from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from service.load_data import main
from tests.fakes import finrag

if TYPE_CHECKING:
    from pathlib import Path


def run(folder: Path, event: str, *arguments: str) -> tuple[int, str, str]:
    finrag.write_files(folder)
    finrag.config(folder)
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, {"ML_CONFIG": str(folder / "ml_config.yaml")}, io.StringIO(event), out, err)
    return code, out.getvalue(), err.getvalue()


def test_both_times_rows_and_versions(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, "{}")
    report = json.loads(out)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert report["loader"] == "local"
    assert report["cold_ms"] > 0
    assert report["warm_ms"] > 0
    assert report["rows"]["kpi_facts.parquet"] == finrag.facts().height
    assert report["bytes"] == sum(len(body) for body in finrag.files().values())
    assert set(report["etags"]) == {"sentences.parquet", "embeddings.parquet", "kpi_facts.parquet"}


def test_an_empty_event_takes_everything_from_the_configuration(tmp_path: Path) -> None:
    assert run(tmp_path, "")[0] == 0


def test_the_event_may_be_a_file_and_choose_files(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"files": ["kpi_facts.parquet"]}', encoding="utf-8")
    code, out, _ = run(tmp_path, "", str(event))
    assert (code, list(json.loads(out)["etags"])) == (0, ["kpi_facts.parquet"])


@pytest.mark.parametrize(
    ("event", "code", "said"),
    [
        ('{"files": ["nothing.parquet"]}', 3, "nothing.parquet: the file cannot be read"),
        ('{"buckets": "x"}', 2, "the event cannot be used"),
        ("{", 2, "the event cannot be used"),
    ],
)
def test_a_failure_is_one_line(tmp_path: Path, event: str, code: int, said: str) -> None:
    found, out, err = run(tmp_path, event)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert said in err


def test_a_wrong_configuration_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "ml_config.yaml").write_text("data: {}\n", encoding="utf-8")
    err = io.StringIO()
    code = main([], {"ML_CONFIG": str(tmp_path / "ml_config.yaml")}, io.StringIO("{}"), io.StringIO(), err)
    assert code == 2
    assert "data.bucket is missing" in err.getvalue()
