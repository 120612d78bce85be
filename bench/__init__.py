"""Benchmarks: what goldgate costs beside other tools, bare loops and its own bars."""
