"""What the report of a run is made of, gathered from its records."""
