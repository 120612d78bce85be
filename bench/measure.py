"""Run commands and measure them as the system sees them: wall time and peak memory of the whole process tree."""

from __future__ import annotations

import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PAGE = os.sysconf("SC_PAGE_SIZE")
SAMPLE_SECONDS = 0.02
TRACEBACK = "Traceback (most recent call last)"
RESULTS = Path(__file__).parent / "results"


class CommandFailed(RuntimeError):
    """A measured command ended with another exit code than it should."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command to measure. `ok` are the exit codes that count as done; `before` runs unmeasured before each run.

    `env` replaces this process's environment; either way Python may keep its bytecode, as that of an installed program is kept.
    """

    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    ok: tuple[int, ...] = (0,)
    timeout_seconds: float = 900.0
    before: Callable[[], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a command: wall seconds, processor seconds and peak resident megabytes (2**20 bytes) of its process tree."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    exit_code: int
    stdout: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The medians of several runs, and the fastest and slowest wall time."""

    seconds: float
    fastest: float
    slowest: float
    cpu_seconds: float
    peak_mb: float
    runs: int

    def to_json(self) -> dict[str, float]:
        """The figures, rounded to what they can bear."""
        return {key: round(value, 4 if key != "peak_mb" else 1) for key, value in asdict(self).items()}


class _Watch(threading.Thread):
    """Samples the resident memory of a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            self.peak = max(self.peak, sum(map(_resident, _tree(self.pid))))
            self.over.wait(SAMPLE_SECONDS)


def run(command: Command) -> Run:
    """Run a command in a process group of its own and wait for it.

    Memory is sampled every 20 ms over the tree; the kernel's own high-water mark of the largest process is the lower bound, so
    that a peak between two samples is not lost. Raises CommandFailed, with the end of what it wrote, on any other exit code and
    on a traceback, whatever the code.
    """
    if command.before:
        command.before()
    start = time.perf_counter()
    process = subprocess.Popen(
        command.argv, env=_environment(command), cwd=command.cwd, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    watch = _Watch(process.pid)
    watch.start()
    texts = _drain(process)
    alarm = threading.Timer(command.timeout_seconds, os.killpg, (process.pid, signal.SIGKILL))
    alarm.start()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    alarm.cancel()
    watch.over.set()
    watch.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    stdout, stderr = texts()
    if process.returncode not in command.ok or TRACEBACK in stderr:
        msg = f"{' '.join(command.argv)} ended with {process.returncode}:\n{(stdout + stderr)[-4000:]}"
        raise CommandFailed(msg)
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=max(watch.peak, _high_water(usage)) / 2**20,
        exit_code=process.returncode,
        stdout=stdout,
    )


def interleaved(
    commands: Mapping[str, Command], *, runs: int, say: Callable[[str], None] = lambda _text: None
) -> dict[str, Figures]:
    """Run all commands in turn, `runs` times over, so that a change of the machine's load meets all of them; the medians."""
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for turn in range(1, runs + 1):
        for name, command in commands.items():
            taken[name].append(run(command))
            say(f"{turn}/{runs}  {name}  {taken[name][-1].seconds:.2f} s  {taken[name][-1].peak_mb:.0f} MB")
    return {name: medians(each) for name, each in taken.items()}


def medians(taken: Sequence[Run]) -> Figures:
    """The figures of several runs of one command."""
    walls = [each.seconds for each in taken]
    return Figures(
        seconds=statistics.median(walls),
        fastest=min(walls),
        slowest=max(walls),
        cpu_seconds=statistics.median(each.cpu_seconds for each in taken),
        peak_mb=statistics.median(each.peak_mb for each in taken),
        runs=len(taken),
    )


def machine() -> dict[str, Any]:
    """What the figures were measured on: cores, memory in GB, system, Python, and the load when the bench began."""
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE / 2**30
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def save(name: str, figures: Mapping[str, Any], folder: Path = RESULTS, *, page: str | None = None) -> Path:
    """Write a bench's figures and the machine to `<folder>/<name>.json`, and `page`, for the docs, to `<name>.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **figures}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if page is not None:
        path.with_suffix(".md").write_text(page, encoding="utf-8")
    return path


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows]) + "\n"


def _environment(command: Command) -> dict[str, str]:
    given = os.environ if command.env is None else command.env
    return {name: value for name, value in given.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _drain(process: subprocess.Popen[str]) -> Callable[[], tuple[str, str]]:
    """Read both pipes in threads, so that a talkative command never waits for its reader."""
    texts = {"out": "", "err": ""}

    def read(key: str, pipe: Any) -> None:
        texts[key] = pipe.read()
        pipe.close()

    pipes = (("out", process.stdout), ("err", process.stderr))
    threads = [threading.Thread(target=read, args=pair, daemon=True) for pair in pipes]
    for thread in threads:
        thread.start()

    def finished() -> tuple[str, str]:
        for thread in threads:
            thread.join(5)
        return texts["out"], texts["err"]

    return finished


def _tree(root: int) -> list[int]:
    """The process and all its descendants that live now, over every thread of each."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        with suppress(OSError):
            tasks = list(Path(f"/proc/{pid}/task").iterdir())
            waiting += [int(child) for task in tasks for child in _children(task)]
    return found


def _children(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _high_water(usage: resource.struct_rusage) -> int:
    """The largest process of the tree in bytes; 0 where it may be our own mark, which a child inherits at the fork."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return usage.ru_maxrss * 1024 if usage.ru_maxrss > own else 0
