"""The page below its first screen: one module a section, in the order in which a person asks.

Each has `view(report, table)`, which gives what its template of the same name shows, or None where there is nothing to show.
"""
