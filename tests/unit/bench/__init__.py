"""The machinery of the benchmarks."""
