"""Build the image of the checked-out commit."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ..builder import build, find_docker_command
from ..context import Context, Stopwatch
from ..errors import UsageError
from ..local_state import FOLDER
from ..records import ImageRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..git import Commit

_FROM = re.compile(r"^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.MULTILINE | re.IGNORECASE)
_ARG = re.compile(r"^ARG\s+(\w+)=(\S+)", re.MULTILINE | re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?(\w+)(?::-[^}]*)?\}?")
LABEL = "org.opencontainers.image"


def run(context: Context, environment: Mapping[str, str] | None = None) -> ImageRecord:
    """Build with BuildKit and record the image ID, which is the identity of everything that follows.

    The labels are the commit's (source, revision, committer date), so the same commit gives the same image.

    Raises:
        OutsideError: the build failed or no engine is there.
        UsageError: the image is larger than `build.max_image_mb`.
    """
    watch = Stopwatch()
    service, commit = context.service, context.commit
    tag = f"{service.name}:{commit.sha[:12]}"
    built = build(
        command=find_docker_command(),
        context=context.root / service.build.context,
        dockerfile=context.root / service.build.dockerfile,
        platform=service.build.platform,
        tag=tag,
        arguments=build_arguments(context),
        labels={
            f"{LABEL}.source": commit.remote,
            f"{LABEL}.revision": revision(commit),
            f"{LABEL}.created": commit.created,
            f"{LABEL}.title": service.name,
        },
        iid_file=context.root / FOLDER / f"iid-{os.getpid()}",
        on_step=context.progress.step,
        environment=os.environ.copy() if environment is None else environment,
    )
    image = context.engine.image(built.image_id)
    base = _base(context)
    record = ImageRecord(
        service=service.name,
        image_id=built.image_id,
        started_at=watch.started_at,
        seconds=watch.seconds,
        commit=commit.sha,
        dirty=commit.dirty,
        tag=tag,
        size_bytes=int(image["Size"]),
        layers=list(image["RootFS"]["Layers"]),
        built_layers=built.built_steps,
        cached_layers=built.cached_steps,
        base_image=base,
        base_digest=base_digest(context, base),
    )
    check_size(context, record)
    return record


def _base(context: Context) -> str | None:
    dockerfile = context.root / context.service.build.dockerfile
    text = dockerfile.read_text(encoding="utf-8") if dockerfile.is_file() else ""
    return base_of(text, build_arguments(context))


def base_of(dockerfile: str, arguments: Mapping[str, str]) -> str | None:
    """What the last stage stands on: its FROM, through earlier stages, with the build arguments put in; None without one."""
    defaults = {name: value.strip("\"'") for name, value in _ARG.findall(dockerfile)}
    known = {**defaults, **{name: value for name, value in arguments.items() if name in defaults}}
    stages = {name or str(at): base for at, (base, name) in enumerate(_FROM.findall(dockerfile))}
    base = list(stages.values())[-1] if stages else None
    while base in stages and stages[base] != base:
        base = stages[base]
    return None if base is None else _VARIABLE.sub(lambda match: known.get(match[1], match[0]), base)


def base_digest(context: Context, base: str | None) -> str | None:
    """The digest of the base image: as it is pinned, else as the engine has it; None where neither tells."""
    if base is None or "@sha256:" in base:
        return base and base.partition("@")[2]
    if not context.engine.has_image(base):
        return None
    found = context.engine.image(base)
    pulled = next((str(name) for name in found.get("RepoDigests") or [] if "@" in name), "")
    return pulled.partition("@")[2] or str(found.get("Id") or "") or None


def build_arguments(context: Context) -> dict[str, str]:
    """The build arguments: the commit's, the stand-in base image where the local set-up made one, the configuration's."""
    stand_in = {"BASE_IMAGE": context.base_image} if context.base_image else {}
    commit = context.commit
    told = {"SOURCE": commit.remote, "REVISION": revision(commit), "CREATED": commit.created}
    return {**told, **stand_in, **context.service.build.args}


def revision(commit: Commit) -> str:
    """The commit as it stands in the image: an image of uncommitted changes says so."""
    return commit.sha + ("-dirty" if commit.dirty else "")


def check_size(context: Context, record: ImageRecord) -> None:
    """Refuse an image over the limit before anything is spent on it."""
    limit = context.service.build.max_image_mb
    if limit is not None and record.size_bytes > limit * 1_000_000:
        where = context.config.where("services", context.service.name, "build", "max_image_mb")
        msg = f"the image has {record.size_bytes / 1e6:,.1f} MB; {limit} MB are allowed."
        raise UsageError(msg, where=where, next_step="`docker history` tells which step is heavy; mend it or raise the limit.")
