"""All references, family by family, and the table of them in docs/evaluation.md."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import answers, gold_sets, judges, learning, retrieval, statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reference import Reference

    Family = Callable[[Path], list[Reference]]

PAGE = Path(__file__).parents[2] / "docs/evaluation.md"
BEGIN, END = "<!-- references: written by `python -m tests.references` -->", "<!-- end of references -->"
FAMILIES: dict[str, tuple[Family, Path]] = {
    "trec_eval": (retrieval.trec_eval, retrieval.TREC),
    "CACM": (retrieval.cacm, retrieval.CACM),
    "TAT-QA": (answers.tatqa, answers.TATQA),
    "XQuAD": (answers.xquad, answers.XQUAD),
    "EVOUNA": (judges.evouna, judges.EVOUNA),
    "UniEval": (judges.unieval, judges.UNIEVAL),
    "McNemar": (statistics.mcnemar, statistics.SOURCE),
    "tau-bench": (statistics.tau_bench, statistics.REWARDS),
    "regression": (learning.regression, learning.HOUSING),
    "classification": (learning.classification, learning.HOUSING),
    "gold sets": (gold_sets.xquad, gold_sets.XQUAD),
    "FinSights": (gold_sets.finsights, gold_sets.FINSIGHTS),
}


def computed(name: str, folder: Path) -> list[Reference]:
    """The references of one family, computed in an empty folder."""
    family, _ = FAMILIES[name]
    return family(folder)


def every() -> list[Reference]:
    """The references of all families, in order; the data must be there."""
    found = []
    for name in FAMILIES:
        with tempfile.TemporaryDirectory() as folder:
            found += computed(name, Path(folder))
    return found


def rendered(references: list[Reference]) -> str:
    """The table in Markdown."""
    head = "| what | reference | published | ours |\n|---|---|---:|---:|\n"
    return head + "".join(f"| {' | '.join(row.cells)} |\n" for row in references)


def written(page: str, table: str) -> str:
    """A page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}{END}{after}"


def on_page(page: str) -> str:
    """The table as it stands on a page."""
    return page.partition(BEGIN)[2].partition(END)[0].lstrip("\n")
