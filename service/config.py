"""`MLConfig`: the service's half of ml_config.yaml.

The sections `data`, `embedding`, `retrieval` and `serving_models` are read strictly; `environments.<GOLDGATE_ENV>`
lies over them. A mapping whose overlay names another `provider` is replaced, not merged: the price of one model
says nothing about another. Everything else in the file belongs to the pipeline and is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from . import yaml_lines
from .errors import ConfigError, ConfigProblems
from .sections import (
    AwsSection,
    DataSection,
    EmbeddingSection,
    RetrievalSection,
    Sections,
    ServingModel,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from .yaml_lines import Lines

OWN: dict[str, type[BaseModel]] = {
    "aws": AwsSection,
    "data": DataSection,
    "embedding": EmbeddingSection,
    "retrieval": RetrievalSection,
    "serving_models": ServingModel,
}
DEFAULT_MODEL = "default"
ClientFactory = Callable[..., Any]


class MLConfig:
    """The configuration of the service, with the names that its users know.

    `env` is the environment of the process (credentials, endpoint, region), handed in; `client` makes AWS clients
    and defaults to `boto3.client`.
    """

    def __init__(self, sections: Sections, env: Mapping[str, str], client: ClientFactory | None = None) -> None:
        self.sections = sections
        self._env = env
        self._client = client

    @classmethod
    def load(cls, path: Path, env: Mapping[str, str], client: ClientFactory | None = None) -> MLConfig:
        """Read `path`, lay `environments.<GOLDGATE_ENV>` over it and check the sections of the service.

        Raises ConfigProblems with every error of the file, each with its line.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            msg = f"the configuration cannot be read: {error.strerror}."
            raise ConfigError(msg, where=str(path), next_step="ML_CONFIG names another file.") from error
        document, lines = yaml_lines.read(text, path.name)
        problems = list(_misspelt_sections(document, (), lines))
        merged = {key: document[key] for key in OWN if key in document}
        overlay, found = _overlay(document, env.get("GOLDGATE_ENV", ""), lines)
        problems += found
        for key, value in overlay.items():
            merged[key] = _merge(merged.get(key), value, ("environments", env["GOLDGATE_ENV"], key), (key,), lines)
        sections, found = _validate(merged, lines)
        problems += found
        if problems or sections is None:
            raise ConfigProblems(problems)
        return cls(sections, env, client)

    @property
    def data(self) -> DataSection:
        """The section `data`."""
        return self.sections.data

    @property
    def embedding(self) -> EmbeddingSection:
        """The section `embedding`."""
        return self.sections.embedding

    @property
    def retrieval(self) -> RetrievalSection:
        """The section `retrieval`."""
        return self.sections.retrieval

    @property
    def serving_models(self) -> dict[str, ServingModel]:
        """The models that may write answers, by name."""
        return self.sections.serving_models

    @property
    def bucket(self) -> str:
        """The bucket of the data."""
        return self.data.bucket

    @property
    def region(self) -> str:
        """The AWS region: `aws.region`, or the environment's where the file names none."""
        if "region" in self.sections.aws.model_fields_set:
            return self.sections.aws.region
        return self._env.get("AWS_REGION") or self._env.get("AWS_DEFAULT_REGION") or self.sections.aws.region

    @property
    def bedrock_model_id(self) -> str:
        """The embedding model."""
        return self.embedding.model_id

    @property
    def bedrock_dimensions(self) -> int:
        """Length of an embedding."""
        return self.embedding.dimensions

    @property
    def bedrock_batch_size(self) -> int:
        """Texts per embedding call."""
        return self.embedding.batch_size

    @property
    def top_k(self) -> int:
        """Ranked sentences per question."""
        return self.retrieval.top_k

    @property
    def similarity_threshold(self) -> float:
        """Cosine below which a dense hit does not count."""
        return self.retrieval.similarity_threshold

    def serving_model(self, name: str = DEFAULT_MODEL) -> ServingModel:
        """The model called `name`; raises ConfigError with the names there are."""
        try:
            return self.serving_models[name]
        except KeyError:
            known = ", ".join(sorted(self.serving_models))
            msg = f'serving_models has no "{name}"; it has {known}.'
            raise ConfigError(msg) from None

    def cost(self, model: ServingModel, input_tokens: int, output_tokens: int) -> float:
        """US dollars for so many tokens of `model`."""
        return (input_tokens * model.cost_per_1k_input + output_tokens * model.cost_per_1k_output) / 1000.0

    def key(self, file: str) -> str:
        """The S3 key of `file` under the base path."""
        base = self.data.base_path.strip("/")
        return f"{base}/{file}" if base else file

    def uri(self, file: str) -> str:
        """The S3 address of `file`."""
        return f"s3://{self.bucket}/{self.key(file)}"

    def input_sentences_path(self) -> str:
        """S3 address of the sentences."""
        return self.uri(self.data.sentences)

    def meta_embeds_path(self) -> str:
        """S3 address of the sentences with embedding metadata; the sentences themselves where no such file is named."""
        return self.uri(self.data.meta_embeds or self.data.sentences)

    def embeddings_path(self) -> str:
        """S3 address of the vectors."""
        return self.uri(self.data.embeddings)

    def kpi_facts_path(self) -> str:
        """S3 address of the KPI facts."""
        return self.uri(self.data.kpi_facts)

    def get_storage_options(self) -> dict[str, str]:
        """What polars needs to read from S3: region, endpoint and the credentials of the environment."""
        names = {
            "aws_access_key_id": "AWS_ACCESS_KEY_ID",
            "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
            "aws_session_token": "AWS_SESSION_TOKEN",
            "aws_endpoint_url": "AWS_ENDPOINT_URL",
        }
        options = {option: self._env[name] for option, name in names.items() if self._env.get(name)}
        options["aws_region"] = self.region
        if options.get("aws_endpoint_url", "").startswith("http://"):
            options["aws_allow_http"] = "true"
        return options

    def get_s3_client(self) -> Any:
        """The S3 client, made once."""
        return self._s3

    def get_bedrock_client(self) -> Any:
        """The Bedrock runtime client, made once; retrying is the caller's, who counts it."""
        return self._bedrock

    @cached_property
    def _s3(self) -> Any:
        return self._make_client("s3", {"max_attempts": 4, "mode": "standard"})

    @cached_property
    def _bedrock(self) -> Any:
        return self._make_client("bedrock-runtime", {"max_attempts": 1, "mode": "standard"})

    def _make_client(self, service: str, retries: dict[str, object]) -> Any:
        import boto3
        from botocore.config import Config

        make = self._client or boto3.client
        keys = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        credentials = {key: value for key in keys if (value := self._env.get(key.upper()))}
        endpoint = self._env.get("AWS_ENDPOINT_URL") or None
        settings = Config(retries=retries, connect_timeout=5, read_timeout=60)
        return make(service, region_name=self.region, endpoint_url=endpoint, config=settings, **credentials)


def _misspelt_sections(mapping: Mapping[str, Any], path: yaml_lines.Path, lines: Lines) -> Iterator[ConfigError]:
    """Sections that look like one of ours but are not: the pipeline's own names are not close to any."""
    for key in mapping:
        close = get_close_matches(str(key), [name for name in OWN if len(name) > 3], n=1, cutoff=0.8)
        if key not in OWN and close:
            msg = f'unknown key "{key}"; did you mean "{close[0]}"?'
            yield ConfigError(msg, where=lines.where((*path, key)))


def _overlay(document: Mapping[str, Any], name: str, lines: Lines) -> tuple[dict[str, Any], list[ConfigError]]:
    """The sections of ours in `environments.<name>`; an unknown environment is an error."""
    if not name:
        return {}, []
    environments = document.get("environments") or {}
    if not isinstance(environments, dict) or name not in environments:
        known = ", ".join(environments) if isinstance(environments, dict) else ""
        msg = f'GOLDGATE_ENV is "{name}", but environments has only: {known or "nothing"}.'
        return {}, [ConfigError(msg, where=lines.where(("environments",)))]
    overlay = environments[name] or {}
    if not isinstance(overlay, dict):
        msg = f'the environment "{name}" must be a mapping of sections.'
        return {}, [ConfigError(msg, where=lines.where(("environments", name)))]
    found = list(_misspelt_sections(overlay, ("environments", name), lines))
    return {key: value for key, value in overlay.items() if key in OWN}, found


def _merge(base: Any, overlay: Any, source: yaml_lines.Path, target: yaml_lines.Path, lines: Lines) -> Any:
    """`overlay` laid over `base`, mappings key by key, with its lines carried along."""
    lines.graft(source, target)
    if not isinstance(base, dict) or not isinstance(overlay, dict):
        return overlay
    if "provider" in overlay and overlay["provider"] != base.get("provider"):
        return overlay
    merged = dict(base)
    for key, value in overlay.items():
        merged[key] = _merge(base.get(key), value, (*source, key), (*target, key), lines)
    return merged


def _validate(merged: dict[str, Any], lines: Lines) -> tuple[Sections | None, list[ConfigError]]:
    try:
        sections = Sections.model_validate(merged)
    except ValidationError as error:
        return None, [_explain(detail, lines) for detail in error.errors()]
    return sections, list(_contradictions(sections, lines))


def _explain(detail: ErrorDetails, lines: Lines) -> ConfigError:
    """One pydantic error in our words, with the line of the key."""
    path = tuple(detail["loc"])
    where = lines.where(path)
    name = ".".join(str(part) for part in path)
    if detail["type"] == "extra_forbidden":
        model = OWN[str(path[0])]
        close = get_close_matches(str(path[-1]), list(model.model_fields), n=1, cutoff=0.6)
        hint = f'; did you mean "{close[0]}"?' if close else f". Known keys: {', '.join(model.model_fields)}."
        return ConfigError(f'unknown key "{path[-1]}" in {".".join(str(p) for p in path[:-1])}{hint}', where=where)
    if detail["type"] == "missing":
        return ConfigError(f"{name} is missing.", where=where)
    return ConfigError(f"{name} is {detail['input']!r}: {detail['msg'][0].lower()}{detail['msg'][1:]}.", where=where)


def _contradictions(sections: Sections, lines: Lines) -> Iterator[ConfigError]:
    """Keys that are right alone and wrong together."""
    if sections.embedding.provider == "bedrock" and not sections.embedding.model_id:
        yield ConfigError('embedding.provider "bedrock" needs a model_id.', where=lines.where(("embedding",)))
    for name, model in sections.serving_models.items():
        if model.provider == "bedrock" and not model.model_id:
            yield ConfigError(
                f'serving_models.{name}: provider "bedrock" needs a model_id.', where=lines.where(("serving_models", name))
            )
    if DEFAULT_MODEL not in sections.serving_models:
        yield ConfigError(f'serving_models needs a "{DEFAULT_MODEL}".', where=lines.where(("serving_models",)))
    if sections.retrieval.loader == "local" and not sections.data.folder:
        yield ConfigError('retrieval.loader "local" needs data.folder.', where=lines.where(("retrieval", "loader")))
