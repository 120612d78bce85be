"""Putting the service together from its configuration and its environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .config import MLConfig
from .corpus import load_corpus
from .engine import Engine
from .loaders import cache_folder, make_loader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .corpus import Corpus
    from .embedding import Embedder
    from .log import Log

CONFIG = "ml_config.yaml"


def read_config(env: Mapping[str, str]) -> MLConfig:
    """The configuration that ML_CONFIG names, else ml_config.yaml in the current folder."""
    return MLConfig.load(Path(env.get("ML_CONFIG") or CONFIG), env)


def build_engine(config: MLConfig, env: Mapping[str, str], log: Log) -> Engine:
    """Load the data and build the indexes; raises LoadError naming what could not be read."""
    loader = make_loader(config, cache_folder(env))
    corpus = load_corpus(config, loader, lambda read: log.event("loaded", **read.to_json()))
    return Engine(config, corpus, make_embedder(config, corpus))


def make_embedder(config: MLConfig, corpus: Corpus) -> Embedder:
    """The embedder that turns questions into vectors like those of the corpus."""
    if config.embedding.provider == "local":
        from .embedding.local import LocalEmbedder

        return LocalEmbedder.load(corpus.model or b"")
    from .embedding.bedrock import BedrockEmbedder

    return BedrockEmbedder(config.get_bedrock_client(), config.bedrock_model_id, config.bedrock_dimensions)
