"""Asking through faults, with real processes: whatever happens, the rows end up as those of a quiet run."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from goldgate.eval.ask.http_subject import HttpSubject
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.errors import OutsideError
from goldgate.eval.gold.load import load_gold
from goldgate.eval.table import cases_frame, read_table
from tests.fakes.asker import MAPPING
from tests.fakes.faulty_service import ROOT, FaultyService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from goldgate.eval.ask.asked import Asked
    from goldgate.eval.case import GoldSet

CASES = 400
CONCURRENCY = 8
OPTIONS = AskOptions(concurrency=CONCURRENCY)
ROW = 300
PASSING = ["latency_ms", "asked_at", "attempts"]


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> GoldSet:
    path = tmp_path_factory.mktemp("gold") / "gold.jsonl"
    rows = [{"id": f"c{place}", "input": f"Revenue of {place}?", "expected": {"numeric": place}} for place in range(CASES)]
    path.write_text("\n".join(map(json.dumps, rows)))
    return load_gold(path)


@pytest.fixture(scope="module")
def quiet(gold: GoldSet) -> pl.DataFrame:
    with FaultyService() as service:
        return rows_of(gold, asked(gold, service))


def asked(gold: GoldSet, service: FaultyService, **more: Any) -> Asked:
    subject = HttpSubject(service.url, MAPPING, identity="the same image", **more.pop("subject", {}))
    return ask_all(gold, subject, options=OPTIONS, **more)


def rows_of(gold: GoldSet, result: Asked) -> pl.DataFrame:
    return cases_frame(gold, result.responses).drop(PASSING)


def test_a_service_that_is_killed_and_started_again_costs_no_case(gold: GoldSet, quiet: pl.DataFrame) -> None:
    with FaultyService(seconds=0.02) as service:

        def restart() -> None:
            service.wait_for(100)
            service.kill()
            time.sleep(2)
            service.start()

        other = threading.Thread(target=restart)
        other.start()
        result = asked(gold, service)
        other.join()
    assert rows_of(gold, result).equals(quiet)
    assert result.figures.retries > 0
    assert result.figures.seconds > 2


@pytest.mark.parametrize("dates", [False, True])
def test_a_third_of_refusals_costs_no_case(gold: GoldSet, quiet: pl.DataFrame, dates: bool) -> None:
    with FaultyService(busy=0.3, seconds=0.002, dates=dates) as service:
        result = asked(gold, service)
    assert rows_of(gold, result).equals(quiet)
    assert result.figures.backoffs > 0
    assert 100 < result.figures.retries < 300


def test_bodies_that_are_cut_off_are_asked_for_again(gold: GoldSet, quiet: pl.DataFrame) -> None:
    with FaultyService(cut=0.05) as service:
        result = asked(gold, service)
    assert rows_of(gold, result).equals(quiet)
    assert 5 <= result.figures.retries <= 50


def test_everything_at_once_costs_no_case(gold: GoldSet, quiet: pl.DataFrame) -> None:
    with FaultyService(busy=0.3, cut=0.05) as service:
        assert rows_of(gold, asked(gold, service)).equals(quiet)


def test_a_wall_clock_that_jumps_decides_nothing(gold: GoldSet, quiet: pl.DataFrame, tmp_path: Path) -> None:
    moments = (
        datetime(2026, 11, 20, tzinfo=UTC) + timedelta(days=random.Random(place).randint(-999, 999)) for place in range(9999)
    )
    with FaultyService(busy=0.3, dates=True) as service:
        result = asked(gold, service, subject={"wall": lambda: next(moments)}, journal_path=tmp_path / "j.jsonl")
    assert rows_of(gold, result).equals(quiet)
    latencies = result.responses["latency_ms"]
    assert latencies.is_between(0, 5000).all()
    assert result.responses["asked_at"].n_unique() > 100
    assert result.figures.seconds < 60


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of that size at `folder`; skips where this user may not mount one."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_the_journal_goes_on_when_there_is_room(
    gold: GoldSet, quiet: pl.DataFrame, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", "32k") as disk, FaultyService() as service:
        journal = disk / "j.jsonl"
        with pytest.raises(OutsideError, match="the disk is full; what was written before is kept") as caught:
            asked(gold, service, journal_path=journal)
        assert (caught.value.where, caught.value.exit_code) == (str(journal), 3)
        kept = journal.read_bytes()
        assert kept.endswith(b"\n")
        rows = [json.loads(line) for line in kept.splitlines()]
        assert 50 < len(rows) < CASES
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        result = asked(gold, service, journal_path=journal, resume=True)
        assert result.figures.reused == len(rows) - 1
        assert journal.read_bytes().startswith(kept)
    assert rows_of(gold, result).equals(quiet)


def start(gold: GoldSet, journal: Path, out: Path, *url: str) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "tests.fakes.asker", str(gold.path), str(journal), str(out), *url]
    return subprocess.Popen(argv, cwd=ROOT)


def finish(gold: GoldSet, journal: Path, out: Path, *url: str) -> Path:
    assert start(gold, journal, out, *url).wait(60) == 0
    return out


def kill_somewhere(gold: GoldSet, journal: Path, out: Path, rows: int, *url: str) -> None:
    """Begin, and kill -9 as soon as the journal has grown by about `rows` rows."""
    before = journal.stat().st_size if journal.exists() else 0
    process = start(gold, journal, out, *url)
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        if rows == 0 or (journal.exists() and journal.stat().st_size >= before + rows * ROW):
            break
        time.sleep(0.002)
    process.kill()
    process.wait(10)


@pytest.mark.slow
def test_killed_at_twenty_points_it_ends_with_the_rows_of_a_quiet_run(
    gold: GoldSet, quiet: pl.DataFrame, tmp_path: Path
) -> None:
    journal, out = tmp_path / "j.jsonl", tmp_path / "cases.parquet"
    draw = random.Random(11)
    with FaultyService(seconds=0.01) as service:
        for _ in range(20):
            kill_somewhere(gold, journal, out, draw.randint(0, 25), service.url)
        finish(gold, journal, out, service.url)
        answered = service.answered()
    assert read_table(out).drop(PASSING).equals(quiet)
    lost = sum(answered.values()) - CASES
    assert len(answered) == CASES
    assert lost <= 20 * CONCURRENCY


@pytest.mark.slow
def test_killed_and_resumed_it_ends_with_the_same_bytes(gold: GoldSet, tmp_path: Path) -> None:
    journal, out = tmp_path / "j.jsonl", tmp_path / "cases.parquet"
    for rows in (0, 1, 40):
        kill_somewhere(gold, journal, out, rows)
    resumed = finish(gold, journal, out).read_bytes()
    undisturbed = finish(gold, tmp_path / "other.jsonl", tmp_path / "other.parquet").read_bytes()
    assert resumed == undisturbed
