"""What looks like a credential, which no configuration file may hold."""

from __future__ import annotations

import re
from itertools import pairwise

PATTERNS = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})\b"),
    "an API key": re.compile(r"\bsk-[A-Za-z0-9_-]{20,}\b"),
    "a signed token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."),
    "a password within an address": re.compile(r"://[^/\s:@]+:[^/\s:@{$]+@"),
}
RANDOM = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])")
SECRET_KEY = re.compile(r"(?i)(^|[_-])(password|passwd|secret|(secret|access|private|api)_?key|token)$")


def secret_kind(value: str) -> str | None:
    """What kind of credential the text looks like; None where it looks like none."""
    for kind, pattern in PATTERNS.items():
        if pattern.search(value):
            return kind
    if any(_is_random(found) for found in RANDOM.findall(value)):
        return "a secret key"
    return None


def looks_secret(value: str) -> bool:
    """Whether the text looks like a credential."""
    return secret_kind(value) is not None


def names_secret(key: str) -> bool:
    """Whether a key of that name would hold a credential."""
    return SECRET_KEY.search(key) is not None


def _is_random(text: str) -> bool:
    """Whether capitals, small letters and digits alternate as in a generated key: next to each other in over 40 of 100 places.

    Random base64 does so in 64 (3 standard deviations below, at 40 characters: 41), words in camel case in under 30;
    hexadecimal digests have no capitals.
    """
    kinds = ["A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else "/" for c in text]
    changes = sum(before != after for before, after in pairwise(kinds))
    return {"A", "a", "0"} <= set(kinds) and changes / (len(kinds) - 1) > 0.4
