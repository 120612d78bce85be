"""`python -m service.load_data [EVENT]`: the configured loader alone, cold and then warm.

The event is JSON in a file or on standard input: {"bucket", "base_path", "files"}; what it leaves out comes from
ml_config.yaml. One JSON object goes to standard output: {loader, cold_ms, warm_ms, rows, bytes, etags}. The cold read
starts from an empty cache folder of its own, which is removed afterwards.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .config import MLConfig
from .corpus import EMBEDDINGS, FACTS, SENTENCES
from .errors import LoadError, ServiceError
from .loaders import FileRead, Loader, make_loader
from .startup import read_config

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Event(BaseModel):
    """The test event."""

    model_config = ConfigDict(extra="forbid")

    bucket: str | None = None
    base_path: str | None = None
    files: Annotated[tuple[str, ...], Field(min_length=1)] | None = None


def main(arguments: Sequence[str], env: Mapping[str, str], source: IO[str], out: IO[str], err: IO[str]) -> int:
    """Run; 0, or the exit code of the failure with one line on `err`."""
    try:
        text = Path(arguments[0]).read_text(encoding="utf-8") if arguments and arguments[0] != "-" else source.read()
        event = Event.model_validate_json(text.strip() or "{}")
        result = run(_aim(read_config(env), event, env), event)
    except ServiceError as error:
        err.write(" ".join(str(error).split()) + "\n")
        return error.exit_code
    except (OSError, ValidationError) as error:
        err.write("the event cannot be used: " + " ".join(str(error).split()) + "\n")
        return 2
    out.write(json.dumps(result) + "\n")
    return 0


def run(config: MLConfig, event: Event) -> dict[str, object]:
    """Read the files of the event twice; raises LoadError."""
    files = event.files or _configured(config)
    if config.retrieval.loader != "local":
        config.get_s3_client()  # made before the clock starts: a client is not what is measured
    with tempfile.TemporaryDirectory(prefix="finrag-load-") as folder:
        cold_ms, cold = _timed(make_loader(config, Path(folder)), files, config)
        warm_ms, warm = _timed(make_loader(config, Path(folder)), files, config)
    if [read.etag for read in cold] != [read.etag for read in warm]:
        msg = "the data changed between the cold and the warm read."
        raise LoadError(msg, where=config.uri(""))
    return {
        "loader": config.retrieval.loader,
        "cold_ms": round(cold_ms, 1),
        "warm_ms": round(warm_ms, 1),
        "rows": {read.file: read.rows for read in cold if read.rows is not None},
        "bytes": sum(read.size for read in cold),
        "etags": {read.file: read.etag for read in cold},
        "paths": {"cold": sorted({read.path for read in cold}), "warm": sorted({read.path for read in warm})},
    }


def _timed(loader: Loader, files: Sequence[str], config: MLConfig) -> tuple[float, list[FileRead]]:
    start = time.perf_counter()
    reads = [_read(loader, file, config) for file in files]
    return (time.perf_counter() - start) * 1000.0, reads


def _read(loader: Loader, file: str, config: MLConfig) -> FileRead:
    columns = {config.data.sentences: SENTENCES, config.data.embeddings: EMBEDDINGS, config.data.kpi_facts: FACTS}.get(file)
    return loader.table(file, columns)[1] if columns else loader.blob(file)[1]


def _configured(config: MLConfig) -> tuple[str, ...]:
    data = config.data
    model = (data.embedding_model,) if config.embedding.provider == "local" else ()
    return (data.sentences, data.embeddings, data.kpi_facts, *model)


def _aim(config: MLConfig, event: Event, env: Mapping[str, str]) -> MLConfig:
    """The configuration with the bucket and base path of the event."""
    changes = {key: value for key in ("bucket", "base_path") if (value := getattr(event, key)) is not None}
    data = config.data.model_copy(update=changes)
    return MLConfig(config.sections.model_copy(update={"data": data}), env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ, sys.stdin, sys.stdout, sys.stderr))
