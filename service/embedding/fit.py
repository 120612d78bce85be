"""Fit the local embedder to a corpus: TF-IDF, then a truncated SVD by random projection. Needs scipy; used at ingest only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from .features import features
from .local import LocalEmbedder, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

MAX_FEATURES = 16384
MIN_DOCUMENTS = 2
MAX_SHARE = 0.5
OVERSAMPLING = 10
POWER_ITERATIONS = 3


def fit(
    texts: Sequence[str], dimensions: int, *, max_features: int = MAX_FEATURES
) -> tuple[LocalEmbedder, NDArray[np.float32]]:
    """The embedder fitted to `texts`, and their vectors (n, dimensions) of length 1; the same texts give the same bytes.

    A corpus too small for `dimensions` gets columns of zeros behind those that it can fill. The vectors are computed with
    the components as they are stored, in half precision, so that document and query pass through the same numbers.
    """
    counted = [Counter(features(text)) for text in texts]
    vocabulary, idf = _vocabulary(counted, max_features)
    weights = _weights(counted, vocabulary, idf)
    components = _components(weights, dimensions).astype(np.float16).astype(np.float32)
    embedder = LocalEmbedder(list(vocabulary), idf, components)
    return embedder, unit(np.asarray(weights @ components, dtype=np.float32))


def _vocabulary(counted: Sequence[Counter[str]], limit: int) -> tuple[dict[str, int], NDArray[np.float32]]:
    """The features in the most texts, {feature: row}, and ln((1 + n) / (1 + df)) + 1 for each (smooth idf)."""
    frequency: Counter[str] = Counter()
    for counts in counted:
        frequency.update(counts.keys())
    most = max(MIN_DOCUMENTS, MAX_SHARE * len(counted))
    least = MIN_DOCUMENTS if len(counted) > 2 * MIN_DOCUMENTS else 1
    kept = [(term, df) for term, df in frequency.items() if least <= df <= most]
    kept = sorted(sorted(kept, key=lambda item: (-item[1], item[0]))[:limit])
    documents = np.array([df for _, df in kept], dtype=np.float64)
    idf = np.log((1 + len(counted)) / (1 + documents)) + 1
    return {term: row for row, (term, _) in enumerate(kept)}, idf.astype(np.float32)


def _weights(counted: Sequence[Counter[str]], vocabulary: dict[str, int], idf: NDArray[np.float32]) -> csr_matrix:
    """The TF-IDF matrix (n, v), rows of length 1."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    counts: list[int] = []
    starts = [0]
    for counter in counted:
        known = sorted((vocabulary[term], count) for term, count in counter.items() if term in vocabulary)
        columns += [column for column, _ in known]
        counts += [count for _, count in known]
        starts.append(len(columns))
    data = (1 + np.log(np.array(counts, dtype=np.float64))) * idf[np.array(columns, dtype=np.int64)]
    squares = np.add.reduceat(np.append(data**2, 0.0), np.array(starts[:-1])) if len(data) else np.zeros(len(counted))
    lengths = np.diff(starts)
    norms = np.sqrt(np.where(lengths > 0, squares, 1.0))
    data /= np.repeat(norms, lengths)
    return csr_matrix((data.astype(np.float32), columns, starts), shape=(len(counted), len(vocabulary)))


def _components(weights: csr_matrix, dimensions: int) -> NDArray[np.float32]:
    """The right singular vectors (v, dimensions) by Halko, Martinsson and Tropp (2011), algorithm 4.4, with a fixed seed."""
    rank = min(dimensions, *weights.shape)
    width = min(dimensions + OVERSAMPLING, *weights.shape)
    block = np.random.default_rng(0).standard_normal((weights.shape[1], width)).astype(np.float32)
    for _ in range(POWER_ITERATIONS):
        block, _ = np.linalg.qr(weights.T @ (weights @ block))
    basis, _ = np.linalg.qr(weights @ block)
    _, _, right = np.linalg.svd(np.asarray((weights.T @ basis).T), full_matrices=False)
    found = right[:rank].T
    signs = np.sign(found[np.argmax(np.abs(found), axis=0), np.arange(rank)])
    out = np.zeros((weights.shape[1], dimensions), dtype=np.float32)
    out[:, :rank] = found * signs
    return out
