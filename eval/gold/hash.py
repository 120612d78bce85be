"""Content hashes of a case and of a gold set: order, white space and notes do not count."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..case import Case


def case_hash(case: Case) -> str:
    """SHA-256 (hex) of what the case asks, expects and is tagged with; its line and notes are left out."""
    expected = case.expected.to_json()
    expected["evidence"] = dict(case.expected.evidence)
    content = {
        "id": case.id,
        "input": case.input,
        "expected": expected,
        "evidence_missing": sorted(case.evidence_missing),
        "tags": dict(case.tags),
        "cluster": case.cluster,
        "weight": _plain(case.weight),
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def gold_hash(cases: Iterable[Case]) -> str:
    """SHA-256 (hex) over the sorted hashes of the cases."""
    digests = sorted(case_hash(case) for case in cases)
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, and 1.0 written as 1."""
    text = _dumped(value)
    return _dumped(_plain(value)) if ".0" in text or "e+" in text else text


def _dumped(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
