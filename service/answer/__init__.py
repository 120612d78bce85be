"""Answers: figures from the KPI facts, wording from sentences, by a local provider or by Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bedrock import BedrockProvider
from .extractive import ExtractiveProvider
from .facts import Fact, FactTable
from .figures import Figures, find_figures
from .reply import Provider, Reply

if TYPE_CHECKING:
    from ..config import MLConfig

__all__ = [
    "BedrockProvider",
    "ExtractiveProvider",
    "Fact",
    "FactTable",
    "Figures",
    "Provider",
    "Reply",
    "find_figures",
    "make_provider",
]


def make_provider(config: MLConfig) -> Provider:
    """The provider of `serving_models.default`."""
    model = config.serving_model()
    if model.provider == "extractive":
        return ExtractiveProvider(config, model)
    return BedrockProvider(config, model, config.get_bedrock_client())
