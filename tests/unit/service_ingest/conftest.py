"""The reference corpus and its gold cases, made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service.ingest.generate import generate
from service.ingest.gold import gold_jsonl

if TYPE_CHECKING:
    from service.ingest.corpus import Corpus

SEED = 7
ROOT = Path(__file__).parents[3]
FINSIGHTS = ROOT.parent / "shared" / "data" / "finsights"


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return generate(SEED)


@pytest.fixture(scope="session")
def gold_bytes(corpus: Corpus) -> bytes:
    return gold_jsonl(corpus)


@pytest.fixture(scope="session")
def cases(gold_bytes: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gold_bytes.splitlines()]


@pytest.fixture(scope="session")
def finsights() -> Path:
    if not FINSIGHTS.is_dir():
        pytest.skip("needs ../shared/data/finsights")
    return FINSIGHTS
