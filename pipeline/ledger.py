"""What was evaluated and what is live, in S3: records by their content, and one pointer moved by compare-and-swap."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from .aws_errors import ClientError, code_of, translated
from .errors import OutsideError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMAT = 1
JSON = "application/json"
LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
ABSENT = frozenset({"NoSuchKey", "404", "NotFound"})
CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Release:
    """One image in front of users: what it was judged by and where it runs.

    `evaluation` and `cases` are keys in the ledger; `reference` is the image as `repository@sha256:...`; `kind` is
    release or rollback; `left` is the digest that a rollback went away from; `facts` is `{size_bytes, layers, base_image,
    base_digest, data}` of its build and its evaluation; `etag` is what S3 gave with `current`.
    """

    service: str
    environment: str
    run_id: str
    commit: str
    image_id: str
    digest: str
    reference: str
    evaluation: str
    cases: str | None
    gold_sha: str
    verdict: str
    released_at: str
    task_definition: str | None
    kind: str = "release"
    left: str | None = None
    author: str | None = None
    facts: dict[str, Any] | None = None
    etag: str | None = dataclasses.field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """The release as it lies in S3."""
        fields = dataclasses.asdict(self)
        del fields["etag"]
        return {"format": FORMAT, **fields}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], where: str, etag: str | None = None) -> Self:
        """Read a release back; fields of a later writer are dropped.

        Raises:
            OutsideError: what lies there is no release, or of a newer format.
        """
        if data.get("format") != FORMAT:
            msg = f"release format {data.get('format')!r} is not {FORMAT}."
            raise OutsideError(msg, where=where, next_step="Use the goldgate version that wrote it.")
        fields = {field.name for field in dataclasses.fields(cls)} - {"etag"}
        try:
            return cls(**{key: value for key, value in data.items() if key in fields}, etag=etag)
        except TypeError as error:
            msg = f"holds no whole release: {error}."
            raise OutsideError(msg, where=where, next_step="Remove it or restore its last version in S3.") from error

    def identity(self) -> str:
        """The release in one phrase, for messages."""
        return f"{self.digest[7:19]} of commit {self.commit[:7]}, {self.kind} at {self.released_at}"


class Ledger:
    """The ledger of one service in one environment, under `s3://bucket/prefix/`.

    `s3` is a boto3 client; `who` finds the caller's ARN for messages about missing rights.
    """

    def __init__(
        self, s3: Any, bucket: str, prefix: str, *, service: str, environment: str, who: Callable[[], str] | None = None
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix.strip("/")
        self._folder = f"releases/{service}/{environment}"
        self._evaluations = f"evaluations/{service}/{environment}"
        self._who = who

    def current(self) -> Release | None:
        """The release that is live, its `etag` filled in; None where nothing was released yet."""
        key = f"{self._folder}/current.json"
        found = self._get(key)
        return None if found is None else Release.from_json(_mapping(found[0], self.address(key)), self.address(key), found[1])

    def history(self, limit: int = 20) -> list[Release]:
        """The last `limit` releases and rollbacks, newest first."""
        releases = [self._release(key) for key in self._newest(f"{self._folder}/history/", limit)]
        now = self.current()
        if now is not None and now not in releases:
            releases.insert(0, now)
        return releases[:limit]

    def publish_release(self, release: Release, previous_etag: str | None) -> Release:
        """Move `current` to `release` if it still is what the caller saw (`previous_etag`; None: nothing was there).

        Returns the release with its new etag.

        Raises:
            Refused: somebody else moved it in the meantime.
        """
        before = self.current()
        if before is not None:
            self._remember(before)
        key = f"{self._folder}/current.json"
        condition = {"IfMatch": previous_etag} if previous_etag else {"IfNoneMatch": "*"}
        etag = self._put(key, _bytes(release.to_json()), JSON, **condition)
        if etag is None:
            return self._after_a_lost_race(release, key)
        self._remember(release)
        return dataclasses.replace(release, etag=etag)

    def put_record(self, data: Mapping[str, Any]) -> str:
        """Store a record under the hash of its content; returns its key."""
        content = _bytes(data)
        key = f"records/{hashlib.sha256(content).hexdigest()}.json"
        self._put(key, content, JSON, IfNoneMatch="*")
        return key

    def get_record(self, key: str) -> dict[str, Any]:
        """The record under `key`.

        Raises:
            OutsideError: it is not there or is not what its name says.
        """
        found = self._get(key)
        if found is None:
            msg = "the ledger names this record but does not hold it."
            raise OutsideError(msg, where=self.address(key), next_step="Restore it in S3, or release again.")
        self._check(key, hashlib.sha256(found[0]).hexdigest())
        return _mapping(found[0], self.address(key))

    def put_evaluation(self, entry: Mapping[str, Any]) -> None:
        """Keep what one evaluation gives to later histories, released or not; `entry` has its `run_id`."""
        self._put(f"{self._evaluations}/{entry['run_id']}.json", _bytes({"format": FORMAT, **entry}), JSON)

    def evaluations(self, limit: int = 20) -> list[dict[str, Any]]:
        """The entries of the last `limit` evaluations, newest first."""
        found = [(key, self._get(key)) for key in self._newest(f"{self._evaluations}/", limit)]
        return [_mapping(content[0], self.address(key)) for key, content in found if content is not None]

    def upload_cases(self, path: Path) -> str:
        """Store the per-case rows under the hash of their bytes, if they are not there yet; returns the key."""
        with path.open("rb") as file:
            key = f"cases/{hashlib.file_digest(file, 'sha256').hexdigest()}.parquet"
            file.seek(0)
            self._put(key, file, "application/vnd.apache.parquet", IfNoneMatch="*")
        return key

    def download_cases(self, release: Release, path: Path) -> Path | None:
        """Fetch a release's per-case rows into `path`; None where it has none.

        Raises:
            OutsideError: the rows are gone or are not those that the release names.
        """
        if release.cases is None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._check(release.cases, self._download(release.cases, temporary))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    def address(self, key: str) -> str:
        """The `s3://` address of a key of this ledger."""
        return f"s3://{self._bucket}/{self._full(key)}"

    def _after_a_lost_race(self, release: Release, key: str) -> Release:
        winner = self.current()
        if winner == release:
            self._remember(release)
            return winner
        told = winner.identity() if winner else "a release that is gone again"
        msg = f"another release went first: {told} is live in the ledger now, so {release.digest[7:19]} was not recorded."
        raise Refused(
            msg, where=self.address(key), next_step="Look at `goldgate status`, then run again from its commit or a later one."
        )

    def _remember(self, release: Release) -> None:
        stamp = "".join(c for c in release.released_at if c.isalnum())
        self._put(
            f"{self._folder}/history/{stamp}-{release.digest[7:19]}.json", _bytes(release.to_json()), JSON, IfNoneMatch="*"
        )

    def _newest(self, folder: str, limit: int) -> list[str]:
        """The last `limit` keys of a folder whose names begin with their time, newest first."""
        prefix = self._full(folder)
        with translated(action="s3:ListBucket", resource=f"s3://{self._bucket}/{prefix}", who=self._who):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            keys = [str(item["Key"]) for page in pages for item in page.get("Contents", [])]
        return [key[len(self._full("")) :] for key in sorted(keys, reverse=True)[:limit]]

    def _release(self, key: str) -> Release:
        found = self._get(key)
        if found is None:
            msg = "was listed but is gone."
            raise OutsideError(msg, where=self.address(key), next_step="Run the command again.")
        return Release.from_json(_mapping(found[0], self.address(key)), self.address(key))

    def _get(self, key: str) -> tuple[bytes, str] | None:
        with translated(action="s3:GetObject", resource=self.address(key), who=self._who):
            try:
                answer = self._s3.get_object(Bucket=self._bucket, Key=self._full(key))
                return answer["Body"].read(), str(answer["ETag"])
            except ClientError as error:
                if code_of(error) not in ABSENT:
                    raise
                return None

    def _download(self, key: str, path: Path) -> str:
        digest = hashlib.sha256()
        with translated(action="s3:GetObject", resource=self.address(key), who=self._who):
            body = self._s3.get_object(Bucket=self._bucket, Key=self._full(key))["Body"]
            with path.open("wb") as file:
                for chunk in body.iter_chunks(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
        return digest.hexdigest()

    def _put(self, key: str, body: Any, kind: str, **condition: str) -> str | None:
        """Write a key under a condition; returns its etag, or None where the condition did not hold."""
        with translated(action="s3:PutObject", resource=self.address(key), who=self._who):
            try:
                answer = self._s3.put_object(Bucket=self._bucket, Key=self._full(key), Body=body, ContentType=kind, **condition)
                return str(answer["ETag"])
            except ClientError as error:
                if code_of(error) not in LOST:
                    raise
                return None

    def _check(self, key: str, digest: str) -> None:
        if Path(key).stem != digest:
            msg = f"its content has the hash {digest[:12]}, not the one in its name."
            raise OutsideError(msg, where=self.address(key), next_step="Restore its first version in S3.")

    def _full(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key


def _bytes(data: Mapping[str, Any]) -> bytes:
    """One way to write a mapping, so that equal content has an equal hash."""
    return (json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _mapping(content: bytes, where: str) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError as error:
        msg = f"cannot be read as JSON: {error}."
        raise OutsideError(msg, where=where, next_step="Restore its last version in S3.") from error
    if not isinstance(data, dict):
        msg = "holds no JSON object."
        raise OutsideError(msg, where=where, next_step="Restore its last version in S3.")
    return data
