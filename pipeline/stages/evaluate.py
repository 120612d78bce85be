"""Ask the built image its gold set, and judge the answers against what is live."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..checks.live import wait_until_healthy
from ..context import Stopwatch, sha256_of
from ..errors import GateFailed, Inconclusive, OutsideError
from ..gold_sets import data_versions, load_gold_sets
from ..judges import configured_judge, judging
from ..local_state import FOLDER
from ..records import EvaluationRecord
from ..runs import all_runs
from .beside import live_container, tell_it_is_left_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from goldgate.eval.ask.http_subject import HttpSubject
    from goldgate.eval.ask.mapping import RequestMapping
    from goldgate.eval.ask.options import AskOptions
    from goldgate.eval.case import GoldSet
    from goldgate.eval.results import Baseline, Evaluation, Progress
    from goldgate.eval.verdict.gate import Gate

    from ..config.schema import Service
    from ..context import Context
    from ..engine import Container
    from ..ledger import Release
    from ..records import ImageRecord

CASES_FILE, BASELINE_FILE, JUNIT_FILE = "cases.parquet", "baseline.parquet", "junit.xml"


def fingerprint(context: Context, image_id: str, gold_sha: str) -> str:
    """One hash over all that an evaluation depends on: image, gold set, data, request, gates, environment."""
    import goldgate

    service = context.service
    return sha256_of(
        {
            "image": image_id,
            "gold": gold_sha,
            "data": data_versions(context.config, context.aws),
            "request": service.request.model_dump(),
            "gates": [gate.model_dump() for gate in service.gates],
            "environment": service.deploy.environment,
            "memory": service.deploy.memory,
            "asking": service.evaluation.model_dump(),
            "judging": judging(context),
            "goldgate": goldgate.__version__,
        }
    )


def answering(context: Context, image_id: str) -> str:
    """One hash over all that an answer depends on besides the question: image, data, environment, memory."""
    service = context.service
    return sha256_of(
        {
            "image": image_id,
            "data": data_versions(context.config, context.aws),
            "environment": service.deploy.environment,
            "memory": service.deploy.memory,
        }
    )


def run(context: Context, image: ImageRecord, gold: GoldSet, live: Release | None) -> EvaluationRecord:
    """Start the image, wait until it is healthy, ask every case, score, compare, judge.

    Compared is with the stored rows of what is live, or with its answers of now where `evaluation.beside_live` is set. An
    earlier run whose fingerprint is the same and whose verdict is pass is taken over, and nothing is asked.

    Raises:
        OutsideError: the container died or gave nothing usable; what was answered stays in the journal of the run.
    """
    watch = Stopwatch()
    print_ = fingerprint(context, image.image_id, gold.sha256)
    if (earlier := _passed_before(context, print_)) is not None:
        return earlier
    service = context.service
    stored = _stored(context, live)
    spec = context.container(image.image_id, "evaluate", port=service.port)
    with context.engine.running(spec) as container, live_container(context, live) as beside:
        wait_until_healthy(container, service.health, service.start.timeout_seconds, context.progress.step)
        ask = partial(_ask, context, gold, image.image_id, _subject(context, container, image.image_id))
        evaluation = _asked_beside(context, ask, live, beside) or ask(stored)
    record = _record(context, image, evaluation, watch, print_)
    _write_junit(context, evaluation)
    return record


def raise_if_not_passed(record: EvaluationRecord) -> None:
    """End the chain unless the verdict is pass.

    Raises:
        GateFailed: a gate failed.
        Inconclusive: none failed, but one could not tell.
    """
    if record.verdict == "fail":
        raise GateFailed(record.headline, next_step="What is live keeps serving; the report shows the cases.")
    if record.verdict != "pass":
        raise Inconclusive(record.headline, next_step="What is live keeps serving; the report says what would settle it.")


def request_mapping(service: Service) -> RequestMapping:
    """The request of the configuration as the evaluator takes it."""
    from goldgate.eval.ask.mapping import RequestMapping

    fields = service.request.model_dump()
    return RequestMapping(**{name: value for name, value in fields.items() if name in RequestMapping.__dataclass_fields__})


def gates_of(service: Service) -> list[Gate]:
    """The gates of the configuration as the evaluator takes them."""
    from goldgate.eval.verdict.gate import Gate

    return [Gate(**{**gate.model_dump(), "slice": dict(gate.slice) or None}) for gate in service.gates]


def options_of(service: Service) -> AskOptions:
    """How the configuration has the gold set asked, as the evaluator takes it."""
    from goldgate.eval.ask.options import AskOptions

    told = service.evaluation
    return AskOptions(
        concurrency=told.concurrency,
        adaptive=told.adaptive,
        requests_per_second=told.requests_per_second,
        tokens_per_minute=told.tokens_per_minute,
        budget_usd=told.budget_usd,
        time_budget_seconds=told.time_budget_seconds,
        repeats=told.repeats,
    )


def gold_of(context: Context) -> GoldSet:
    """The gold sets of the service as one, held to the corpus.

    The data that the answers rest on is looked for too, so that a missing bucket ends a run before anything is spent.
    """
    context.progress.step("reading the gold set")
    gold = load_gold_sets(context.config, context.service, context.aws)
    data_versions(context.config, context.aws)
    return gold


def _subject(context: Context, container: Container, image_id: str) -> HttpSubject:
    from goldgate.eval.ask.http_subject import HttpSubject

    return HttpSubject(
        container.url, request_mapping(context.service), identity=image_id, digest=answering(context, image_id),
        is_alive=container.alive,
    )  # fmt: skip


def _asked_beside(
    context: Context, ask: Callable[[Baseline, HttpSubject], Evaluation], live: Release | None, container: Container | None
) -> Evaluation | None:
    """What came of asking both images; null where what is live is not there, or gives nothing usable to these requests."""
    if live is None or container is None:
        return None
    other = _subject(context, container, live.image_id)
    try:
        return ask(_baseline(context, live), other)
    except OutsideError as error:
        if error.where != other.address:
            raise
        tell_it_is_left_out(context, error)
    return None


def _ask(
    context: Context,
    gold: GoldSet,
    image_id: str,
    subject: HttpSubject,
    baseline: Baseline | None,
    live: HttpSubject | None = None,
) -> Evaluation:
    from goldgate.eval.ask.cache import ResponseCache
    from goldgate.eval.evaluation import evaluate
    from goldgate.eval.score.cache import ScoreCache

    service = context.service
    told = service.evaluation
    folder = context.folder.folder
    folder.mkdir(parents=True, exist_ok=True)
    return evaluate(
        gold=gold,
        subject=subject,
        gates=gates_of(service),
        out_dir=folder,
        baseline=baseline,
        live=live,
        options=options_of(service),
        correction=told.correction,
        confidence=told.confidence,
        sequential=told.sequential,
        judge=configured_judge(context),
        cache=ResponseCache(context.root / FOLDER / "answers") if told.cache else None,
        score_cache=ScoreCache(context.root / FOLDER / "scores") if told.cache else None,
        on_progress=lambda progress: context.progress.count(progress.done, progress.total, _note(progress)),
        subject_info={"kind": "container", "digest": image_id, "address": service.request.path},
        journal_path=folder / ("journal.jsonl" if live is None else f"journal-beside-{live.identity}.jsonl"),
        resume=True,
        write_record=False,
    )


def _note(progress: Progress) -> str:
    rate = progress.done / progress.seconds if progress.seconds else 0
    return f"{rate:,.0f}/s  ${progress.cost_usd:,.2f}" + (f"  {progress.errors} errors" if progress.errors else "")


def _baseline(context: Context, live: Release) -> Baseline:
    """What is live by its names, and where its rows lie."""
    from goldgate.eval.results import Baseline

    path = context.folder.folder / BASELINE_FILE
    return Baseline(path=path, digest=live.digest, released_at=live.released_at, label=live.digest[7:19])


def _stored(context: Context, live: Release | None) -> Baseline | None:
    """What is live with the rows of its own evaluation, fetched from the ledger; null where it has none."""
    if live is None:
        return None
    baseline = _baseline(context, live)
    return baseline if context.ledger().download_cases(live, baseline.path) is not None else None


def _passed_before(context: Context, print_: str) -> EvaluationRecord | None:
    """The newest record with this fingerprint and the verdict pass, its rows linked into this run."""
    import shutil
    from dataclasses import replace

    for earlier in all_runs(context.folder.root, context.service.name):
        if earlier.run_id == context.folder.run_id:
            continue
        record = earlier.find(EvaluationRecord)
        rows = earlier.folder / CASES_FILE
        if record is None or record.fingerprint != print_ or record.verdict != "pass" or not rows.is_file():
            continue
        context.folder.folder.mkdir(parents=True, exist_ok=True)
        for name in (CASES_FILE, BASELINE_FILE, JUNIT_FILE):
            if (earlier.folder / name).is_file():
                shutil.copyfile(earlier.folder / name, context.folder.folder / name)
        return replace(record, reused_from=record.reused_from or earlier.run_id)
    return None


def _record(context: Context, image: ImageRecord, evaluation: Evaluation, watch: Stopwatch, print_: str) -> EvaluationRecord:
    data = evaluation.to_json()
    kept = {name: data[name] for name in data if name != "format"}
    return EvaluationRecord(
        service=context.service.name,
        image_id=image.image_id,
        started_at=watch.started_at,
        seconds=watch.seconds,
        fingerprint=print_,
        data=data_versions(context.config, context.aws),
        **kept,
    )


def _write_junit(context: Context, evaluation: Evaluation) -> None:
    """The evaluation for whoever reads test results, beside the record."""
    from goldgate.eval.report.junit import write_junit

    path = context.folder.folder / JUNIT_FILE
    write_junit(evaluation.to_json(), evaluation.tables["cases"], path, name=context.service.name)
