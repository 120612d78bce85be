"""`goldgate rollback`: put a release that passed its evaluation back, by the same way as every release."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import Refused, UsageError
from ..records import EvaluationRecord, PushRecord, ReleaseRecord, VerificationRecord
from ..targets.context import iso
from . import release, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..ledger import Ledger, Release
    from ..targets.job import Job

LOOK_BACK = 200
SHORTEST_DIGEST = 7


@dataclass(frozen=True, kw_only=True)
class RollbackResult:
    """A rollback: the release it went to as the ledger now has it, and the records of its deployment."""

    published: Release
    release: ReleaseRecord
    verification: VerificationRecord


def run(
    job: Job,
    *,
    to: str | None,
    ledger: Ledger,
    author: str | None = None,
    probes: int = 5,
    on_release: Callable[[ReleaseRecord], None] | None = None,
    on_verification: Callable[[VerificationRecord], None] | None = None,
) -> RollbackResult:
    """Go back to `to` (a digest, its beginning, or a run id; None: the last release that passed, other than the live one).

    The release goes through plan, apply, wait and verify, and is recorded in the ledger as a rollback. `on_release` and
    `on_verification` get each record before a failure is raised; the first also gets the one before the waiting.

    Raises:
        UsageError: `to` names no release, or more than one.
        Refused: there is no release to go back to, or it did not pass its evaluation, or another release went first.
        DeploymentFailed: the deployment failed; what was live before serves.
    """
    live = ledger.current()
    target = choose(ledger.history(LOOK_BACK), live, to)
    job.outside.tell(f"going back to {target.identity()}")
    evaluation = EvaluationRecord.from_json(ledger.get_record(target.evaluation), ledger.address(target.evaluation))
    push = _push_of(target)
    released = release.run(
        job,
        push=push,
        evaluation=evaluation,
        ledger=ledger,
        commit=target.commit,
        is_ancestor=None,
        on_started=on_release,
        on_purpose=True,
    )
    if on_release is not None:
        on_release(released)
    release.raise_if_failed(released)
    verified = verify.run(job, push=push, evaluation=evaluation, probes=probes, on_record=on_verification)
    entry = _entry(target, live, released, author, job.outside.clock())
    published = ledger.publish_release(entry, live.etag if live else None)
    return RollbackResult(published=published, release=released, verification=verified)


def choose(history: Sequence[Release], live: Release | None, to: str | None) -> Release:
    """The release to go back to, from a history that is newest first.

    Without `to`: the newest that passed, carries another digest than the live one, and was not itself left by a rollback
    (unless it was released again afterwards): two rollbacks in a row go back two releases, not back and forth.

    Raises:
        UsageError: `to` names no release, or more than one digest.
        Refused: nothing to go back to, or the named one did not pass.
    """
    if to is not None:
        return _named(history, to)
    left: set[str] = set()
    for entry in history:
        if entry.left:
            left.add(entry.left)
        other = live is None or entry.digest != live.digest
        if other and entry.verdict == release.PASS and entry.digest not in left:
            return entry
    msg = "the ledger holds no other release that passed its evaluation."
    where = f"{live.service} in {live.environment}" if live else None
    raise Refused(msg, where=where, next_step="`goldgate history` lists the releases; --to DIGEST|RUN names one.")


def _named(history: Sequence[Release], to: str) -> Release:
    digest = to if to.startswith("sha256:") else f"sha256:{to}"
    found = [
        entry for entry in history if entry.run_id == to or (len(to) >= SHORTEST_DIGEST and entry.digest.startswith(digest))
    ]
    digests = {entry.digest for entry in found}
    if not found:
        msg = f"no release in the ledger has the digest or the run id {to!r}."
        raise UsageError(msg, where="--to", next_step="`goldgate history` lists the releases.")
    if len(digests) > 1:
        msg = f"{to!r} is the beginning of {len(digests)} digests: {', '.join(sorted(one[7:19] for one in digests))}."
        raise UsageError(msg, where="--to", next_step="Give more of the digest.")
    if found[0].verdict != release.PASS:
        msg = f"{found[0].identity()} did not pass its evaluation: its verdict is {found[0].verdict}."
        raise Refused(msg, where="--to", next_step="`goldgate history` lists the releases that passed.")
    return found[0]


def _push_of(target: Release) -> PushRecord:
    return PushRecord(
        service=target.service,
        image_id=target.image_id,
        started_at=target.released_at,
        seconds=0.0,
        repository=target.reference.partition("@")[0],
        reference=target.reference,
        digest=target.digest,
        tag="",
        already_there=True,
        pushed_bytes=0,
    )


def _entry(target: Release, live: Release | None, released: ReleaseRecord, author: str | None, now: float) -> Release:
    return dataclasses.replace(
        target,
        kind="rollback",
        left=live.digest if live and live.digest != target.digest else None,
        author=author,
        released_at=iso(now),
        task_definition=released.task_definition,
        etag=None,
    )
