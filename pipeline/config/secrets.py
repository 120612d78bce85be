"""What looks like a credential, which no configuration file may hold."""

from __future__ import annotations

import math
import re
from collections import Counter

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
    """Whether the text mixes capitals, small letters and digits as evenly as a generated key: over 4.3 bits a character.

    Hexadecimal digests reach 4.0 bits at most, and paths repeat their letters.
    """
    kinds = any(c.isupper() for c in text) + any(c.islower() for c in text) + any(c.isdigit() for c in text)
    counts = Counter(text).values()
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
    return kinds == 3 and bits > 4.3
