"""What no type can say: sizes that go together, gates that can hold, files that are there.

The checks read the tree, not the models, so that a fault elsewhere hides none of theirs; a value of the wrong type is left
to the models.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from .configerror import ConfigError
from .gatechecks import check_gates
from .limits import fargate_memory_options, fargate_sizes, memory_in_words
from .secrets import names_secret, secret_kind
from .translate import unknown_key
from .tree import at
from .words import dotted, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .positions import KeyPath, Node

Finding: TypeAlias = tuple["KeyPath", ConfigError]
"""The path of the key that is wrong, and what is wrong with it."""

PASSED_THROUGH = ("data", "embedding", "retrieval", "serving_models")
SERVICE_NAME = re.compile(r"^[a-z][a-z0-9-]{0,62}$")
NOT_BUILT = {
    "target": (("lambda_image", "lambda_zip"), "ecs"),
    "type": (("canary", "linear", "blue_green"), "rolling"),
}
"""Values that design and plans know and this version does not, and the one that it does."""
EXPRESSIONS = ("answer", "contexts", "retrieved", "citations", "tokens", "cost")
PLACEHOLDER = re.compile(r"\{\{\s*input\s*[.}]")


def check(tree: Node, root: Path | None) -> Iterator[Finding]:
    """What is wrong in the complete tree of one environment. Files are looked for below `root`; None leaves that out."""
    yield from _check_empty(tree)
    services = tree.get("services")
    for name, service in services.below() if services and isinstance(services.value, dict) else ():
        path = ("services", name)
        if not SERVICE_NAME.match(str(name)):
            what = f'the name of a service is lower-case letters, digits and hyphens, and begins with a letter, not "{name}".'
            yield path, at(service.mark, what)
        if not isinstance(service.value, dict):
            continue
        if "name" in service.value:
            yield (*path, "name"), unknown_key((*path, "name"), service.value["name"].mark)
        yield from _check_deploy(service, path)
        yield from _check_request(service, path)
        yield from check_gates(service, path)
        if root is not None:
            yield from _check_files(service, path, root)


def check_secrets(tree: Node, path: KeyPath = ()) -> Iterator[Finding]:
    """Values that look like credentials. They are never shown."""
    for key, node in tree.below():
        here = (*path, key)
        if isinstance(node.value, str):
            kind = secret_kind(node.value) or _secret_by_name(str(key), node.value, path)
            if kind:
                what = f"{dotted(here)} looks like {kind}; this file goes into the image and the repository."
                yield here, at(node.mark, what, _where_secrets_go(here))
        else:
            yield from check_secrets(node, here)


def _secret_by_name(key: str, value: str, path: KeyPath) -> str | None:
    """A text under a name such as `db_password` is a credential, unless it only says where one lies."""
    points_elsewhere = not value or value.startswith(("arn:", "ssm:", "$", "{{", "/")) or (path and path[-1] == "secrets")
    return "a credential" if names_secret(key) and not points_elsewhere else None


def _where_secrets_go(path: KeyPath) -> str:
    if "aws" in path:
        return "Take it out and revoke it; credentials come from the environment, a profile (aws.profile) or the OIDC role."
    return "Take it out and revoke it; put the new one in AWS Secrets Manager and name its ARN under deploy.secrets."


def _check_empty(node: Node, path: KeyPath = ()) -> Iterator[Finding]:
    """Keys that were left without a value, outside of what belongs to the service."""
    for key, below in node.below():
        here = (*path, key)
        if here[0] in PASSED_THROUGH or here[2:] == ("request", "body"):
            continue
        if below.value is None:
            what = f"{dotted(here, below.mark)} has no value."
            yield here, at(below.mark, what, "Give it one, or take the line out.")
        yield from _check_empty(below, here)


def _check_deploy(service: Node, path: KeyPath) -> Iterator[Finding]:
    yield from _not_built(service, (*path, "deploy", "target"), "target")
    strategy = service.get("deploy", "strategy")
    for _, refused in _not_built(service, (*path, "deploy", "strategy", "type"), "type"):
        yield (*path, "deploy", "strategy"), refused
    if strategy is not None and isinstance(strategy.value, str):
        what = f"{dotted((*path, 'deploy', 'strategy'), strategy.mark)} must be a mapping, not only a name."
        yield (*path, "deploy", "strategy"), at(strategy.mark, what, "Write it like {type: rolling}.")
    yield from _check_size(service, (*path, "deploy"))


def _not_built(service: Node, path: KeyPath, key: str) -> Iterator[Finding]:
    planned, built = NOT_BUILT[key]
    node = service.get(*path[2:])
    if node is not None and node.value in planned:
        what = f'{dotted(path, node.mark)} "{node.value}" is not built yet; so far there is only {built}.'
        yield path, at(node.mark, what)


def _check_size(service: Node, path: KeyPath) -> Iterator[Finding]:
    """Fargate's pairs of cpu and memory. The place is that of the memory, where the cpu is a good one."""
    cpu, memory = service.get("deploy", "cpu"), service.get("deploy", "memory")
    if cpu is None or not _is_int(cpu):
        return
    options = fargate_memory_options(cpu.value)
    if not options:
        sizes = ", ".join(map(str, fargate_sizes()))
        yield (*path, "cpu"), at(cpu.mark, f"cpu {cpu.value} is no size of Fargate; it has {sizes}.")
    elif memory is not None and _is_int(memory) and memory.value not in options:
        what = f"cpu {cpu.value} allows memory {memory_in_words(options)}, not {memory.value}."
        mark = cpu.mark if cpu.mark.environment and not memory.mark.environment else memory.mark
        yield (*path, "memory"), at(mark, what)


def _is_int(node: Node) -> bool:
    return isinstance(node.value, int) and not isinstance(node.value, bool)


def _check_request(service: Node, path: KeyPath) -> Iterator[Finding]:
    body = service.get("request", "body")
    if body is not None and isinstance(body.value, dict) and not PLACEHOLDER.search(str(body.plain())):
        here = (*path, "request", "body")
        what = f"{dotted(here, body.mark)} never uses the input, so every case would ask the same."
        yield here, at(body.mark, what, 'Put "{{ input }}" where the question goes.')
    for key in EXPRESSIONS:
        node = service.get("request", key)
        problem = _not_jmespath(node.value) if node is not None and node.value and isinstance(node.value, str) else None
        if node is not None and problem:
            here = (*path, "request", key)
            yield (
                here,
                at(node.mark, f'{dotted(here, node.mark)} "{shorten(node.value)}" is not a JMESPath expression: {problem}.'),
            )


def _not_jmespath(expression: str) -> str | None:
    """What is wrong with the expression; None where it is one. Names joined by dots and `[]` need no parser."""
    if re.fullmatch(r"[A-Za-z_]\w*(\[\])?(\.[A-Za-z_]\w*(\[\])?)*", expression):
        return None
    import jmespath
    from jmespath.exceptions import ParseError

    try:
        jmespath.compile(expression)
    except ParseError as error:
        at_end = error.lex_position >= len(expression)
        return "it breaks off" if at_end else f"character {error.lex_position + 1} is out of place"
    return None


FILES: tuple[tuple[KeyPath, str], ...] = (
    (("build", "context"), "folder"),
    (("build", "dockerfile"), "Dockerfile"),
    (("contract", "smoke"), "folder of smoke events"),
    (("contract", "loader", "event"), "event for the loader"),
    (("corpus", "file"), "corpus"),
    (("judges", "rubrics"), "file of rubrics"),
    (("judges", "labels"), "file of labels"),
)
"""Keys that name files, and what is to be found there."""


def _check_files(service: Node, path: KeyPath, root: Path) -> Iterator[Finding]:
    for keys, kind in FILES:
        node = service.get(*keys)
        if node is not None:
            yield from _missing(node, (*path, *keys), kind, root)
    key = (*path, "build", "dockerfile")
    if service.get("build", "dockerfile") is None and not (root / "Dockerfile").exists():
        yield key, at(service.mark, "there is no Dockerfile beside this file.", f"Name the one to build in {dotted(key)}.")
    gold_sets = service.get("gold_sets")
    for index, _ in gold_sets.below() if gold_sets else ():
        node = service.get("gold_sets", index, "path")
        if node is not None:
            yield from _missing(node, (*path, "gold_sets", index), "gold set", root)


def _missing(node: Node, path: KeyPath, kind: str, root: Path) -> Iterator[Finding]:
    if isinstance(node.value, str) and node.value and not node.value.startswith("s3://") and not (root / node.value).exists():
        yield (
            path,
            at(node.mark, f"there is no {kind} at {shorten(node.value, 200)}.", "Paths start from the folder of this file."),
        )
