"""What a terminal or a pipe shows of the work: live progress for people, one line an event elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console
    from rich.live import Live

MARKS = {"ok": "✓", "failed": "✕", "unsure": "?"}
QUIET_SECONDS = 2.0
NAME_WIDTH = 11
TEXT_WIDTH = 76


def seconds_text(seconds: float) -> str:
    """A duration as people read it: 2.1 s, 1m 52s."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    return f"{round(seconds) // 60}m {round(seconds) % 60:02d}s"


def stage_line(stage: str, text: str, seconds: float) -> str:
    """A stage's closing line: its name, what came of it, and how long it took."""
    return f"  {stage:<{NAME_WIDTH}} {text:<{TEXT_WIDTH}} {seconds_text(seconds):>8}"


class PlainConsole:
    """One line an event, no colour, no cursor moves. A step is shown when nothing was for two seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out or sys.stdout
        self._clock = clock
        self._stage = ""
        self._last = clock()
        self._tenth = -1

    def begin(self, stage: str) -> None:
        """A stage begins."""
        self._stage, self._last, self._tenth = stage, self._clock(), -1

    def step(self, text: str) -> None:
        """Show the step when the last line is two seconds old."""
        if self._clock() - self._last >= QUIET_SECONDS:
            self.line(f"  {self._stage:<{NAME_WIDTH}} ... {text}")

    def count(self, done: int, total: int, note: str = "") -> None:
        """Show every tenth of the way, when the last line is two seconds old."""
        tenth = 10 * done // max(total, 1)
        if tenth != self._tenth:
            self._tenth = tenth
            self.step(f"{done}/{total}  {note}".rstrip())

    def end(self, stage: str, text: str, seconds: float, *, state: str = "ok") -> None:
        """Show the stage's closing line."""
        self.line(stage_line(stage, text, seconds) + ("" if state == "ok" else f"  {MARKS[state]}"))

    def line(self, text: str = "") -> None:
        """Show a line."""
        print(text.rstrip(), file=self._out, flush=True)
        self._last = self._clock()

    def close(self) -> None:
        """Nothing is open."""


class LiveConsole:
    """A terminal: the running stage with its clock and a bar, redrawn in place; closing lines stay."""

    COLOURS: dict[str, str] = {"✕": "red", "?": "yellow", "✓": "green", "BLOCKED": "bold red", "CAUSE": "bold red"}  # noqa: RUF012

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._stage, self._text, self._start = "", "", time.monotonic()

    def begin(self, stage: str) -> None:
        """Show the stage as running."""
        from rich.live import Live

        self._stage, self._text, self._start = stage, "", time.monotonic()
        if self._live is None:
            self._live = Live(
                get_renderable=self._render, console=self._console, transient=True, refresh_per_second=8, redirect_stderr=False
            )
            self._live.start()

    def step(self, text: str) -> None:
        """Show what it is at."""
        self._text = text

    def count(self, done: int, total: int, note: str = "") -> None:
        """Show how far it is."""
        filled = 22 * done // max(total, 1)
        self._text = f"{'━' * filled}{'─' * (22 - filled)} {done}/{total}  {note}"

    def end(self, stage: str, text: str, seconds: float, *, state: str = "ok") -> None:
        """Leave the stage's closing line."""
        self.close()
        self.line(stage_line(stage, text, seconds) + ("" if state == "ok" else f"  {MARKS[state]}"))

    def line(self, text: str = "") -> None:
        """Leave a line, its sign or first word in the colour of the verdict."""
        from rich.text import Text

        shown = Text(text.rstrip())
        for word, colour in self.COLOURS.items():
            if text.lstrip().startswith(word) or text.rstrip().endswith(f" {word}"):
                shown.highlight_words([word], style=colour)
        self._console.print(shown, soft_wrap=True)

    def close(self) -> None:
        """Take the running stage off the screen."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _render(self) -> Any:
        from rich.text import Text

        took = seconds_text(time.monotonic() - self._start)
        width = max(20, self._console.width - NAME_WIDTH - 16)
        return Text(f"  {self._stage:<{NAME_WIDTH}} {self._text[:width]:<{width}} {took:>8}", no_wrap=True)


def make_console(*, json: bool) -> PlainConsole | LiveConsole:
    """The console for this process: progress goes to standard error when standard output carries JSON."""
    stream = sys.stderr if json else sys.stdout
    if not stream.isatty():
        return PlainConsole(stream)
    from rich.console import Console

    return LiveConsole(Console(file=stream, highlight=False))
