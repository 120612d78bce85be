"""Write the reference reports: 21 companies, one report a year, the same bytes for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .business import (
    write_business,
    write_controls,
    write_legal,
    write_market_risk,
    write_properties,
    write_shares,
    write_staff_comments,
)
from .corpus import Corpus
from .page import Page
from .results import write_discussion, write_statements
from .risks import write_risks
from .tables import read_reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from .corpus import Sentence
    from .tables import Reference

SECTIONS = (
    write_business,
    write_risks,
    write_staff_comments,
    write_properties,
    write_legal,
    write_shares,
    write_discussion,
    write_market_risk,
    write_statements,
    write_controls,
)


def generate(seed: int, reference: Reference | None = None, progress: Callable[[int, int], None] | None = None) -> Corpus:
    """All reports of all companies, in the order of tickers, years and sections. `progress` hears (reports done, of all)."""
    reference = reference or read_reference()
    reports = [(ticker, year) for ticker in sorted(reference.companies) for year in reference.years[ticker]]
    sentences: list[Sentence] = []
    for done, (ticker, year) in enumerate(reports, start=1):
        page = Page(seed, reference.companies[ticker], year, reference)
        for write in SECTIONS:
            write(page)
        sentences += page.sentences
        if progress:
            progress(done, len(reports))
    return Corpus(seed=seed, reference=reference, sentences=sentences)
