"""Secrets kept out of what people and records see."""

from __future__ import annotations

import re
from typing import Any

HIDDEN = "****"
PATTERNS = (
    (re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"), HIDDEN),
    (re.compile(r"\b(eyJ[\w-]{8,}\.[\w-]+)\.[\w-]+"), HIDDEN),
    (re.compile(r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|sk-[\w-]{16,}|xox[abprs]-[\w-]{10,})"), HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)(\w+://[^\s:/@]*:)[^\s@/]+@"), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"(?i)([\w-]*(?:password|passwd|secret|token(?!s)|api[_-]?key|access[_-]?key|private[_-]?key|credential)[\w-]*"
            r"[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}\"']+)"
        ),
        rf"\1{HIDDEN}",
    ),
    (re.compile(r"(?<![\w/+=])(?=[\w/+]*[A-Z])(?=[\w/+]*[a-z])(?=[\w/+]*\d)[A-Za-z0-9/+]{40}(?![\w/+=])"), HIDDEN),
)
NAMES = re.compile(r"(?i)(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)")


def masked(text: str) -> str:
    """`text` with keys, tokens and passwords replaced by `****`."""
    for pattern, put in PATTERNS:
        text = pattern.sub(put, text)
    return text


def masked_value(name: str, value: Any) -> Any:
    """`value` with its texts masked; wholly hidden where `name` is that of an environment value that holds a secret."""
    if isinstance(value, str):
        return HIDDEN if name.startswith("environment ") and NAMES.search(name) else masked(value)
    if isinstance(value, dict):
        return {key: masked_value(name, part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [masked_value(name, part) for part in value]
    return value
