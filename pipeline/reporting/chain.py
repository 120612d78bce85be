"""The chain of a run from its records: its stages, and the links built = tested = evaluated = pushed = released = running."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from goldgate.eval.report.model import ChainLink, DigestCheck

from ..records import ContractRecord, EvaluationRecord, ImageRecord, PushRecord, ReleaseRecord, VerificationRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from goldgate.eval.report.model import LinkState

    from ..context import Context
    from ..ledger import Release
    from ..records import Record
    from ..runs import RunFolder

VERDICTS: dict[str, tuple[str, LinkState]] = {
    "pass": ("passed", "ok"),
    "fail": ("blocked", "failed"),
    "inconclusive": ("not sure", "warning"),
}
SAME_ID = "the same image ID"
WENT_WRONG = {"rolled_back": "Rolled back", "failed": "The release failed"}


class Records(NamedTuple):
    """What the stages of a run left behind; None where one was not reached."""

    image: ImageRecord | None
    contract: ContractRecord | None
    evaluation: EvaluationRecord | None
    push: PushRecord | None
    release: ReleaseRecord | None
    verification: VerificationRecord | None

    @classmethod
    def of(cls, folder: RunFolder) -> Records:
        """The records in a run's folder."""
        kinds = (ImageRecord, ContractRecord, EvaluationRecord, PushRecord, ReleaseRecord, VerificationRecord)
        return cls(*(folder.find(kind) for kind in kinds))  # type: ignore[arg-type]


def chain_links(context: Context, records: Records, live: Release | None, error: str | None = None) -> tuple[ChainLink, ...]:
    """The stages commit to running, each ok, failed or not reached; the one that raised `error` is marked."""
    commit = ChainLink(label="commit", value=context.commit.short, state="ok", detail=context.commit.subject)
    image, push, release = records.image, records.push, records.release
    links = (
        commit,
        _link("image", image, short(image.image_id) if image else ""),
        _contract(records.contract),
        _evaluation(records.evaluation),
        _link("push", push, short(push.digest) if push else ""),
        _link(
            "release",
            release,
            release.status.replace("_", " ") if release else "",
            ok=bool(release and release.status not in WENT_WRONG),
        ),
        _running(records.verification, release, live),
    )
    return _with_the_break(links, error)


def digest_checks(records: Records) -> tuple[DigestCheck, ...]:
    """The five links by which what runs is what was built; each compares the digests that two records hold.

    Up to the push it is the image ID (the digest of its config), from there on the digest of the manifest, whose config the
    push has read back from the registry.
    """
    image, contract, evaluation, push, release, verification = records
    id_of = [record.image_id if record else None for record in (image, contract, evaluation)]
    asked = (evaluation.image_id, str(evaluation.subject.get("digest") or "")) if evaluation else None
    manifest = "the manifest in the registry names this image ID" if push and push.config else SAME_ID
    return (
        _check("contract", "built = tested", id_of[0], (contract.image_id,) if contract else None, SAME_ID),
        _check("evaluation", "tested = evaluated", id_of[1], asked, SAME_ID),
        _check("push", "evaluated = pushed", id_of[2], (push.image_id, push.config or "") if push else None, manifest),
        _check("release", "pushed = released", push.digest if push else None, _released(release), "the same manifest digest"),
        _check("running", "released = running", release.digest if release else None, _runs(verification), _tasks(verification)),
    )


def short(digest: str) -> str:
    """The beginning of a digest, as people compare them."""
    return digest.removeprefix("sha256:")[:12]


def _check(stage: str, link: str, left: str | None, rights: Iterable[str] | None, told: str) -> DigestCheck:
    """Hold one digest against all that the later record says; the first that differs breaks the link."""
    earlier, _, later = link.partition(" = ")
    if not left or rights is None:
        return DigestCheck(stage=stage, names=(earlier, later), state="not reached", left=left or "")
    found = [digest for digest in rights if digest]
    right = next((digest for digest in found if digest != left), left if found else "")
    broken = f"{later} is {short(right) or 'nothing'}, {earlier} was {short(left)}"
    state: LinkState = "ok" if right == left else "failed"
    return DigestCheck(
        stage=stage, names=(earlier, later), state=state, left=left, right=right, told=told if state == "ok" else broken
    )


def _released(release: ReleaseRecord | None) -> tuple[str, str] | None:
    """The digest of the release, and the one by which the task definition names its image."""
    return (release.digest, release.reference.partition("@")[2]) if release else None


def _runs(verification: VerificationRecord | None) -> tuple[str, ...] | None:
    return tuple(str(task.get("digest") or "unknown") for task in verification.running) if verification else None


def _tasks(verification: VerificationRecord | None) -> str:
    count = len(verification.running) if verification else 0
    return "the digest of " + ("the running task" if count == 1 else f"all {count} running tasks")


def _contract(contract: ContractRecord | None) -> ChainLink:
    held = sum(1 for check in contract.checks if check["ok"]) if contract else 0
    total = len(contract.checks) if contract else 0
    return _link("contract", contract, f"{held} of {total}", ok=bool(contract and contract.passed))


def _evaluation(evaluation: EvaluationRecord | None) -> ChainLink:
    if evaluation is None:
        return _link("evaluation", None, "")
    value, state = VERDICTS[evaluation.verdict]
    detail = f"taken over from {evaluation.reused_from}" if evaluation.reused_from else ""
    seconds = None if evaluation.reused_from else evaluation.seconds
    return ChainLink(label="evaluation", value=value, state=state, detail=detail, seconds=seconds)


def _link(label: str, record: Record | None, value: str, *, ok: bool = True) -> ChainLink:
    if record is None:
        return ChainLink(label=label, value="not reached", state="not reached")
    return ChainLink(label=label, value=value, state="ok" if ok else "failed", seconds=record.seconds)


def _running(verification: VerificationRecord | None, release: ReleaseRecord | None, live: Release | None) -> ChainLink:
    if verification is not None:
        count = len(verification.running)
        told = f"{count} of {count} tasks" if verification.ok else "; ".join(verification.problems)
        state: LinkState = "ok" if verification.ok else "failed"
        seconds = verification.seconds
        return ChainLink(label="running", value=short(verification.digest), state=state, detail=told, seconds=seconds)
    if live is not None:
        told = f"The live image, {short(live.digest)}, keeps serving."
        return ChainLink(label="running", value=f"{short(live.digest)} stays live", state="info", detail=told)
    return ChainLink(label="running", value="nothing live" if release is None else "not proven", state="not reached")


def _with_the_break(links: tuple[ChainLink, ...], error: str | None) -> tuple[ChainLink, ...]:
    """The links, the stage that raised the run's error marked where no record tells of its failure."""
    if not error or any(link.state in {"failed", "warning"} for link in links):
        return links
    first = next((link for link in links if link.state == "not reached"), None)
    told = str(error).partition("\n")[0]
    return tuple(replace(link, value="stopped", state="failed", detail=told) if link is first else link for link in links)
