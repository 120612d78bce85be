"""The local embedder: fitted, saved, loaded, and near for texts that are about the same."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest

from service.embedding.features import features, stem
from service.embedding.fit import fit
from service.embedding.local import LocalEmbedder, unit
from service.errors import LoadError

if TYPE_CHECKING:
    from pathlib import Path

    from service.embedding import Embedder

TEXTS = [
    "Our total revenue grew in fiscal 2019.",
    "Revenue fell because of weaker demand.",
    "Hackers may attack our information systems.",
    "Cyber attacks on systems of vendors hurt us.",
    "We paid cash dividends in every quarter.",
    "No cash dividends were paid to shareholders.",
]


@pytest.fixture(scope="module")
def fitted() -> tuple[LocalEmbedder, np.ndarray]:
    return fit(TEXTS, 4)


def saved(embedder: LocalEmbedder) -> bytes:
    buffer = io.BytesIO()
    embedder.save(buffer)
    return buffer.getvalue()


def test_a_question_is_nearest_to_the_text_about_the_same(fitted: tuple[LocalEmbedder, np.ndarray]) -> None:
    embedder, vectors = fitted
    for question, wanted in (("Which attacks on systems?", {2, 3}), ("Were dividends paid?", {4, 5})):
        order = np.argsort(-(vectors @ embedder.encode([question])[0]))
        assert set(order[:2].tolist()) == wanted


def test_vectors_are_float32_of_length_one_and_unknown_texts_zero(fitted: tuple[LocalEmbedder, np.ndarray]) -> None:
    embedder: Embedder = fitted[0]
    vectors = embedder.encode(["revenue", "zzz qqq", ""])
    assert vectors.dtype == np.float32
    assert vectors.shape == (3, 4)
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert embedder.encode([]).shape == (0, 4)


def test_loaded_from_bytes_file_or_path_it_is_the_same(fitted: tuple[LocalEmbedder, np.ndarray], tmp_path: Path) -> None:
    content = saved(fitted[0])
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with path.open("rb") as file:
        loaded = [
            LocalEmbedder.load(content),
            LocalEmbedder.load(file),
            LocalEmbedder.load(path),
            LocalEmbedder.load(str(path)),
        ]
    for embedder in loaded:
        assert np.array_equal(embedder.encode(TEXTS), fitted[0].encode(TEXTS))
        assert saved(embedder) == content
        assert embedder.model_id == "local-tfidf-svd-4"


def test_documents_of_the_fit_are_encoded_as_in_the_fit(fitted: tuple[LocalEmbedder, np.ndarray]) -> None:
    embedder, vectors = fitted
    assert np.allclose(embedder.encode(TEXTS, "document"), vectors, atol=1e-6)
    assert embedder.usage.texts >= len(TEXTS)


def test_a_corpus_too_small_for_its_dimensions_is_filled_with_zeros() -> None:
    embedder, vectors = fit(TEXTS[:2], 16)
    assert vectors.shape == (2, 16)
    assert not vectors[:, 2:].any()
    assert embedder.dimensions == 16


@pytest.mark.parametrize("content", [b"", b"no npz", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_model(content: bytes) -> None:
    with pytest.raises(LoadError, match=r"no embedding model"):
        LocalEmbedder.load(content)


def test_a_newer_format_is_refused() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, format=np.int64(2))
    with pytest.raises(LoadError, match="format 2 is not 1"):
        LocalEmbedder.load(buffer.getvalue())


def test_features_are_stems_pairs_and_pieces() -> None:
    assert {"hir", "quick", "hir quick", "#<hir"} <= set(features("They are hiring quickly"))
    assert [stem(word) for word in ("1,200", "company's", "hired", "tax", "rates")] == ["1200", "compan", "hir", "tax", "rat"]


def test_unit_leaves_zeros() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))
