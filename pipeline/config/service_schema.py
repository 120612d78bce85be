"""One service: how its image is built, started, asked, judged and published."""

from typing import Annotated, Any, Literal

from pydantic import Field

from .deploy_schema import Deploy
from .section import Bucket, Port, Section, Text, UrlPath, loose

MissingEvidence = Literal["error", "report"]


class Build(Section):
    """How the image is built. Paths start from the folder of the configuration file."""

    dockerfile: Text = Field(default="Dockerfile", description="Path of the Dockerfile.")
    context: Text = Field(default=".", description="Folder that is handed to the engine.")
    platform: Literal["linux/amd64"] = Field(default="linux/amd64", description="Platform of the image.")
    args: dict[str, str] = Field(default_factory=dict, description="Build arguments; values are text. No secrets.")
    max_image_mb: int | None = Field(default=None, ge=1, le=10_000, description="Largest allowed image, in MB (10^6 bytes).")


class Start(Section):
    """How long the container may take to come and to go."""

    timeout_seconds: int = Field(default=60, ge=1, le=3600, description="Until `health` must answer 200.")
    stop_grace_seconds: int = Field(default=30, ge=1, le=120, description="From SIGTERM to SIGKILL; Fargate allows up to 120.")


class Loader(Section):
    """The data loader, run alone in the image."""

    command: Annotated[tuple[Text, ...], loose] = Field(min_length=1, description="Command to run in the container.")
    event: Text | None = Field(default=None, description="JSON file that is handed to the command.")


class Contract(Section):
    """What the contract tests run besides the built-in checks."""

    smoke: Text | None = Field(default=None, description="Folder of smoke events (`*.json`).")
    loader: Loader | None = Field(default=None, description="The data loader, run alone: cold, then warm.")


class Request(Section):
    """How a case becomes a request, and where its answer lies in the response.

    In `body`, `{{ input }}` stands for the input of the case; the expressions below it are JMESPath on the JSON response.
    """

    path: UrlPath = Field(description="Path that is asked with POST.")
    body: dict[str, Any] = Field(
        description="JSON body; `{{ input }}`, `{{ input.<field> }}`, `{{ id }}` and `{{ tags.<name> }}` are filled in."
    )
    headers: dict[str, str] = Field(default_factory=dict, description="More headers. No secrets.")
    answer: Text | None = Field(default=None, description="The answer as text.")
    contexts: Text | None = Field(default=None, description="List of `{id, text, score}` that the answer rests on.")
    retrieved: Text | None = Field(default=None, description="Ids that were retrieved, best first: `contexts[].id`.")
    citations: Text | None = Field(default=None, description="Ids that the answer cites.")
    label: Text | None = Field(default=None, description="The class that a classifier chose.")
    scores: Text | None = Field(default=None, description="Object of labels and their probabilities.")
    value: Text | None = Field(default=None, description="The number that a regressor or forecaster predicts.")
    interval: Text | None = Field(default=None, description="Its interval: `[low, high]`.")
    quantiles: Text | None = Field(default=None, description='Its quantiles: `{"0.1": number}`.')
    tokens: Text | None = Field(default=None, description="Object with `input_tokens` and `output_tokens`.")
    cost: Text | None = Field(default=None, description="Cost of the answer in USD.")
    timeout_seconds: float = Field(default=30.0, gt=0, le=900, description="How long one answer may take.")


class Evaluation(Section):
    """How the gold set is asked."""

    concurrency: int = Field(default=8, ge=1, le=1024, description="Most requests that are open at once.")
    adaptive: bool = Field(default=True, description="Begin with a few, grow while all is well, back off on 429 and 503.")
    requests_per_second: float | None = Field(default=None, gt=0, description="Most requests a second.")
    tokens_per_minute: float | None = Field(default=None, gt=0, description="Most tokens a minute, in and out.")
    budget_usd: float | None = Field(default=None, gt=0, description="The evaluation stops once its answers have cost so much.")
    time_budget_seconds: float | None = Field(default=None, gt=0, description="The evaluation stops after so long.")
    repeats: int = Field(default=1, ge=1, le=100, description="How often each case is asked.")
    sequential: bool = Field(default=False, description="Stop asking once the verdict cannot change any more.")
    correction: Literal["holm", "bh", "none"] = Field(default="holm", description="Correction for several gates against live.")
    confidence: float = Field(default=0.95, ge=0.5, lt=1, description="Level of all intervals.")
    beside_live: bool = Field(
        default=False,
        description="Start the live image too and ask both, case by case, so that latency is compared in pairs.",
    )
    cache: bool = Field(default=True, description="Keep answers by image, data and case, and ask only what is new.")


class Corpus(Section):
    """What can be retrieved, so that evidence which the corpus lacks is told from a miss."""

    file: Text = Field(description="Parquet file: a path or an `s3://` address.")
    id: Text = Field(default="id", description="Column of the ids.")
    missing_evidence: MissingEvidence = Field(
        default="error",
        description="Evidence that the corpus lacks: `error` refuses the gold set, `report` names it and counts no miss.",
    )


class GoldSet(Section):
    """A gold set: a path, or a mapping that says more."""

    path: Text = Field(description="The file, from the folder of the configuration file, or an `s3://` address.")
    format: Text | None = Field(default=None, description="Format of the file. Left out: told from the file.")
    missing_evidence: MissingEvidence | None = Field(
        default=None, description="As `corpus.missing_evidence`, for this gold set only."
    )


class Judges(Section):
    """A model as judge of the answers, and people's scores that the judge is held to.

    A rubric's `model` is a name under `serving_models`, `default` where it names none, or a Bedrock model id.
    """

    rubrics: Text = Field(description="YAML file of the rubrics, from the folder of the configuration file.")
    labels: Text | None = Field(default=None, description="JSONL file of people's scores of answers: `{id, score, rubric}`.")
    concurrency: int = Field(default=8, ge=1, le=256, description="Most questions to the judge that are open at once.")


class Gate(Section):
    """A rule that a metric must keep. Quality metrics are fractions (0 to 1), times are in ms, costs in USD."""

    metric: Text = Field(description="Name of the metric: `retrieval.recall@10`.")
    min: float | None = Field(default=None, description="Smallest allowed value.")
    max: float | None = Field(default=None, description="Largest allowed value.")
    max_drop: float | None = Field(
        default=None, ge=0, description="How far it may fall below what is live, in units of the metric."
    )
    max_rise: float | None = Field(
        default=None, ge=0, description="How far it may rise above what is live, in units of the metric."
    )
    slice: dict[str, str] = Field(
        default_factory=dict, description="Only the cases with these tags: `{difficulty: hard}`. Left out: all cases."
    )


class Publish(Section):
    """Where reports and the ledger of releases are kept."""

    bucket: Bucket = Field(description="Name of the S3 bucket.")
    prefix: str = Field(default="goldgate", description="Prefix of all keys.")
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None,
        description="Public address of `<bucket>/<prefix>/site`, for links in the feed, summaries and comments. "
        "Left out: they are relative, or `s3://` addresses.",
    )


class Report(Section):
    """The page of a run."""

    page_megabytes: int = Field(
        default=40,
        ge=1,
        le=2000,
        description="Largest page, in MB (10^6 bytes). Above it the texts of cases that pass unchanged go to files beside it.",
    )


def default_gates() -> tuple[Gate, ...]:
    """The gates of a service that names none: every case must be answered."""
    return (Gate(metric="errors.rate", max=0.0),)


class Service(Section):
    """A service: one image, its gold sets and gates, and where it runs. `name` is its key under `services`."""

    name: str = Field(description="Name of the service: its key under `services`.")
    build: Build = Field(default_factory=Build, description="How the image is built.")
    port: Port = Field(default=8080, description="Port that the container listens on; it is handed in as `PORT`.")
    health: UrlPath = Field(default="/healthz", description="Path that answers 200 once the service is ready.")
    start: Start = Field(default_factory=Start, description="How long the container may take to come and to go.")
    contract: Contract = Field(default_factory=Contract, description="What the contract tests run besides the built-in checks.")
    request: Request = Field(description="How a case becomes a request, and where its answer lies in the response.")
    evaluation: Evaluation = Field(default_factory=Evaluation, description="How the gold set is asked.")
    corpus: Corpus | None = Field(default=None, description="What can be retrieved, where the service retrieves.")
    gold_sets: Annotated[tuple[GoldSet, ...], loose] = Field(
        min_length=1, description="Gold sets: paths, or mappings with `path` and more."
    )
    judges: Judges | None = Field(default=None, description="A model as judge of the answers: metrics `judge.<rubric>`.")
    gates: Annotated[tuple[Gate, ...], loose] = Field(
        default_factory=default_gates, min_length=1, description="Rules that decide whether the image may go out."
    )
    deploy: Deploy = Field(description="Where and how the image is released.")
    report: Report = Field(default_factory=Report, description="The page of a run.")
    publish: Publish | None = Field(
        default=None, description="Where reports and the ledger are kept, besides the run's folder."
    )
