"""What git tells of the way from one commit to the run's: commits, a file's diff, changed settings, changed packages."""

from __future__ import annotations

import difflib
import re
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MOST_LINES = 40
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_GONE = object()


class Span(NamedTuple):
    """From one commit to another in the repository at `root`; with `dirty` on to the files as they lie there."""

    root: Path
    old: str
    new: str = "HEAD"
    dirty: bool = False


def commits_since(span: Span) -> list[str]:
    """`short: subject (author)` of the commits, newest first; empty where git does not know one of the two."""
    log = _git(span.root, "log", "--format=%h: %s (%an)", f"-{MOST_LINES}", f"{span.old}..{span.new}")
    lines = (log or "").splitlines()
    return [*lines, "working tree: uncommitted changes"] if span.dirty else lines


def count_since(span: Span) -> int | None:
    """How many commits; None where git does not know one of the two."""
    told = _git(span.root, "rev-list", "--count", f"{span.old}..{span.new}")
    return None if told is None else int(told)


def diff_since(span: Span, name: str) -> list[str]:
    """A file's diff with two lines of context; empty where it is the same or git does not know what it was."""
    before, now = texts(span, name)
    if before is None or now is None:
        return []
    lines = list(difflib.unified_diff(before.splitlines(), now.splitlines(), n=2, lineterm=""))[2:]
    shown = [line for line in lines if not line.startswith("@@")]
    return [*shown[:MOST_LINES], f" ... {len(shown) - MOST_LINES} more lines"] if len(shown) > MOST_LINES else shown


def texts(span: Span, name: str) -> tuple[str | None, str | None]:
    """A file as it was and as it is; None where git does not know it."""
    path = span.root / name
    now = path.read_text(encoding="utf-8") if span.dirty and path.is_file() else _git(span.root, "show", f"{span.new}:./{name}")
    return _git(span.root, "show", f"{span.old}:./{name}"), now


def keys_since(span: Span, name: str) -> list[str]:
    """The settings of a YAML file that were added, removed or given another value, as dotted paths in the file's order."""
    before, now = (_settings(text) for text in texts(span, name))
    return [key for key in dict.fromkeys([*now, *before]) if before.get(key, _GONE) != now.get(key, _GONE)] if before else []


def packages_since(span: Span, dockerfile: str) -> list[str] | None:
    """Pinned packages that differ, `name: 1.0 → 1.1`, in the requirements that the Dockerfile names; None if it names none."""
    recipe = texts(span, dockerfile)[1] or ""
    names = sorted(set(re.findall(r"[\w./-]*requirements[\w./-]*\.txt", recipe)))
    pairs = [texts(span, name) for name in names]
    known = [(before, now) for before, now in pairs if before is not None and now is not None]
    return [line for before, now in known for line in _moved(_pins(before), _pins(now))] if known else None


def _moved(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *now}, key=str.lower):
        old, new = before.get(name), now.get(name)
        if old != new:
            yield f"{name}: {old or 'absent'} → {new or 'removed'}"


def _pins(text: str) -> dict[str, str]:
    return dict(_PINNED.findall(text))


def _settings(text: str | None) -> dict[str, Any]:
    import yaml

    try:
        return dict(_flat(yaml.safe_load(text or "")))
    except yaml.YAMLError:
        return {}


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves by their dotted path; lists are leaves."""
    if not isinstance(value, dict):
        yield path, value
        return
    for key, inner in value.items():
        yield from _flat(inner, f"{path}.{key}" if path else str(key))


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None
