"""Answers: figures from the KPI facts, wording from sentences, by a local provider or by Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bedrock import BedrockProvider
from .extractive import ExtractiveProvider
from .facts import Fact, FactTable
from .figures import Numeric, find_figures
from .refusal import Holdings, find_refusal
from .reply import Provider, Reply
from .results import Figures

if TYPE_CHECKING:
    from ..config import MLConfig

__all__ = [
    "BedrockProvider",
    "ExtractiveProvider",
    "Fact",
    "FactTable",
    "Figures",
    "Holdings",
    "Numeric",
    "Provider",
    "Reply",
    "find_figures",
    "find_refusal",
    "make_provider",
]


def make_provider(config: MLConfig) -> Provider:
    """The provider of `serving_models.default`."""
    model = config.serving_model()
    if model.provider == "extractive":
        return ExtractiveProvider(config, model)
    return BedrockProvider(config, model, config.get_bedrock_client())
