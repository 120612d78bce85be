"""A model as judge of the answers, and the judge judged by people."""
