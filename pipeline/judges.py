"""The judge that an evaluation is handed: rubrics from a file, models on Bedrock."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from .errors import UsageError
from .local_state import FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import polars as pl

    from goldgate.eval.judge.rubric_file import RubricFile
    from goldgate.eval.results import Progress as Counts

    from .context import Context
    from .progress import Progress

    Judge = Callable[[pl.DataFrame, pl.DataFrame | None, float | None], tuple[pl.DataFrame, dict[str, Any]]]


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

        from .bedrock_judge import BedrockJudge

        runtime = client()
        asked = {name: BedrockJudge(runtime, threads=concurrency, **settings) for name, settings in known.items()}
        judged = run_judges(
            table, file.rubrics, asked, labels=given, baseline=live, cache_dir=cache_dir, confidence=confidence,
            terms=Terms(concurrency=concurrency, budget_usd=left_usd), on_progress=_counted(progress),
        )  # fmt: skip
        return judged.table, judged.records

    return run


def configured_judge(context: Context) -> Judge | None:
    """The judge of a service's configuration; null without one. What it said is kept for later runs.

    Raises:
        UsageError, Problems: the rubrics or labels are wrong.
    """
    told = context.service.judges
    if told is None:
        return None
    return judge_for(
        context.root / told.rubrics,
        context.root / told.labels if told.labels else None,
        context.progress,
        client=lambda: context.aws.client("bedrock-runtime"),
        models=dict(context.config.serving_models),
        cache_dir=context.root / FOLDER / "judge",
        concurrency=told.concurrency,
        confidence=context.service.evaluation.confidence,
    )


def judging(context: Context) -> dict[str, Any] | None:
    """All that a judge's verdict depends on besides the answers: its files and the models of the configuration."""
    told = context.service.judges
    if told is None:
        return None
    files = [context.root / name for name in (told.rubrics, told.labels) if name]
    return {
        "files": [hashlib.sha256(file.read_bytes()).hexdigest() for file in files],
        "models": dict(context.config.serving_models),
    }


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
