"""Scores of responses: one module for each family of metrics."""
