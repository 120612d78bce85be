"""A subject whose every attempt a test scripts."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from goldgate.eval.ask.subject import Attempt
from goldgate.eval.results import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from goldgate.eval.case import Case


class ScriptedSubject:
    """Answers "answer to <id>"; `script` gives the first attempts of a case, `respond` replaces what follows."""

    digest: str | None = None
    address = "http://service.test/query"

    def __init__(
        self,
        script: Mapping[str, Sequence[Attempt]] | None = None,
        *,
        respond: Callable[[Case, int], Attempt] | None = None,
        alive: Callable[[], bool] = lambda: True,
        identity: str = "scripted",
    ) -> None:
        self.identity = identity
        self._script = {name: list(attempts) for name, attempts in (script or {}).items()}
        self._respond = respond
        self._alive = alive
        self.asked: Counter[str] = Counter()
        self.at_once: dict[str, int] = defaultdict(int)
        self.closed = False

    def is_alive(self) -> bool:
        return self._alive()

    async def open(self, concurrency: int) -> None:
        self.at_once["allowed"] = concurrency

    async def close(self) -> None:
        self.closed = True

    async def ask(self, case: Case) -> Attempt:
        self.asked[case.id] += 1
        self.at_once["now"] += 1
        self.at_once["most"] = max(self.at_once["most"], self.at_once["now"])
        await asyncio.sleep(0)
        self.at_once["now"] -= 1
        if self._script.get(case.id):
            return self._script[case.id].pop(0)
        if self._respond is not None:
            return self._respond(case, self.asked[case.id])
        return good(case)


def good(case: Case, cost_usd: float | None = None) -> Attempt:
    return Attempt(
        response=Response(id=case.id, answer=f"answer to {case.id}", latency_ms=1.0, cost_usd=cost_usd, asked_at="t")
    )
