"""The gold sets of a service, read from disk or S3 and held to the corpus; several are asked as one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import OutsideError, UsageError

if TYPE_CHECKING:
    from goldgate.eval.case import GoldSet

    from .aws import Aws
    from .config.load import Config
    from .config.schema import Corpus, Service


def load_gold_sets(config: Config, service: Service, aws: Aws) -> GoldSet:
    """Read every gold set of the service; evidence that the corpus lacks is an error or is reported, as configured.

    Raises:
        Problems: a file has faults, each with its line.
        UsageError: two files share a case id.
        OutsideError: the corpus cannot be read.
    """
    from goldgate.eval.gold.evidence import check_evidence
    from goldgate.eval.gold.load import load_gold

    known = corpus_ids(config, service.corpus, aws) if service.corpus else None
    sets = []
    for entry in service.gold_sets:
        path = _fetched(entry.path, config, aws) if entry.path.startswith("s3://") else config.resolve(entry.path)
        gold = load_gold(path)
        if known is not None and service.corpus is not None:
            gold = check_evidence(gold, known, entry.missing_evidence or service.corpus.missing_evidence)
        sets.append(gold)
    return sets[0] if len(sets) == 1 else _together(sets)


def corpus_ids(config: Config, corpus: Corpus, aws: Aws) -> frozenset[str]:
    """The ids of everything that the service can retrieve.

    Raises:
        OutsideError: the file is not there, is no Parquet, or has no such column.
    """
    import polars as pl

    where = corpus.file
    source: Path | io.BytesIO
    source = io.BytesIO(read_s3(where, aws)) if where.startswith("s3://") else config.resolve(where)
    try:
        return frozenset(pl.read_parquet(source, columns=[corpus.id])[corpus.id].cast(pl.String).to_list())
    except FileNotFoundError as error:
        msg = "there is no such corpus."
        raise OutsideError(msg, where=where, next_step="Mend corpus.file in ml_config.yaml, or build the data.") from error
    except pl.exceptions.ColumnNotFoundError as error:
        msg = f"the corpus has no column {corpus.id!r}."
        raise OutsideError(msg, where=where, next_step="Mend corpus.id in ml_config.yaml.") from error
    except pl.exceptions.PolarsError as error:
        msg = f"the corpus cannot be read as Parquet: {error}."
        raise OutsideError(msg, where=where, next_step="Upload it again.") from error


def read_s3(uri: str, aws: Aws) -> bytes:
    """The bytes behind an `s3://` address.

    Raises:
        OutsideError: no such bucket or key, no permission, or no answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from .aws_errors import translate

    place = urlsplit(uri)
    try:
        body: bytes = aws.client("s3").get_object(Bucket=place.netloc, Key=place.path.lstrip("/"))["Body"].read()
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action="s3:GetObject", resource=uri, who=aws.identity) from error
    return body


def data_versions(config: Config, aws: Aws) -> dict[str, str]:
    """The ETag of every data file that the configuration names: what the answers rest on besides the image.

    Raises:
        OutsideError: a file is not there or may not be read.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    from .aws_errors import translate

    versions = dict[str, str]()
    if config.data is None:
        return versions
    _check_bucket(config, config.data.bucket, aws)
    for name in config.data.files:
        uri = config.data.uri(name)
        place = urlsplit(uri)
        try:
            answer = aws.client("s3").head_object(Bucket=place.netloc, Key=place.path.lstrip("/"))
        except (ClientError, BotoCoreError) as error:
            raise translate(error, action="s3:GetObject", resource=uri, who=aws.identity) from error
        versions[uri] = str(answer["ETag"]).strip('"')
    return versions


def _check_bucket(config: Config, bucket: str, aws: Aws) -> None:
    """A missing file and a missing bucket are the same 404 to HeadObject; this tells them apart."""
    from botocore.exceptions import ClientError

    from .aws_errors import code_of

    try:
        aws.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) in {"404", "NoSuchBucket"}:
            msg = f"there is no bucket {bucket!r}."
            raise OutsideError(msg, where=config.where("data", "bucket"), next_step="Make it, or mend data.bucket.") from error


def _together(sets: list[GoldSet]) -> GoldSet:
    from goldgate.eval.case import GoldSet
    from goldgate.eval.gold.hash import gold_hash

    first: dict[str, Path] = {}
    for gold in sets:
        for case in gold.cases:
            if case.id in first:
                msg = f'case "{case.id}" stands in {first[case.id].name} too; a service asks all its gold sets as one.'
                raise UsageError(msg, where=f"{gold.path}:{case.line}", next_step="Rename one of them.")
            first[case.id] = gold.path
    cases = tuple(case for gold in sets for case in gold.cases)
    path = Path(" + ".join(str(gold.path) for gold in sets))
    return GoldSet(cases=cases, sha256=gold_hash(cases), path=path, format=sets[0].format)


def _fetched(uri: str, config: Config, aws: Aws) -> Path:
    from .context import sha256_of
    from .local_state import FOLDER

    folder = config.root / FOLDER / "gold" / sha256_of(uri)[:12]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uri.rpartition("/")[2]
    path.write_bytes(read_s3(uri, aws))
    return path
