"""From raw sentences and facts to the four files that the service reads."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

import polars as pl

from ..embedding.fit import fit
from .errors import IngestError
from .raw import read_facts, read_sentences
from .schemas import EMBEDDINGS_FILE, FACTS_FILE, MODEL_FILE, SENTENCES_FILE, embeddings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ..embedding import Embedder
    from .progress import Progress

ROWS_PER_GROUP = 2048
DEFAULT_DIMENSIONS = 256
BATCH = 960


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build wrote: counts, and the bytes of every file by name."""

    sentences: int
    facts: int
    dimensions: int
    model_id: str
    sizes: dict[str, int]


def build(
    sentences: Path,
    facts: Path,
    out: Path,
    progress: Progress,
    *,
    dimensions: int = DEFAULT_DIMENSIONS,
    embedder: Embedder | None = None,
    tickers: Mapping[int, str] | None = None,
) -> Built:
    """Read and check both files, embed the sentences, and write the four files (three where `embedder` is not local).

    Without `embedder` the local one is fitted to these sentences. The files appear under their names only when all of
    them are complete; the same input gives the same bytes.

    Raises:
        IngestError: an input is broken; with its line.
    """
    progress.step(f"reading {sentences.name} and {facts.name}")
    frame = read_sentences(sentences, tickers)
    known = {cik: (company, ticker) for cik, company, ticker in frame.select("cik_int", "company", "ticker").unique().rows()}
    kpis = read_facts(facts, known)
    _check_citations(kpis, frame, facts)
    progress.done(f"{frame.height:,} sentences, {kpis.height:,} facts")
    texts = frame["text"].to_list()
    writers: dict[str, Callable[[IO[bytes]], object]] = {
        SENTENCES_FILE: lambda file: _write(frame, file),
        FACTS_FILE: lambda file: _write(kpis, file),
    }
    if embedder is None:
        progress.step(f"fitting the local embedding model, {dimensions} dimensions")
        local, vectors = fit(texts, dimensions)
        writers[MODEL_FILE] = local.save
        name, dimensions = local.model_id, local.dimensions
    else:
        progress.step(f"embedding with {embedder.model_id}")
        vectors = _encode(embedder, texts, progress)
        name, dimensions = embedder.model_id, embedder.dimensions
    progress.done(f"{len(vectors):,} vectors")
    table = pl.DataFrame({"sentence_id": frame["sentence_id"], "embedding": vectors}, schema=embeddings(dimensions))
    writers[EMBEDDINGS_FILE] = lambda file: _write(table, file)
    progress.step(f"writing to {out}")
    sizes = write_all(out, writers)
    progress.done(f"{sum(sizes.values()) / 1e6:.1f} MB")
    return Built(sentences=frame.height, facts=kpis.height, dimensions=dimensions, model_id=name, sizes=sizes)


def _check_citations(kpis: pl.DataFrame, sentences: pl.DataFrame, path: Path) -> None:
    unknown = kpis.filter(pl.col("sentence_id").is_not_null()).join(sentences, on="sentence_id", how="anti")
    if unknown.height:
        first = unknown.row(0, named=True)
        msg = f'{unknown.height} facts name sentences that are not there, first "{first["sentence_id"]}" ({first["metric"]}).'
        raise IngestError(msg, where=str(path), next_step="Build facts and sentences from the same source.")


def _encode(embedder: Embedder, texts: list[str], progress: Progress) -> NDArray[np.float32]:
    import numpy as np

    parts = []
    for start in range(0, len(texts), BATCH):
        parts.append(embedder.encode(texts[start : start + BATCH], "document"))
        progress.count(start, len(texts))
    return np.concatenate(parts)


def _write(frame: pl.DataFrame, file: IO[bytes]) -> None:
    frame.write_parquet(file, compression="zstd", compression_level=3, statistics=True, row_group_size=ROWS_PER_GROUP)


def write_all(out: Path, writers: Mapping[str, Callable[[IO[bytes]], object]]) -> dict[str, int]:
    """Write every file under a temporary name in `out` and rename them all at the end; returns their sizes in bytes.

    Raises:
        IngestError: `out` cannot be written.
    """
    temporary: dict[str, Path] = {}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, write in writers.items():
            with tempfile.NamedTemporaryFile(dir=out, prefix=f".{name}.", delete=False) as file:
                temporary[name] = Path(file.name)
                write(file)
            temporary[name].chmod(0o644)
        sizes = {name: path.stat().st_size for name, path in temporary.items()}
        for name, path in temporary.items():
            path.replace(out / name)
    except OSError as error:
        msg = f"cannot write there: {error.strerror or error}."
        raise IngestError(msg, where=os.fspath(out), next_step="Name another folder with --out.") from error
    finally:
        for path in temporary.values():
            path.unlink(missing_ok=True)
    return sizes
