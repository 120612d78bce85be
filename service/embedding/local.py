"""The local embedder: TF-IDF and a truncated SVD that were fitted at ingest, applied with numpy alone."""

from __future__ import annotations

import io
import math
from collections import Counter
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from ..errors import LoadError
from .features import features
from .protocol import Kind, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
MODEL_ID = "local-tfidf-svd"


class LocalEmbedder:
    """Latent semantic analysis (Deerwester et al. 1990) of the corpus that it was fitted on.

    `vocabulary` are the features in the order of `idf` (v,) and of the rows of `components` (v, d). Queries and documents
    are encoded alike: (1 + ln tf) * idf, scaled to length 1, times `components`, scaled to length 1 again.
    """

    def __init__(self, vocabulary: Sequence[str], idf: NDArray[np.float32], components: NDArray[np.float32]) -> None:
        self._vocabulary = list(vocabulary)
        self._index = {term: row for row, term in enumerate(self._vocabulary)}
        self._idf = idf.astype(np.float32, copy=False)
        self._components = np.ascontiguousarray(components, dtype=np.float32)
        self._requests = 0
        self._texts = 0

    @classmethod
    def load(cls, source: bytes | IO[bytes] | Path | str) -> LocalEmbedder:
        """Read `embedding_model.npz` from its bytes, an open binary file, or a path.

        Raises:
            LoadError: it is not such a file, or its format is newer.
        """
        name = "embedding_model.npz" if isinstance(source, bytes) else str(getattr(source, "name", source))
        try:
            with np.load(io.BytesIO(source) if isinstance(source, bytes) else source, allow_pickle=False) as data:
                version = int(data["format"])
                arrays = {key: data[key] for key in ("vocabulary", "idf", "components")} if version == FORMAT else {}
        except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
            msg = f"this is no embedding model of the local provider ({error})."
            raise LoadError(msg, where=name, next_step="Build it again: python -m service.ingest build.") from error
        if version != FORMAT:
            msg = f"embedding model format {version} is not {FORMAT}."
            raise LoadError(msg, where=name, next_step="Use the version of the service that the data was built with.")
        terms = arrays["vocabulary"].tobytes().decode("utf-8").split("\n")
        return cls(terms, arrays["idf"], arrays["components"])

    def save(self, target: IO[bytes]) -> None:
        """Write the model as npz; the same model gives the same bytes."""
        terms = np.frombuffer("\n".join(self._vocabulary).encode("utf-8"), dtype=np.uint8)
        halves = self._components.astype(np.float16)
        np.savez_compressed(target, format=np.int64(FORMAT), vocabulary=terms, idf=self._idf, components=halves)

    @property
    def model_id(self) -> str:
        """`local-tfidf-svd-<dimensions>`."""
        return f"{MODEL_ID}-{self.dimensions}"

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._components.shape[1])

    @property
    def usage(self) -> Usage:
        """Calls and texts so far; there are no tokens to pay for."""
        return Usage(requests=self._requests, texts=self._texts)

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:  # noqa: ARG002 - both kinds alike
        """The vectors of `texts`, shape (n, dimensions), each of length 1; a text without any known word is all zeros."""
        self._requests += 1
        self._texts += len(texts)
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            rows, weights = self.weigh(text)
            if rows:
                out[row] = np.asarray(weights, dtype=np.float32) @ self._components[rows]
        return unit(out)

    def weigh(self, text: str) -> tuple[list[int], list[float]]:
        """The known features of `text` as (rows of the vocabulary, TF-IDF weights of length 1)."""
        counts = Counter(self._index[term] for term in features(text) if term in self._index)
        rows = sorted(counts)
        weights = [(1.0 + math.log(counts[row])) * float(self._idf[row]) for row in rows]
        norm = math.sqrt(math.fsum(weight * weight for weight in weights))
        return rows, [weight / norm for weight in weights] if norm else weights


def unit(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Rows scaled to length 1; a row of zeros stays as it is."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0).astype(np.float32)
    return scaled
