"""From the text of the file to one complete tree an environment: overlays laid over, short forms written out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .configerror import ConfigError
from .overlay import overlay, override
from .positions import Mark, Node
from .reader import read_yaml
from .suggest import did_you_mean
from .words import dotted, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOT_IN_OVERLAYS = ("version", "environments")


@dataclass(frozen=True, kw_only=True)
class Trees:
    """The file as it stands, and the complete tree of every environment that is to be checked, the one asked for first.

    `chosen` is None where the environment asked for does not exist; `problems` is what was wrong up to here.
    """

    written: Node
    chosen: Node | None
    others: dict[str, Node]
    problems: list[ConfigError]


def read_trees(path: Path, environment: str | None, overrides: Sequence[str]) -> Trees:
    """Reads the file. Raises ConfigError where it is missing, unreadable, or not YAML."""
    file = display(path)
    written, problems = read_yaml(read_text(path, file), file=file)
    overlays = _overlays(written, problems)
    base = replace(
        written, value={key: node for key, node in written.value.items() if key != "environments" and not key.startswith("x-")}
    )
    names = list(overlays)
    chosen: Node | None = None
    if environment is None:
        chosen = complete(override(base, overrides))
    elif environment in overlays:
        chosen = complete(override(overlay(base, overlays[environment], environment), overrides))
    else:
        problems.append(_unknown_environment(environment, names, written, file))
    others = {name: complete(overlay(base, overlays[name], name)) for name in names if name != environment}
    return Trees(written=written, chosen=chosen, others=others, problems=problems)


def display(path: Path) -> str:
    """The path as it is shown: from the current folder where it lies below it."""
    from pathlib import Path as RealPath

    here = RealPath.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def read_text(path: Path, file: str) -> str:
    """The text of the file. Raises ConfigError where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        what = "there is no such file."
        after = "Copy the minimal example of docs/config.md there and put in your own names, or name another file."
        raise ConfigError(what, file=file, next_step=after) from None
    except UnicodeDecodeError as error:
        what = f"the file is not UTF-8 text (byte {error.start})."
        raise ConfigError(what, file=file, next_step="Save it as UTF-8.") from None
    except OSError as error:
        what = f"the file cannot be read: {(error.strerror or 'unknown reason').lower()}."
        raise ConfigError(what, file=file) from None


def complete(tree: Node) -> Node:
    """The tree with short forms written out, and with the names that a service lends to its parts."""
    services = tree.get("services")
    if services is None or not isinstance(services.value, dict):
        return tree
    filled = {name: _complete_service(name, node) for name, node in services.value.items()}
    return replace(tree, value={**tree.value, "services": replace(services, value=filled)})


def _complete_service(name: str, node: Node) -> Node:
    if not isinstance(node.value, dict):
        return node
    value = dict(node.value)
    gold_sets = value.get("gold_sets")
    if gold_sets is not None and isinstance(gold_sets.value, list):
        value["gold_sets"] = replace(gold_sets, value=[_as_mapping(item) for item in gold_sets.value])
    deploy = value.get("deploy")
    if deploy is not None and isinstance(deploy.value, dict):
        value["deploy"] = _complete_deploy(name, deploy, value.get("port"))
    return replace(node, value=value)


def _as_mapping(item: Node) -> Node:
    """A gold set that is only a path, as a mapping."""
    return Node(value={"path": item}, mark=item.mark) if isinstance(item.value, str) else item


def _complete_deploy(name: str, deploy: Node, port: Node | None) -> Node:
    implied = deploy.mark
    defaults = {key: Node(value=name, mark=implied) for key in ("service", "repository")}
    value = {**defaults, **deploy.value}
    value.setdefault("log_group", Node(value=f"/ecs/{value['service'].value}", mark=implied))
    balancer = value.get("load_balancer")
    if balancer is not None and isinstance(balancer.value, dict):
        container_port = port or Node(value=8080, mark=implied)
        value["load_balancer"] = replace(balancer, value={"container_port": container_port, **balancer.value})
    return replace(deploy, value=value)


def as_input(tree: Node) -> Any:
    """The plain values for the models, with the name of each service in it."""
    plain = tree.plain()
    services = plain.get("services")
    for name, service in services.items() if isinstance(services, dict) else ():
        if isinstance(service, dict):
            service["name"] = name
    return plain


def _overlays(written: Node, problems: list[ConfigError]) -> dict[str, Node]:
    """The overlays by name; what is not a mapping, or may not stand in one, is a problem and left out."""
    section = written.value.get("environments")
    if section is None:
        return {}
    if not isinstance(section.value, dict):
        what = f"environments must be a mapping of names to overlays, not {in_words(section.value)}."
        problems.append(at(section.mark, what))
        return {}
    return {name: _overlay(name, node, problems) for name, node in section.value.items()}


def _overlay(name: str, node: Node, problems: list[ConfigError]) -> Node:
    path = dotted(("environments", name))
    if node.value is None:
        return Node(value={}, mark=node.mark)
    if not isinstance(node.value, dict):
        problems.append(at(node.mark, f"{path} must be a mapping, not {in_words(node.value)}."))
        return Node(value={}, mark=node.mark)
    problems += [
        at(node.value[key].mark, f'"{key}" may not stand in {path}: it is the same for all environments.')
        for key in NOT_IN_OVERLAYS
        if key in node.value
    ]
    return replace(node, value={key: below for key, below in node.value.items() if key not in NOT_IN_OVERLAYS})


def _unknown_environment(name: str, names: list[str], written: Node, file: str) -> ConfigError:
    section = written.value.get("environments")
    mark = section.mark if section else Mark(file=file)
    has = f"It has: {', '.join(names)}." if names else 'Name one under "environments", or leave --env out.'
    return at(mark, f'there is no environment "{name}"{did_you_mean(name, names)}', has)


def at(mark: Mark, what: str, next_step: str | None = None) -> ConfigError:
    """A fault at that place."""
    in_overlay = mark.environment is not None
    return ConfigError(what, file=mark.file, line=mark.line, column=mark.column, next_step=next_step, in_overlay=in_overlay)
