"""The sections of a 10-K that a question names, by item number or by title."""

from __future__ import annotations

import re

ITEM = re.compile(r"\bitem\s*(\d{1,2}[ABC]?)\b", re.IGNORECASE)
TITLES: dict[str, tuple[str, ...]] = {
    "ITEM_1": ("business section", "business description", "description of business", "business overview"),
    "ITEM_1A": ("risk factor", "risk factors", "risk-factor", "risks", "risk disclosures"),
    "ITEM_1B": ("unresolved staff comments",),
    "ITEM_1C": ("cybersecurity section", "cybersecurity disclosure"),
    "ITEM_2": ("properties section", "properties", "facilities"),
    "ITEM_3": ("legal proceedings",),
    "ITEM_5": ("market for registrant", "share repurchases", "issuer purchases", "dividend policy"),
    "ITEM_6": ("selected financial data",),
    "ITEM_7": ("md&a", "management's discussion", "results of operations"),
    "ITEM_7A": ("market risk disclosures", "quantitative and qualitative"),
    "ITEM_8": ("financial statements", "notes to the consolidated", "accounting policies"),
    "ITEM_9A": ("controls and procedures", "internal control", "disclosure controls"),
}


def find_sections(text: str) -> tuple[str, ...]:
    """Section keys (ITEM_1A, ...) in `text`; an item number rules out guesses from titles."""
    by_number = [f"ITEM_{number.upper()}" for number in ITEM.findall(text)]
    if by_number:
        return tuple(dict.fromkeys(by_number))
    lowered = text.lower()
    return tuple(section for section, titles in TITLES.items() if any(title in lowered for title in titles))
