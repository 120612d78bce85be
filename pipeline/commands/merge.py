"""`goldgate merge`: the shards of one evaluation, judged together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .outcome import shown

if TYPE_CHECKING:
    import argparse

    from ..progress import Progress


def merge(args: argparse.Namespace, progress: Progress) -> dict[str, Any]:
    """Join what the shards left in their folders; exits as `evaluate` does."""
    from goldgate.eval.evaluation import merge_shards

    folders = [Path(folder) for folder in args.folders]
    evaluation = merge_shards(folders, Path(args.out) if args.out else None, allow_missing=args.allow_missing)
    progress.line(f"  {'merged':<11} {len(folders):,} shards, {evaluation.gold_set['cases']:,} cases")
    return shown(evaluation, args, progress)
