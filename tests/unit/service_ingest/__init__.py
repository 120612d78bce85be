"""Tests of the ingest commands and of the embedders."""
