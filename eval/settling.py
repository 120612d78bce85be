"""Looking at the verdict while cases are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .part import CASES

if TYPE_CHECKING:
    import polars as pl

    from .ask.asked import Batch
    from .case import GoldSet
    from .part import Inquiry
    from .terms import Terms
    from .verdict.sequential import Decision


class Settling:
    """Shows finished cases, scored, to the monitor of the rules; true once the verdict is certain."""

    def __init__(self, gold: GoldSet, inquiry: Inquiry, terms: Terms, stored: pl.DataFrame | None) -> None:
        from .verdict.sequential import Monitor

        self._gold, self._inquiry = gold, inquiry
        self._monitor = Monitor(terms.gates, stored, gold.frame, confidence=terms.confidence, beside=inquiry.live is not None)
        self.decision: Decision | None = None

    def __call__(self, batch: Batch) -> bool:
        """Whether the verdict is certain after this batch, too."""
        rows = self._scored(batch.responses)
        live = batch.baseline_responses
        beside = None if live is None else self._scored(live)
        self.decision = self.decision or self._monitor.update(rows, beside)
        return self.decision is not None

    def _scored(self, responses: pl.DataFrame) -> pl.DataFrame:
        """The scored rows in the order in which the cases were asked, which that of the gold set is not."""
        asked = responses.select("id").unique(maintain_order=True)
        return asked.join(self._inquiry.scored(self._gold, responses)[CASES], on="id", maintain_order="left")

    def told(self) -> dict[str, Any]:
        """What a conclusion needs of it: the decision, or the level that is left for the table of all cases."""
        if self.decision is None:
            return {"gate_confidence": self._monitor.final_confidence}
        return {"decision": self.decision}
