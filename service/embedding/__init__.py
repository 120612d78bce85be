"""Texts to vectors: one protocol, a local provider without a model download, and Bedrock."""

from __future__ import annotations

from .protocol import Embedder, Kind, Usage

__all__ = ["Embedder", "Kind", "Usage"]
