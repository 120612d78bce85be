"""Responses that were recorded before: JSONL, Parquet, CSV, or a TREC run; one row a case, or one a case and repeat."""

from .recording import NO_ROW, Recording, read_recorded

__all__ = ["NO_ROW", "Recording", "read_recorded"]
