"""The command line: parses, calls, prints, exits."""


def main() -> int:
    """Run one goldgate command and return its exit code."""
    return 0
