"""Content hashes of a case and of a gold set: order, white space and notes do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..case import gold_row, set_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..case import Case


def case_hash(case: Case) -> str:
    """SHA-256 (hex) of what the case asks, expects and is tagged with; its line and notes are left out."""
    return gold_row(case).case


def gold_hash(cases: Iterable[Case]) -> str:
    """SHA-256 (hex) over the sorted hashes of the cases."""
    return set_hash(case_hash(case) for case in cases)
