"""promptfoo's tests: a configuration in YAML or JSON, a list of tests, or its CSV."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from ...errors import UsageError
from .cells import listed, mapping
from .draft import Draft, with_ids
from .promptfoo_asserts import expect_asserts, parsed_assert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ...errors import GoldgateError
    from ..source import Source

NAME = "promptfoo"
YAML = frozenset({".yaml", ".yml"})
KNOWN = ("vars", "assert", "description", "metadata", "options")
COLUMN = "__"
METADATA = "__metadata:"
FILE = "file://"


def recognises(source: Source) -> bool:
    """Whether it is YAML, an object or list of tests with vars, or a CSV with one of promptfoo's columns."""
    if source.suffix in YAML:
        return True
    if source.is_table:
        return any(key.startswith(COLUMN) for key in source.keys)
    return _is_configuration(source) or "vars" in source.keys


def records(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tests as cases: one variable is the input itself, several are an object; a list of values makes a case of each.

    Asserts that name a right answer are kept (`promptfoo_asserts`), `metadata` becomes tags, `description` the notes.
    """
    return with_ids(
        _draft(source, line, test, variables).record for line, test in _tests(source, problems) for variables in _expanded(test)
    )


def _tests(source: Source, problems: list[GoldgateError]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if source.is_table:
        return ((line, _of_row(row)) for line, row in source.rows(problems))
    if source.suffix in YAML:
        from .promptfoo_yaml import read_tests

        defaults, tests = read_tests(source)
    elif _is_configuration(source):
        defaults = source.document.get("defaultTest")
        tests = [(1, test) for test in listed(source.document.get("tests"), "")]
    else:
        return _checked({}, source.rows(problems), source, problems)
    return _checked(mapping(defaults), tests, source, problems)


def _is_configuration(source: Source) -> bool:
    if source.opening != "{" or source.keys & {"id", "input"} or not ("tests" in source.keys or b'"tests"' in source.head):
        return False
    return isinstance(source.document, dict)


def _checked(
    defaults: Mapping[str, Any],
    tests: Sequence[tuple[int, Any]] | Iterator[tuple[int, Any]],
    source: Source,
    problems: list[GoldgateError],
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for line, test in tests:
        if isinstance(test, str) and test.startswith(FILE):
            msg = f"the tests stand in another file, {test.removeprefix(FILE)}."
            problems.append(UsageError(msg, where=source.where(line), next_step="Give that file as the gold set."))
        elif not isinstance(test, dict) or not isinstance(test.get("vars"), dict):
            msg = "a test must be an object with vars."
            problems.append(UsageError(msg, where=source.where(line)))
        else:
            yield line, _with_defaults(defaults, test)


def _with_defaults(defaults: Mapping[str, Any], test: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**defaults, **test}
    for name in ("vars", "metadata"):
        merged[name] = {**mapping(defaults.get(name)), **mapping(test.get(name))}
    merged["assert"] = [*listed(defaults.get("assert"), ""), *listed(test.get("assert"), "")]
    return merged


def _of_row(row: Mapping[str, str]) -> dict[str, Any]:
    """A row of the CSV as a test; columns that begin with two underscores are promptfoo's, all others are variables."""
    test: dict[str, Any] = {"vars": {}, "assert": [], "metadata": {}, "description": row.get("__description")}
    for name, cell in row.items():
        if name.startswith(METADATA):
            test["metadata"][name.removeprefix(METADATA).removesuffix("[]")] = cell
        elif name.startswith("__expected"):
            test["assert"].append(parsed_assert(cell))
        elif not name.startswith(COLUMN):
            test["vars"][name] = cell
        elif name != "__description":
            test[name] = cell
    return test


def _expanded(test: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    variables = test["vars"]
    if mapping(test.get("options")).get("disableVarExpansion"):
        yield variables
        return
    values = [value if isinstance(value, list) else [value] for value in variables.values()]
    for chosen in product(*values):
        yield dict(zip(variables, chosen, strict=True))


def _draft(source: Source, line: int, test: Mapping[str, Any], variables: dict[str, Any]) -> Draft:
    draft = Draft(source, line)
    only = next(iter(variables.values())) if len(variables) == 1 else None
    draft.input = only if isinstance(only, str) else variables
    expect_asserts(draft, test["assert"])
    draft.tag_all(test.get("metadata"), "metadata")
    draft.note(test.get("description"))
    draft.leave_out_all(test, KNOWN)
    return draft
