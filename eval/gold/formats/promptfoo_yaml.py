"""promptfoo's YAML: its tests, each with the line where it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...errors import UsageError

if TYPE_CHECKING:
    import yaml

    from ..source import Source


def read_tests(source: Source) -> tuple[Any, list[tuple[int, Any]]]:
    """The default test and the line and value of each test of a configuration, or of a plain list of tests.

    Raises:
        UsageError: broken YAML, or neither a configuration with tests nor a list.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(source.text)
    try:
        root: Any = loader.get_single_node()
        document = loader.construct_document(root) if root is not None else None
    except yaml.YAMLError as error:
        raise _broken(source, error) from error
    finally:
        loader.dispose()
    if isinstance(document, list):
        return None, _lined(root, document)
    if not isinstance(document, dict) or "tests" not in document:
        msg = "the YAML has no tests."
        raise UsageError(msg, where=str(source.path), next_step="Give a promptfoo configuration, or a list of its tests.")
    source.left(document, "scenarios", "derivedMetrics", "prompts", "providers")
    tests = document["tests"]
    node = next(value for key, value in root.value if key.value == "tests")
    line = node.start_mark.line + 1
    return document.get("defaultTest"), _lined(node, tests) if isinstance(tests, list) else [(line, tests)]


def _lined(node: yaml.Node, values: list[Any]) -> list[tuple[int, Any]]:
    return [(child.start_mark.line + 1, value) for child, value in zip(node.value, values, strict=True)]


def _broken(source: Source, error: Exception) -> UsageError:
    mark = getattr(error, "problem_mark", None)
    msg = f"broken YAML: {getattr(error, 'problem', None) or error}."
    return UsageError(msg, where=source.where(mark.line + 1) if mark else str(source.path))
