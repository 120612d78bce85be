"""`goldgate judge`: two columns of a table, a judge's and people's; and the judge that `evaluate` and `score` hand on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from goldgate.eval.judge.rubric_file import RubricFile
    from goldgate.eval.results import Progress as Counts

    from ..progress import Progress

    Judge = Callable[[pl.DataFrame, pl.DataFrame | None, float | None], tuple[pl.DataFrame, dict[str, Any]]]

SHOWN = ("agreement", "kappa", "kappa_quadratic", "pearson", "spearman", "kendall")


def judge(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """How far a judge's column agrees with people's, and the mean that people would give all rows.

    Rows without a human score are the unlabelled ones, rows without the judge's are left out. A column `cluster` says which
    rows are not independent. Scores within 0..1 are taken for fractions.
    """
    from goldgate.eval.judge.columns import read_columns, scores_of
    from goldgate.eval.judge.worth import clusters_of, worth

    table = read_columns(Path(args.table))
    judged, human = scores_of(table, args.judge, args.table), scores_of(table, args.human, args.table)
    weights = _weights(table, args)
    bounded = _are_fractions(judged) and _are_fractions(human)
    record = worth(judged, human, weights=weights, clusters=clusters_of(table), confidence=args.confidence, bounded=bounded)
    data = {"format": 1, "columns": {"judge": args.judge, "human": args.human}, "rows": len(table), **record}
    _tell(data, progress)
    return data


def judge_for(
    rubrics: Path,
    labels: Path | None,
    progress: Progress,
    *,
    client: Callable[[], Any],
    models: dict[str, dict[str, Any]] | None = None,
    cache_dir: Path | None = None,
    concurrency: int = 8,
    confidence: float = 0.95,
) -> Judge:
    """The judge that an evaluation is handed: rubrics run by models on Bedrock over its table of cases.

    `client` makes the bedrock-runtime client once it is needed. A rubric's model is a name of `models` (the configuration's
    `serving_models`), of the rubric file's own `models`, or a Bedrock model id. Files are read at once, models asked later.

    Raises:
        UsageError, Problems: the rubrics or labels are wrong, or a rubric names no model.
    """
    from goldgate.eval.judge.labels import by_rubric, load_labels
    from goldgate.eval.judge.rubric_file import load_rubrics

    file = load_rubrics(rubrics)
    known = _model_settings(file, models or {}, rubrics)
    given = load_labels(labels) if labels is not None else []
    by_rubric(given, file.rubrics)

    def run(table: pl.DataFrame, live: pl.DataFrame | None, left_usd: float | None) -> tuple[pl.DataFrame, dict[str, Any]]:
        from goldgate.eval.judge.asking import Terms
        from goldgate.eval.judge.judging import run_judges

        from ..bedrock_judge import BedrockJudge

        runtime = client()
        asked = {name: BedrockJudge(runtime, threads=concurrency, **settings) for name, settings in known.items()}
        judged = run_judges(
            table, file.rubrics, asked, labels=given, baseline=live, cache_dir=cache_dir, confidence=confidence,
            terms=Terms(concurrency=concurrency, budget_usd=left_usd), on_progress=_counted(progress),
        )  # fmt: skip
        return judged.table, judged.records

    return run


def _model_settings(file: RubricFile, configured: dict[str, dict[str, Any]], where: Path) -> dict[str, dict[str, Any]]:
    """What BedrockJudge is made of, for each model name that a rubric gives ("default" where it gives none)."""
    known = {name: _settings(part) for name, part in configured.items() if part.get("model_id")} | file.models
    found = {}
    for rubric in file.rubrics:
        name = rubric.model or "default"
        if name == "default" and name not in known:
            msg = f"the rubric {rubric.name} names no model, and there is no default."
            raise UsageError(msg, where=str(where), next_step="Add `model: <Bedrock model id>` to the rubric.")
        found[name] = known.get(name, {"model_id": name})
    return found


def _settings(model: dict[str, Any]) -> dict[str, Any]:
    """A model of the configuration as a judge: its id and prices; a judge's temperature is 0."""
    return {name: model[name] for name in ("model_id", "cost_per_1k_input", "cost_per_1k_output") if name in model}


def _counted(progress: Progress) -> Callable[[Counts], None]:
    def tell(counts: Counts) -> None:
        progress.count(counts.done, counts.total, f"judged, ${counts.cost_usd:.2f}")

    return tell


def _weights(table: pl.DataFrame, args: argparse.Namespace) -> NDArray[np.float64] | None:
    from goldgate.eval.judge.columns import scores_of

    if not args.weights:
        return None
    weights = scores_of(table, args.weights, args.table)
    if not bool((weights > 0).all()):
        msg = f'the column "{args.weights}" holds a weight that is not above 0, or none.'
        raise UsageError(msg, where=args.table, next_step="Give each row a weight above 0.")
    return weights


def _are_fractions(values: NDArray[np.float64]) -> bool:
    import numpy as np

    known = values[~np.isnan(values)]
    return bool(((known >= 0) & (known <= 1)).all())


def _tell(data: dict[str, Any], progress: Progress) -> None:
    from .outcome import interval, number

    progress.line(f"{data['rows']:,} rows, {data['n']:,} with a judge's score, {data['labelled']:,} of these with a human one")
    for name in SHOWN if data["agreement"] else ():
        measure = data["agreement"][name]
        progress.line(f"  {name:<18} {number(measure['value']):>9}  {interval(measure):<22} {measure.get('note', '')}".rstrip())
    progress.line(f"  {'judge, raw':<18} {number(data['raw']['value']):>9}  {interval(data['raw'])}")
    if data["corrected"]:
        for name, part in (("people alone", data["human"]), ("corrected", data["corrected"])):
            progress.line(f"  {name:<18} {number(part['value']):>9}  {interval(part):<22} {part.get('note', '')}".rstrip())
