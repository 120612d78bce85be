"""Finding sentences: lexical and dense search, fused, filtered by what the question names."""

from __future__ import annotations

from .search import Hit, Searcher

__all__ = ["Hit", "Searcher"]
