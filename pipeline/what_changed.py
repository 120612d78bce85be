"""What differs from what is live: commits, configuration, gold set, image."""

from __future__ import annotations

import difflib
import subprocess
from typing import TYPE_CHECKING

from .records import EvaluationRecord, ImageRecord

if TYPE_CHECKING:
    from goldgate.eval.report.model import ChangeBlock

    from .context import Context
    from .ledger import Release

MOST_LINES = 40


def changes(context: Context, live: Release | None) -> tuple[ChangeBlock, ...]:
    """The blocks of the report's "What changed"; empty where nothing is live."""
    from goldgate.eval.report.model import ChangeBlock

    if live is None:
        return ()
    blocks = []
    if commits := commits_since(context, live.commit):
        blocks.append(ChangeBlock(title=f"commits since {live.commit[:7]}", kind="facts", lines=tuple(commits)))
    name = context.config.path.name
    if lines := diff_since(context, live.commit, name):
        blocks.append(ChangeBlock(title=name, kind="diff", lines=tuple(lines)))
    facts = image_facts(context, live)
    if facts:
        blocks.append(ChangeBlock(title="Image and gold set", kind="facts", lines=tuple(facts)))
    return tuple(blocks)


def commits_since(context: Context, commit: str) -> list[str]:
    """`short: subject` of the commits after `commit`, newest first; empty where git does not know it."""
    done = subprocess.run(
        ["git", "log", "--format=%h: %s", f"-{MOST_LINES}", f"{commit}..HEAD"], cwd=context.root, capture_output=True, text=True
    )
    lines = done.stdout.splitlines() if done.returncode == 0 else []
    return [*lines, "working tree: uncommitted changes"] if context.commit.dirty else lines


def diff_since(context: Context, commit: str, name: str) -> list[str]:
    """A file's diff against what it was at `commit`, with two lines of context; empty where it is the same or unknown."""
    done = subprocess.run(["git", "show", f"{commit}:./{name}"], cwd=context.root, capture_output=True, text=True)
    if done.returncode != 0:
        return []
    now = (context.root / name).read_text(encoding="utf-8").splitlines()
    lines = list(difflib.unified_diff(done.stdout.splitlines(), now, n=2, lineterm=""))[2:]
    shown = [line for line in lines if not line.startswith("@@")]
    return [*shown[:MOST_LINES], f" ... {len(shown) - MOST_LINES} more lines"] if len(shown) > MOST_LINES else shown


def image_facts(context: Context, live: Release) -> list[str]:
    """Facts on the image, its base and the gold set, `name: value` each."""
    image, evaluation = context.folder.find(ImageRecord), context.folder.find(EvaluationRecord)
    facts = []
    if image:
        same = image.image_id == live.image_id
        facts.append(f"image: {image.size_bytes / 1e6:,.1f} MB, " + ("unchanged" if same else f"was {live.image_id[7:19]}"))
        facts.append(f"base: {image.base_image or 'as the Dockerfile says'}")
    if evaluation:
        gold = evaluation.gold_set
        same = gold.get("sha256") == live.gold_sha
        facts.append(
            f"gold set: {str(gold.get('sha256'))[:12]} {'unchanged' if same else 'changed'}, {gold.get('cases')} cases"
        )
    return facts
