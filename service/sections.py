"""The sections of ml_config.yaml that the service reads, with the defaults of every key."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]
Price = Annotated[float, Field(ge=0.0)]


class Section(BaseModel):
    """A section: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class AwsSection(BaseModel):
    """What the service takes from `aws`; its other keys belong to the pipeline."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    region: str = "us-east-1"


class Filters(Section):
    """Which rows of the corpus to serve; an empty list means all."""

    cik_int: tuple[int, ...] = ()
    year: tuple[int, ...] = ()
    sections: tuple[str, ...] = ()


class DataSection(Section):
    """Where the data lies: `s3://<bucket>/<base_path>/<file>`, or `<folder>/<file>` with the loader "local"."""

    bucket: Annotated[str, Field(min_length=3, pattern=r"^[a-z0-9][a-z0-9.-]+$")]
    base_path: str = ""
    folder: str | None = None
    sentences: str = "sentences.parquet"
    meta_embeds: str | None = None
    embeddings: str = "embeddings.parquet"
    kpi_facts: str = "kpi_facts.parquet"
    embedding_model: str = "embedding_model.npz"
    filters: Filters = Filters()


class EmbeddingSection(Section):
    """How questions become vectors; the corpus must have been embedded the same way."""

    provider: Literal["bedrock", "local"] = "bedrock"
    model_id: str = ""
    dimensions: Positive = 1024
    batch_size: Annotated[int, Field(gt=0, le=96)] = 96


class RetrievalSection(Section):
    """How sentences are found; `similarity_threshold` is the cosine below which a dense hit does not count."""

    top_k: Annotated[int, Field(gt=0, le=100)] = 10
    similarity_threshold: Annotated[float, Field(ge=0.0, le=1.0)] = 0.3
    neighbours: Annotated[int, Field(ge=0, le=5)] = 1
    loader: Literal["cached_s3", "s3_streaming", "local"] = "cached_s3"
    lexical_weight: Annotated[float, Field(ge=0.0)] = 1.0
    dense_weight: Annotated[float, Field(ge=0.0)] = 1.0


class ServingModel(Section):
    """One model that writes answers; prices are US dollars per 1,000 tokens."""

    provider: Literal["bedrock", "extractive"] = "bedrock"
    model_id: str = ""
    temperature: Annotated[float, Field(ge=0.0, le=1.0)] = 0.1
    max_tokens: Positive = 1024
    top_p: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    cost_per_1k_input: Price = 0.0
    cost_per_1k_output: Price = 0.0

    @property
    def name(self) -> str:
        """The name that an answer carries as its `model`."""
        return self.model_id or self.provider


class Sections(BaseModel):
    """All sections of the service, after the overlay."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    aws: AwsSection = AwsSection()
    data: DataSection
    embedding: EmbeddingSection = EmbeddingSection()
    retrieval: RetrievalSection = RetrievalSection()
    serving_models: Annotated[dict[str, ServingModel], Field(min_length=1)]
