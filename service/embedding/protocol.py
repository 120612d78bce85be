"""What every embedding provider offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["query", "document"]


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What an embedder has used so far: calls, texts, input tokens, calls repeated, and seconds spent waiting to repeat."""

    requests: int = 0
    texts: int = 0
    input_tokens: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class Embedder(Protocol):
    """Texts to unit vectors."""

    @property
    def model_id(self) -> str:
        """The name of the model, as it stands in the data that it made."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    @property
    def usage(self) -> Usage:
        """What was used so far."""

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> NDArray[np.float32]:
        """The vectors of `texts`, shape (n, dimensions), each of length 1; a text without any known word is all zeros."""
