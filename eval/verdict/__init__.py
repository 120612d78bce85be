"""Statistics, comparison with what is live, and gates."""
