"""Limits in requests a second and tokens a minute."""

from __future__ import annotations

BURST_SECONDS = 1.0


class Bucket:
    """A token bucket that lends: what is taken beyond its contents is paid for by waiting.

    It holds what `rate` (units a second) brings in one second, and at least one unit.
    """

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._capacity = max(rate * BURST_SECONDS, 1.0)
        self._level = self._capacity
        self._seen = now

    def take(self, units: float, now: float) -> float:
        """Take `units` and return the seconds to wait before they may be used."""
        self._level = min(self._capacity, self._level + max(0.0, now - self._seen) * self._rate) - units
        self._seen = max(self._seen, now)
        return max(0.0, -self._level / self._rate)

    def settle(self, units: float) -> None:
        """Take `units` more (or give back, when negative) that only became known afterwards."""
        self._level -= units


class Rate:
    """Both limits over all questions. The tokens of a question are guessed from the mean of those that came back."""

    def __init__(self, requests_per_second: float | None, tokens_per_minute: float | None, now: float) -> None:
        self._requests = Bucket(requests_per_second, now) if requests_per_second else None
        self._tokens = Bucket(tokens_per_minute / 60, now) if tokens_per_minute else None
        self.limited = self._requests is not None or self._tokens is not None
        self._total = 0
        self._count = 0

    @property
    def guess(self) -> float:
        """The mean tokens of a question so far."""
        return self._total / self._count if self._count else 0.0

    def reserve(self, now: float) -> tuple[float, float]:
        """Room for one question: the seconds to wait for it, and the tokens that were set aside."""
        wait = self._requests.take(1, now) if self._requests else 0.0
        if self._tokens is None:
            return wait, 0.0
        guess = self.guess
        return max(wait, self._tokens.take(guess, now)), guess

    def settle(self, tokens: int, guessed: float) -> None:
        """A question for which `guessed` tokens were set aside used `tokens` of them; 0 where it came to nothing."""
        if self._tokens is None:
            return
        self._tokens.settle(tokens - guessed)
        if tokens:
            self._total += tokens
            self._count += 1
