"""What an asking may cost in money and time."""

from __future__ import annotations


class Budget:
    """`usd` and `seconds` are limits, null for none; `spent` is what the answers of the run have cost so far.

    Nothing is sent that, at the mean cost of a question, would go over the limit together with what is on its way.
    """

    def __init__(self, usd: float | None, seconds: float | None, *, began: float, spent: float = 0.0) -> None:
        self.spent = spent
        self._usd, self._seconds, self._began = usd, seconds, began
        self._known = self._paid = 0.0

    def pay(self, usd: float | None) -> None:
        """An answer cost `usd`; null where the service does not say."""
        if usd:
            self.spent += usd
            self._known += usd
            self._paid += 1

    def over(self, now: float, in_flight: int = 0) -> str | None:
        """Why nothing more may be sent, or null; `in_flight` questions are still to be paid."""
        if self._usd is not None and (why := self._over_usd(self._usd, in_flight)):
            return why
        if self._seconds is not None and now - self._began >= self._seconds:
            return f"time: the time budget of {self._seconds:g} s is over"
        return None

    def _over_usd(self, limit: float, in_flight: int) -> str | None:
        if self.spent >= limit:
            return f"budget: the budget of ${limit:.2f} is spent (${self.spent:.2f})"
        mean = self._known / self._paid if self._paid else 0.0
        if self.spent + (in_flight + 1) * mean > limit * (1 + 1e-9):
            return f"budget: the budget of ${limit:.2f} has no room for another case (${self.spent:.2f} spent)"
        return None
