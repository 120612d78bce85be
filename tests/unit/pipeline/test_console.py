from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from goldgate.pipeline.console import LiveConsole, PlainConsole, make_console, seconds_text, stage_line
from tests.fakes.clock import FakeClock

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"


class Shown:
    """A plain console with a clock that the test moves."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.out = io.StringIO()
        self.console = PlainConsole(self.out, self.clock.now)

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()


@pytest.fixture
def shown() -> Shown:
    return Shown()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (2.14, "2.1 s"), (59.94, "59.9 s"), (59.96, "1m 00s"), (60, "1m 00s"), (112.4, "1m 52s"), (3725, "62m 05s")],
)
def test_durations(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


def test_a_stage_ends_with_one_line_of_fixed_columns(shown: Shown) -> None:
    shown.console.begin("build")
    shown.console.end("build", "212.6 MB  all cached", 2.1)
    shown.console.end("evaluate", "240 cases", 112, state="failed")
    shown.console.end("report", "x", 0, state="unsure")
    assert shown.lines == [
        "  build       212.6 MB  all cached" + " " * 60 + "2.1 s",
        "  evaluate    240 cases" + " " * 70 + "1m 52s  ✕",
        "  report      x" + " " * 79 + "0.0 s  ?",
    ]
    assert len(stage_line("a", "b", 1)) == len(stage_line("evaluate", "c" * 40, 599))


def test_a_quick_step_is_not_shown_and_a_slow_one_is(shown: Shown) -> None:
    shown.console.begin("build")
    shown.clock.time += 1.9
    shown.console.step("[1/4] FROM base")
    shown.clock.time += 0.2
    shown.console.step("[2/4] RUN pip install")
    shown.clock.time += 1.9
    shown.console.step("[3/4] COPY .")
    assert shown.lines == ["  build       ... [2/4] RUN pip install"]


def test_a_new_stage_begins_its_two_seconds_anew(shown: Shown) -> None:
    shown.clock.time += 60
    shown.console.begin("test")
    shown.console.step("reading the image")
    assert shown.lines == []


def test_counts_are_shown_by_tenths(shown: Shown) -> None:
    shown.console.begin("evaluate")
    for done in range(241):
        shown.clock.time += 0.5
        shown.console.count(done, 240, "38/s")
    assert [line.split()[2] for line in shown.lines] == [f"{n}/240" for n in range(24, 241, 24)]
    assert shown.lines[0] == "  evaluate    ... 24/240  38/s"


def test_a_count_of_nothing_is_no_division_by_zero(shown: Shown) -> None:
    shown.clock.time += 3
    shown.console.count(0, 0)
    assert shown.lines == ["              ... 0/0"]


def test_lines_lose_trailing_blanks_only(shown: Shown) -> None:
    shown.console.line("   indented   ")
    shown.console.line()
    assert shown.out.getvalue() == "   indented\n\n"


def test_a_pipe_gets_the_plain_console_and_json_keeps_standard_output_free(capsys: pytest.CaptureFixture[str]) -> None:
    for json in (True, False):
        console = make_console(json=json)
        assert isinstance(console, PlainConsole)
        console.begin("build")
        console.line("✕ told")
        console.close()
        out, err = capsys.readouterr()
        assert (out, err) == (("", "✕ told\n") if json else ("✕ told\n", ""))


def terminal() -> tuple[LiveConsole, io.StringIO]:
    out = io.StringIO()
    return LiveConsole(Console(file=out, force_terminal=True, width=100, color_system="standard", highlight=False)), out


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@pytest.mark.parametrize(
    ("line", "escape"),
    [
        ("            ✕  retrieval.recall@10  0.781", "\x1b[31m✕"),
        ("            ?  answer.token_f1", "\x1b[33m?"),
        ("            ✓  5 more", "\x1b[32m✓"),
        ("  BLOCKED     recall fell", "\x1b[1;31mBLOCKED"),
        ("  evaluate    240 cases  1m 52s  ✕", "\x1b[31m✕"),
    ],
)
def test_a_terminal_colours_the_verdict(line: str, escape: str) -> None:
    console, out = terminal()
    console.line(line)
    assert escape in out.getvalue()
    assert plain(out.getvalue()) == line + "\n"


@pytest.mark.parametrize("line", ["what [bold]is[/bold] ✓ in the middle", "  build       [2/4] RUN x"])
def test_a_terminal_leaves_other_text_alone(line: str) -> None:
    console, out = terminal()
    console.line(line)
    assert out.getvalue() == line + "\n"


def test_a_terminal_shows_the_running_stage_and_leaves_its_closing_line() -> None:
    console, out = terminal()
    console.begin("evaluate")
    console.begin("evaluate")
    console.count(120, 240, "38/s")
    console.end("evaluate", "240 cases", 6.4)
    console.close()
    assert out.getvalue().count(HIDE_CURSOR) == out.getvalue().count(SHOW_CURSOR) == 1
    assert plain(out.getvalue()).rstrip().endswith(stage_line("evaluate", "240 cases", 6.4).rstrip())


def test_the_bar_of_a_terminal_is_full_at_the_end() -> None:
    console, out = terminal()
    console.begin("evaluate")
    console.count(240, 240)
    console.close()
    assert "━" * 22 + " 240/240" in plain(out.getvalue())
