"""Names of metrics: the families that goldgate knows, and which of them are fractions."""

from __future__ import annotations

import re

from .suggest import nearest

RETRIEVAL = ("recall", "precision", "hit", "ndcg", "mrr", "map")
PLAIN: dict[str, tuple[str, ...]] = {
    "answer": (
        "exact_match",
        "token_f1",
        "contains",
        "rouge_l",
        "chrf",
        "numeric_match",
        "boolean_match",
        "list_f1",
        "refusal",
    ),
    "grounding": ("supported_numbers", "citation_precision", "citation_recall"),
    "regression": ("mae", "rmse", "mape", "r2", "interval_coverage", "interval_width"),
    "classification": ("accuracy", "precision", "recall", "f1_macro", "auroc", "brier", "ece"),
    "tatqa": ("em", "f1", "scale"),
    "repeats": ("flakiness",),
    "latency": ("mean_ms", "p50_ms", "p95_ms", "p99_ms"),
    "errors": ("rate",),
    "tokens": ("input", "output"),
    "cost": ("usd_per_case",),
}
OPEN_FAMILIES = ("judge", "custom")
"""`judge.<rubric>` and `custom.<name>` are named by whoever writes them."""

WITH_A_NUMBER: dict[str, tuple[str, str]] = {
    "regression.pinball@": (r"0?\.[0-9]+", "0.5"),
    "repeats.pass@": ("[1-9][0-9]*", "1"),
    "repeats.pass^": ("[1-9][0-9]*", "1"),
}
"""Names that are incomplete without a number: what it looks like, and an example."""

KNOWN = (
    *(f"retrieval.{name}" for name in RETRIEVAL),
    *(f"{family}.{name}" for family, names in PLAIN.items() for name in names),
)
EXAMPLES = tuple(name + example for name, (_, example) in WITH_A_NUMBER.items())
FRACTION_FAMILIES = ("retrieval", "answer", "grounding", "classification", "tatqa", "repeats", "errors")
CUT = re.compile(r"^retrieval\.([a-z]+)@([1-9][0-9]*)$")
NUMBERED = re.compile("|".join(f"{re.escape(name)}{number}" for name, (number, _) in WITH_A_NUMBER.items()))
OPEN = re.compile(rf"^({'|'.join(OPEN_FAMILIES)})\.[A-Za-z][A-Za-z0-9_.-]*$")


def is_metric(name: str) -> bool:
    """Whether goldgate can compute a metric of that name, or leaves it to a rubric or a function of the user's."""
    cut = CUT.match(name)
    if cut:
        return cut[1] in RETRIEVAL
    return name in KNOWN or NUMBERED.fullmatch(name) is not None or OPEN.match(name) is not None


def nearest_metric(name: str) -> str | None:
    """The known name that looks most like `name`, keeping its `@k`; None where none looks alike."""
    base, at, cut = name.partition("@")
    if at and cut.isdigit() and not name.startswith("repeats."):
        found = nearest(base.rpartition(".")[2], RETRIEVAL)
        return f"retrieval.{found}@{max(int(cut), 1)}" if found else None
    found = nearest(name, (*KNOWN, *EXAMPLES))
    if found or "." in name:
        return found
    ends = [known for known in KNOWN if known.split(".", 1)[1] == name]
    return ends[0] if ends else nearest(name, [known.split(".", 1)[1] for known in KNOWN])


def is_fraction(name: str) -> bool:
    """Whether the metric lies between 0 and 1."""
    if name == "classification.brier":
        return False
    return name.split(".")[0] in FRACTION_FAMILIES or name == "regression.interval_coverage"
