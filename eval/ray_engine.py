"""Asking and scoring on the nodes of a Ray cluster: the cases in parts, a part a task."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from .errors import UsageError
from .part import Errand
from .ray_cluster import connected, explained, import_ray, packed, workers
from .results import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .ask.options import AskOptions
    from .case import GoldSet
    from .part import Part

    Work = Callable[[GoldSet, AskOptions, Errand], Part]

PARTS_A_WORKER = 4
MOST_ROWS = 50_000
RETRIES = 3
POLL_SECONDS = 0.2


def own_version() -> str:
    """The version of goldgate that is installed here."""
    from importlib.metadata import version

    return version("goldgate")


def run_parts(
    gold: GoldSet,
    work: Work,
    options: AskOptions,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    address: str | None = None,
) -> list[Part]:
    """Do `work` for all cases on a Ray cluster, and return the parts in the order of the gold set.

    `address` is that of a running cluster (`auto`, `host:6379` or `ray://host:10001`); without one Ray starts on this machine,
    or takes what RAY_ADDRESS names. `work` asks and scores some cases; it travels to the workers with all that it refers to,
    the caller's own modules included, but goldgate itself must be installed there. Concurrency and rate limits of `options`
    are shared out among the workers, budgets are watched for all of them together. A worker or node that dies costs its part,
    which begins anew elsewhere, at most three times. When a budget is spent, parts that were not begun are missing, and the
    others say so in `stopped`.

    Raises:
        UsageError: Ray is not installed, here or there, or `work` cannot travel.
        OutsideError: no cluster answers, a part's workers died again and again, or what `work` raised.
    """
    ray = import_ray()
    with connected(ray, address):
        count = workers(ray, options.concurrency)
        return _Run(ray, gold, packed(ray, (work, _own_metrics())), options, count, on_progress).finish()


def split(gold: GoldSet, workers: int) -> list[GoldSet]:
    """The gold set in its order as parts of equal length: four a worker, at most 50,000 cases each, and at least one part."""
    size = max(1, min(MOST_ROWS, ceil(len(gold) / (workers * PARTS_A_WORKER))))
    return [gold.with_frame(gold.frame.slice(start, size)) for start in range(0, max(len(gold), 1), size)]


def share(options: AskOptions, workers: int, seconds: float = 0.0) -> AskOptions:
    """The options of one of several workers that ask at once, when `seconds` of the time budget are over.

    The budget in USD stays with whoever oversees all workers.
    """
    rate, tokens, limit = options.requests_per_second, options.tokens_per_minute, options.time_budget_seconds
    return replace(
        options,
        concurrency=max(1, options.concurrency // workers),
        requests_per_second=None if rate is None else rate / workers,
        tokens_per_minute=None if tokens is None else tokens / workers,
        budget_usd=None,
        time_budget_seconds=None if limit is None else max(limit - seconds, 0.001),
    )


class Board:
    """How far all parts are and what they cost, kept in one place of the cluster."""

    def __init__(self, budget_usd: float | None) -> None:
        self._budget_usd = budget_usd
        self._told: dict[int, Progress] = {}
        self._costs: dict[tuple[int, str], float] = {}

    def tell(self, number: int, attempt: str, progress: Progress) -> bool:
        """Note the state of a part; true means that nothing more may be asked. An attempt that died has cost its money."""
        self._told[number] = progress
        self._costs[number, attempt] = progress.cost_usd
        return self.spent()

    def spent(self) -> bool:
        """Whether the budget in USD is gone."""
        return self._budget_usd is not None and sum(self._costs.values()) >= self._budget_usd

    def state(self) -> tuple[int, int, int, float]:
        """Cases done, errors and cases reused of all parts, and USD of all attempts."""
        parts = self._told.values()
        sums = (sum(part.done for part in parts), sum(part.errors for part in parts), sum(part.reused for part in parts))
        return (*sums, sum(self._costs.values()))


class _Run:
    """One run over all parts, as the driver sees it."""

    def __init__(
        self,
        ray: Any,
        gold: GoldSet,
        work: bytes,
        options: AskOptions,
        workers: int,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.ray, self.gold, self.options, self.workers, self.on_progress = ray, gold, options, workers, on_progress
        self.parts = split(gold, workers)
        self.start = time.monotonic()
        self.board = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1)(Board).remote(options.budget_usd)
        self.task = ray.remote(num_cpus=1, max_retries=RETRIES, scheduling_strategy="SPREAD")(_do)
        self.work = ray.put(work)
        self.journals = f"goldgate-{uuid4().hex}"
        self.running: dict[Any, int] = {}
        self.done: dict[int, Part] = {}
        self.stopped: str | None = None

    def finish(self) -> list[Part]:
        """Keep every worker busy until all parts are done or one says that it stopped."""
        waiting = list(range(len(self.parts)))
        try:
            while waiting or self.running:
                while waiting and len(self.running) < self.workers:
                    self._begin(waiting.pop(0))
                ready, _ = self.ray.wait(list(self.running), num_returns=1, timeout=POLL_SECONDS)
                for task in ready:
                    self._take(task)
                if waiting and (stopped := self._stop()):
                    self.stopped = stopped
                    waiting.clear()
                self._report()
        finally:
            for task in self.running:
                self.ray.cancel(task, force=True)
            self.ray.kill(self.board)
        parts = [self.done[number] for number in sorted(self.done)]
        return [replace(part, stopped=self.stopped) for part in parts] if self.stopped else parts

    def _begin(self, number: int) -> None:
        options = share(self.options, self.workers, time.monotonic() - self.start)
        journal = f"{self.journals}/part-{number:05}.jsonl"
        task = self.task.remote(self.work, self.parts[number], options, number, journal, self.board, own_version())
        self.running[task] = number

    def _take(self, task: Any) -> None:
        number = self.running.pop(task)
        try:
            self.done[number] = self.ray.get(task)
        except self.ray.exceptions.RayError as error:
            raise explained(error, f"part {number + 1} of {len(self.parts)}") from error

    def _stop(self) -> str | None:
        """Why no further part is begun: the budget of all workers is spent, or a part stopped by itself."""
        if self._ask_board("spent", default=False):
            return f"budget: ${self.options.budget_usd:.2f} is spent"
        return next((part.stopped for part in self.done.values() if part.stopped), None)

    def _report(self) -> None:
        if self.on_progress is None:
            return
        done, errors, reused, cost = self._ask_board("state", default=(0, 0, 0, 0.0))
        seconds, total = time.monotonic() - self.start, len(self.gold)
        self.on_progress(Progress(done=done, total=total, errors=errors, reused=reused, cost_usd=cost, seconds=seconds))

    def _ask_board(self, what: str, *, default: Any) -> Any:
        """What the board says; `default` while it is being brought back after its worker died."""
        with suppress(self.ray.exceptions.RayError):
            return self.ray.get(getattr(self.board, what).remote(), timeout=5)
        return default


def _do(packed: bytes, gold: GoldSet, options: AskOptions, number: int, journal: str, board: Any, version: str) -> Part:
    """What runs on a worker."""
    import socket
    import tempfile
    from pathlib import Path

    import ray
    from ray import cloudpickle

    if version != own_version():
        msg = f"the worker has goldgate {own_version()}, and this is {version}."
        raise UsageError(msg, where=socket.gethostname(), next_step="Install the same version on every node.")
    attempt, path = uuid4().hex, Path(tempfile.gettempdir()) / journal

    def told(progress: Progress) -> bool:
        return bool(ray.get(board.tell.remote(number, attempt, progress)))

    work, metrics = cloudpickle.loads(packed)
    _register(metrics)
    part: Part = work(gold, options, Errand(journal=str(path), told=told))
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()
    return part


def _own_metrics() -> list[Any]:
    from .score.registry import METRICS

    return [metric for metric in METRICS.values() if metric.user]


def _register(metrics: Sequence[Any]) -> None:
    from .score.registry import register

    for metric in metrics:
        register(metric)
