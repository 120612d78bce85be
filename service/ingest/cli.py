"""`python -m service.ingest`: generate, build, finsights, upload, gold."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ServiceError
from .errors import IngestError
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..config import MLConfig
    from ..embedding import Embedder
    from .build import Built

DEFAULT_SEED = 7
DEFAULT_DIMENSIONS = 256


def main(
    argv: Sequence[str] | None = None,
    env: Mapping[str, str] | None = None,
    client: Callable[..., Any] | None = None,
) -> int:
    """Run one command; returns its exit code: 0, 2 for the call or an input, 3 for the outside, 130 interrupted.

    `env` is the environment of the process; `client` makes AWS clients and defaults to `boto3.client`.
    """
    arguments = _parser().parse_args(argv)
    arguments.env_vars, arguments.client = dict(os.environ if env is None else env), client
    try:
        result = arguments.run(arguments, Progress())
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing half-written was left.\n")
        return 130
    sys.stdout.write(f"{json.dumps(result) if arguments.json else _lines(result)}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m service.ingest", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    generate = _command(commands, "generate", "write the reference reports and build them", _generate)
    generate.add_argument("--seed", type=int, default=DEFAULT_SEED)
    generate.add_argument("--out", type=Path, required=True)
    generate.add_argument("--raw-only", action="store_true", help="write sentences.jsonl and facts.csv, build nothing")
    _embedding(generate)

    build = _command(commands, "build", "build the service's files from raw sentences and facts", _build)
    build.add_argument("--sentences", type=Path, required=True, help="JSONL or Parquet")
    build.add_argument("--facts", type=Path, required=True, help="CSV or Parquet")
    build.add_argument("--out", type=Path, required=True)
    _embedding(build)

    finsights = _command(commands, "finsights", "build from a folder of the FinSights project", _finsights)
    finsights.add_argument("--data", type=Path, required=True)
    finsights.add_argument("--out", type=Path, required=True)
    _embedding(finsights)

    upload = _command(commands, "upload", "put the built files into S3, unchanged ones excepted", _upload)
    upload.add_argument("--from", dest="folder", type=Path, required=True)
    upload.add_argument("--bucket", help="default: data.bucket of --config")
    upload.add_argument("--prefix", help="default: data.base_path of --config")
    upload.add_argument("--endpoint-url", help="default: AWS_ENDPOINT_URL")
    upload.add_argument("--create-bucket", action="store_true", help="make the bucket where it is missing")
    _config(upload)

    gold = _command(commands, "gold", "write the gold set of the reference reports", _gold)
    gold.add_argument("--seed", type=int, default=DEFAULT_SEED)
    gold.add_argument("--out", type=Path, required=True)
    return parser


def _command(commands: Any, name: str, text: str, run: Callable[..., Any]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    parser.add_argument("--json", action="store_true", help="print the result for machines")
    parser.set_defaults(run=run)
    return parser


def _config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, help="ml_config.yaml")
    parser.add_argument("--env", help="the environment of --config to lay over it; default: GOLDGATE_ENV")


def _embedding(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dimensions", type=int, help="of the local embedding model; default 256")
    _config(parser)


def _generate(arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from .generate import generate
    from .store import RAW_FACTS, RAW_SENTENCES, write_raw

    progress.step(f"writing the reference reports, seed {arguments.seed}")
    corpus = generate(arguments.seed, progress=progress.count)
    sizes = write_raw(corpus, arguments.out)
    progress.done(f"{len(corpus.sentences):,} sentences")
    if arguments.raw_only:
        return {"sentences": len(corpus.sentences), "facts": len(corpus.reference.facts), "sizes": sizes}
    raw = arguments.out / RAW_SENTENCES, arguments.out / RAW_FACTS
    return dataclasses.asdict(_built(arguments, progress, *raw))


def _build(arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    return dataclasses.asdict(_built(arguments, progress, arguments.sentences, arguments.facts))


def _finsights(arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from .finsights import prepare

    progress.step(f"reading {arguments.data}")
    found = prepare(arguments.data, arguments.out)
    progress.done(f"{found.repeated:,} repeated facts, {found.conflicting:,} of them with another value")
    built = _built(arguments, progress, found.sentences, found.facts, found.tickers)
    left_out = {"repeated": found.repeated, "conflicting": found.conflicting, "unknown_company": found.unknown_company}
    return {**dataclasses.asdict(built), "facts_left_out": left_out}


def _built(
    arguments: argparse.Namespace,
    progress: Progress,
    sentences: Path,
    facts: Path,
    tickers: Mapping[int, str] | None = None,
) -> Built:
    from .build import build

    embedder, dimensions = _embedder(arguments)
    return build(sentences, facts, arguments.out, progress, dimensions=dimensions, embedder=embedder, tickers=tickers)


def _embedder(arguments: argparse.Namespace) -> tuple[Embedder | None, int]:
    """The embedder that the configuration names, or None and the dimensions for the local one that is fitted."""
    if arguments.dimensions is not None and arguments.dimensions < 1:
        msg = f"--dimensions is {arguments.dimensions}; it must be at least 1."
        raise IngestError(msg)
    if arguments.config is None:
        return None, arguments.dimensions or DEFAULT_DIMENSIONS
    config = _ml_config(arguments)
    dimensions = arguments.dimensions or config.bedrock_dimensions
    if config.embedding.provider == "local":
        return None, dimensions
    from ..embedding.bedrock import BedrockEmbedder

    client = config.get_bedrock_client()
    return BedrockEmbedder(client, config.bedrock_model_id, dimensions, config.bedrock_batch_size), dimensions


def _ml_config(arguments: argparse.Namespace) -> MLConfig:
    from ..config import MLConfig

    env = dict(arguments.env_vars)
    if arguments.env:
        env["GOLDGATE_ENV"] = arguments.env
    if getattr(arguments, "endpoint_url", None):
        env["AWS_ENDPOINT_URL"] = arguments.endpoint_url
    return MLConfig.load(arguments.config, env, arguments.client)


def _upload(arguments: argparse.Namespace, progress: Progress) -> list[dict[str, Any]]:
    from .upload import upload

    if arguments.config:
        config = _ml_config(arguments)
        client, bucket, prefix = config.get_s3_client(), config.bucket, config.data.base_path
    else:
        client, bucket, prefix = _s3(arguments), "", ""
    bucket = arguments.bucket or bucket
    if not bucket:
        msg = "no bucket is named."
        raise IngestError(msg, next_step="Hand in --bucket, or --config with a data section.")
    prefix = prefix if arguments.prefix is None else arguments.prefix
    done = upload(client, arguments.folder, bucket, prefix, progress, create=arguments.create_bucket)
    return [dataclasses.asdict(item) for item in done]


def _s3(arguments: argparse.Namespace) -> Any:
    import boto3

    env = arguments.env_vars
    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or "us-east-1"
    endpoint = arguments.endpoint_url or env.get("AWS_ENDPOINT_URL") or None
    return (arguments.client or boto3.client)("s3", region_name=region, endpoint_url=endpoint)


def _gold(arguments: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    from .build import write_all
    from .generate import generate
    from .gold import gold_jsonl

    progress.step(f"writing the gold set, seed {arguments.seed}")
    content = gold_jsonl(generate(arguments.seed, progress=progress.count))
    sizes = write_all(arguments.out.parent, {arguments.out.name: lambda file: file.write(content)})
    count = len(content.splitlines())
    progress.done(f"{count} cases")
    return {"cases": count, "sizes": sizes}


def _lines(result: Any) -> str:
    """The result for a person."""
    if isinstance(result, list):
        return "\n".join(
            f"{'uploaded ' if item['written'] else 'unchanged'}  {item['uri']}  {item['size']:,}" for item in result
        )
    counts = ", ".join(f"{value:,} {key}" for key, value in result.items() if isinstance(value, int))
    files = "\n".join(f"  {name}  {size:,}" for name, size in result["sizes"].items())
    return f"{counts}\n{files}"
