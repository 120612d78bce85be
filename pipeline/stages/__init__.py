"""One file a stage of the chain, each a run(...) that returns its record."""
