"""One file a command, or a few that share their arguments: each parses nothing, calls, and returns what to print."""
