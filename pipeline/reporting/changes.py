"""What differs from what is live: commits, settings, gold set, image, base, packages, data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from goldgate.eval.report.model import Change, ChangeBlock

from .chain import short
from .since import Span, commits_since, count_since, diff_since, keys_since, packages_since

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..context import Context
    from ..ledger import Release
    from ..records import EvaluationRecord, ImageRecord
    from .chain import Records

MOST_KEYS = 3


class Changes(NamedTuple):
    """The lines of the first screen, and the blocks of the section behind them; both empty where nothing is live."""

    lines: tuple[Change, ...] = ()
    blocks: tuple[ChangeBlock, ...] = ()


def changes(context: Context, records: Records, live: Release | None) -> Changes:
    """Compare the run with what was live when it began, as far as git and the records tell."""
    if live is None:
        return Changes()
    image, dirty = records.image, context.commit.dirty
    span = Span(context.root, live.commit, image.commit if image else context.commit.sha, image.dirty if image else dirty)
    packages = packages_since(span, str(context.service.build.dockerfile))
    lines = (
        *_code(span, context.config.path.name),
        *_gold(records.evaluation, live),
        *_image(image, live),
        *_packages(packages),
        *_data(records.evaluation, live),
    )
    facts = [
        f"{line.name}: {line.words}" for line in lines if line.name not in ("commits", context.config.path.name, "packages")
    ]
    return Changes(tuple(lines), tuple(_blocks(span, context.config.path.name, packages, facts)))


def _blocks(span: Span, config: str, packages: list[str] | None, facts: list[str]) -> Iterator[ChangeBlock]:
    if commits := commits_since(span):
        yield ChangeBlock(title=f"Commits since {span.old[:7]}", kind="facts", lines=tuple(commits))
    if diff := diff_since(span, config):
        yield ChangeBlock(title=config, kind="diff", lines=tuple(diff))
    if packages:
        yield ChangeBlock(title="Packages in the image", kind="facts", lines=tuple(packages))
    if facts:
        yield ChangeBlock(title="Image, gold set and data", kind="facts", lines=tuple(facts))


def _code(span: Span, config: str) -> Iterator[Change]:
    count = count_since(span)
    if count is None:
        yield Change(name="commits", words=f"git does not know {span.old[:7]}, which is live")
        return
    words = _counted(count, "commit") if count else "the live commit"
    yield Change(
        name="commits", words=words + (" and uncommitted changes" if span.dirty else ""), changed=bool(count or span.dirty)
    )
    keys, diff = keys_since(span, config), diff_since(span, config)
    more = f" and {len(keys) - MOST_KEYS} more" if len(keys) > MOST_KEYS else ""
    told = ", ".join(keys[:MOST_KEYS]) + more if keys else "only comments or layout" if diff else "unchanged"
    yield Change(name=config, words=told, changed=bool(keys))


def _gold(evaluation: EvaluationRecord | None, live: Release) -> Iterator[Change]:
    if evaluation is None:
        return
    gold, baseline = evaluation.gold_set, evaluation.baseline or {}
    cases = _counted(int(gold.get("cases") or 0), "case")
    if gold.get("sha256") == live.gold_sha:
        yield Change(name="gold set", words=f"unchanged, {cases}", changed=False)
        return
    sides = {"added": "only_here", "removed": "only_there", "changed": "changed"}
    told = [f"{int(baseline[key]):,} {word}" for word, key in sides.items() if baseline.get(key)]
    yield Change(name="gold set", words=f"{', '.join(told) or 'changed'}, {cases} now")


def _image(image: ImageRecord | None, live: Release) -> Iterator[Change]:
    if image is None:
        return
    before: Mapping[str, Any] = live.facts or {}
    if image.image_id == live.image_id:
        yield Change(name="image", words=f"the live image, {_megabytes(image.size_bytes)}", changed=False)
        return
    was, now = before.get("size_bytes"), _megabytes(image.size_bytes)
    size = f"{now}, was {short(live.image_id)}"
    if was:
        size = f"{now} as before" if _megabytes(was) == now else f"{was / 1e6:,.1f} → {now}"
    yield Change(name="image", words=size + _layers(image.layers, before.get("layers")))
    yield _base(image, before)


def _layers(layers: list[str], before: list[str] | None) -> str:
    if not before:
        return ""
    fresh = len(set(layers) - set(before))
    return f", {fresh} of {_counted(len(layers), 'layer')} new"


def _base(image: ImageRecord, before: Mapping[str, Any]) -> Change:
    name = image.base_image or "as the Dockerfile says"
    was, now = before.get("base_digest"), image.base_digest
    if was and now:
        return Change(
            name="base",
            words=f"{name}, " + ("same digest" if was == now else f"{short(was)} → {short(now)}"),
            changed=was != now,
        )
    if before.get("base_image") and before["base_image"] != image.base_image:
        return Change(name="base", words=f"{before['base_image']} → {name}")
    return Change(name="base", words=f"{name}, its digest is not known" if before else name, changed=False)


def _packages(packages: list[str] | None) -> Iterator[Change]:
    if packages is None:
        return
    more = f" and {len(packages) - 2} more" if len(packages) > 2 else ""
    yield Change(name="packages", words=", ".join(packages[:2]) + more if packages else "unchanged", changed=bool(packages))


def _data(evaluation: EvaluationRecord | None, live: Release) -> Iterator[Change]:
    before: Mapping[str, str] = (live.facts or {}).get("data") or {}
    if evaluation is None or not evaluation.data or not before:
        return
    names = sorted({*before, *evaluation.data})
    moved = [name.rpartition("/")[2] for name in names if before.get(name) != evaluation.data.get(name)]
    same = f"{_counted(len(names), 'file')}, same versions" if len(names) > 1 else "same version"
    yield Change(name="data", words=f"{', '.join(moved)} changed" if moved else same, changed=bool(moved))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"
