"""The records that the stages leave behind: one JSON file a stage, each with a format version."""

from __future__ import annotations

import dataclasses
import json
import os
import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Record:
    """What every stage's record holds. `image_id` is the config digest (`sha256:...`), the identity before the push."""

    name: typing.ClassVar[str]

    service: str
    image_id: str
    started_at: str
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The record as the mapping that stands in its file."""
        return {"format": FORMAT, "stage": self.name, **dataclasses.asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], where: str) -> Self:
        """Read a record back; unknown fields of a newer minor writer are dropped.

        Raises:
            UsageError: the format is newer than this program or a field is missing.
        """
        if data.get("format") != FORMAT:
            msg = f"record format {data.get('format')!r} is not {FORMAT}."
            raise UsageError(msg, where=where, next_step="Use the goldgate version that wrote it, or run the stage again.")
        fields = {f.name: f for f in dataclasses.fields(cls)}
        required = {
            n for n, f in fields.items() if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        }
        if absent := sorted(required - data.keys()):
            msg = f"the record lacks {', '.join(absent)}."
            raise UsageError(msg, where=where, next_step="Run the stage again.")
        return cls(**{key: value for key, value in data.items() if key in fields})


@dataclass(frozen=True, kw_only=True)
class ImageRecord(Record):
    """What `build` made: the image, its size in bytes, and what of it was cached.

    `base_image` is what the last stage of the Dockerfile stands on, `base_digest` its digest where the Dockerfile pins it or
    the engine has it.
    """

    name = "image"

    commit: str
    dirty: bool
    tag: str
    size_bytes: int
    layers: list[str]
    built_layers: int
    cached_layers: int
    base_image: str | None = None
    base_digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class ContractRecord(Record):
    """What `test` saw: `checks` are {name, ok, seconds, detail}."""

    name = "contract"

    passed: bool
    checks: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class EvaluationRecord(Record):
    """What `evaluate` found: the evaluation.json of the design, beside the image that it speaks of.

    `data` names the versions of what the service read meanwhile.
    """

    name = "evaluation"

    verdict: str
    gold_set: dict[str, Any]
    subject: dict[str, Any]
    metrics: dict[str, Any]
    slices: list[dict[str, Any]]
    gates: list[dict[str, Any]]
    baseline: dict[str, Any] | None
    latency: dict[str, Any]
    cost: dict[str, Any]
    timing: dict[str, Any]
    fingerprint: str
    worse: list[str] = dataclasses.field(default_factory=list)
    better: list[str] = dataclasses.field(default_factory=list)
    headline: str = ""
    pairs: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    moved: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    asking: dict[str, Any] = dataclasses.field(default_factory=dict)
    judges: dict[str, Any] = dataclasses.field(default_factory=dict)
    sequential: dict[str, Any] | None = None
    stopped: str | None = None
    reused_from: str | None = None
    data: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PushRecord(Record):
    """Where `push` put the image: `digest` is the manifest's, `config` what the manifest in the registry names as the digest
    of its config; `pushed_bytes` 0 means that it was there already."""

    name = "push"

    repository: str
    reference: str
    digest: str
    tag: str
    already_there: bool
    pushed_bytes: int
    config: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReleaseRecord(Record):
    """What `deploy` did. `steps` are {at, after_seconds, text} in order of time, `observations` what ECS showed of the
    deployment whenever that changed: {after_seconds, old, new, traffic, alarms} (see `targets.waiting.seen`).

    `status` is released, unchanged, in_progress (written before the waiting, with all of it that `resume` needs),
    rolled_back (what was live before serves again) or failed (it does not, or there was nothing). `previous` is what was
    live before, `live` the task definition that the service is set to afterwards.
    """

    name = "release"

    environment: str
    target: str
    status: str
    digest: str
    steps: list[dict[str, Any]]
    deployment: str | None = None
    task_definition: str | None = None
    previous: dict[str, Any] | None = None
    plan: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    cause: dict[str, Any] | None = None
    url: str | None = None
    reference: str = ""
    kind: str = "release"
    live: str | None = None
    resume: dict[str, Any] | None = None
    observations: list[dict[str, Any]] = dataclasses.field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class VerificationRecord(Record):
    """What really runs: `running` are {task, digest, health}, `revisions` {revision, image, digest}.

    `ok` means that all of them carry the evaluated digest, are healthy, and that every probe was answered; `problems`
    names what was not so.
    """

    name = "verification"

    environment: str
    ok: bool
    digest: str
    running: list[dict[str, Any]]
    url: str | None = None
    probes: int = 0
    failed_probes: int = 0
    revisions: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write `data` so that a reader sees the whole file or the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(data, file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_json(path: Path) -> dict[str, Any]:
    """Read one JSON object.

    Raises:
        UsageError: the file is absent, is not JSON, or is not an object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = "there is no such file."
        raise UsageError(msg, where=str(path)) from error
    except (ValueError, OSError) as error:
        msg = f"cannot be read as JSON: {error}."
        raise UsageError(msg, where=str(path)) from error
    if not isinstance(data, dict):
        msg = "holds no JSON object."
        raise UsageError(msg, where=str(path))
    return data
