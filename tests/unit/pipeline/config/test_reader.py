from __future__ import annotations

from typing import Any

import pytest
import yaml

from goldgate.pipeline.config.configerror import ConfigError
from goldgate.pipeline.config.positions import Mark
from goldgate.pipeline.config.reader import read_scalar, read_yaml


def read(text: str) -> Any:
    """The plain values of a file without faults."""
    node, problems = read_yaml(text, file="c.yaml")
    assert problems == []
    return node.plain()


def faults(text: str) -> list[str]:
    """What is wrong with the keys, or why it is not YAML."""
    try:
        return [str(problem) for problem in read_yaml(text, file="c.yaml")[1]]
    except ConfigError as problem:
        return [str(problem)]


def test_every_value_knows_its_place() -> None:
    node, _ = read_yaml("# head\na:\n  b: [x, {c: 1}]\nd: 2\n", file="c.yaml")
    marks = {path: (mark.line, mark.column) for path, mark in node.marks().items()}
    assert marks == {
        (): (2, 1),
        ("a",): (2, 1),
        ("a", "b"): (3, 3),
        ("a", "b", 0): (3, 7),
        ("a", "b", 1): (3, 10),
        ("a", "b", 1, "c"): (3, 11),
        ("d",): (4, 1),
    }
    assert node.get("a", "b", 1, "c") is not None
    assert node.get("a", "b", 2) is None
    assert node.get("d", "e") is None


def test_values_are_those_of_yaml() -> None:
    text = "a: {b: 1, c: 1.5, d: true, e: ~, f: 'x', g: [1, two]}\nh: |\n  lines\n"
    assert read(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("written", "value"),
    [("yes", True), ("off", False), ("1e3", "1e3"), ("1.0e+3", 1000.0), ("012", 10), ("12:30", 750), ("'yes'", "yes")],
)
def test_surprises_of_yaml_1_1_are_as_documented(written: str, value: object) -> None:
    assert read(f"a: {written}") == {"a": value}


def test_anchors_aliases_and_merges() -> None:
    text = "x-a: &a {p: 1, q: 2}\nb: *a\nc: {<<: *a, q: 3}\nd:\n  <<: [{p: 9}, *a]\n"
    assert read(text) == {
        "x-a": {"p": 1, "q": 2},
        "b": {"p": 1, "q": 2},
        "c": {"p": 1, "q": 3},
        "d": {"p": 9, "q": 2},
    }


def test_a_merged_key_lies_where_the_anchor_is() -> None:
    node, _ = read_yaml("x-a: &a\n  p: 1\nb:\n  <<: *a\n", file="c.yaml")
    assert node.marks()[("b", "p")].line == 2


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", 'c.yaml:3: the key "a" stands here a second time; it is in line 1 already. Keep one.'),
        ("a: {b: 1, b: 2}\n", 'c.yaml:1: the key "b" stands here a second time; it is in line 1 already. Keep one.'),
        ("on: 1\n", 'c.yaml:1: the key `on` is read as true, and a key must be text. Quote it: "on".'),
        ("a: {8080: x}\n", 'c.yaml:1: the key `8080` is read as the number 8080, and a key must be text. Quote it: "8080".'),
        ("? [a]\n: 1\n", "c.yaml:1: a key must be text, not a list or a mapping."),
        ("a:\n  <<: 5\n", "c.yaml:2: `<<` draws in mappings only. Name an anchor that stands on a mapping."),
        ("a: 2026-13-45\n", "c.yaml:1: `2026-13-45` looks like a date or a number but is none. Quote it."),
        ("a: &a [*a]\n", "c.yaml:1: an anchor stands within itself."),
        ("", "c.yaml:1: the file is empty. See the example in docs/config.md."),
        ("# nothing\n", "c.yaml:1: the file is empty. See the example in docs/config.md."),
        ("- a\n", "c.yaml:1: the file must be a mapping of keys. See the example in docs/config.md."),
        ("a: 1\n---\nb: 2\n", "c.yaml:2: a second document begins here (`---`). Keep one document in the file."),
        ("a: 1\n\tb: 2\n", "c.yaml:2: a tab stands where YAML wants blanks. Indent with blanks."),
        ("a: *nix\n", "c.yaml:1: undefined alias 'nix'. Write its anchor (`&name`) above it."),
        (
            "a: [1, 2\nb: 3\n",
            (
                "c.yaml:2: this is not YAML: expected ',' or ']', but got ':' while parsing a flow sequence. Look at the line, "
                "and at the one above it."
            ),
        ),
        (
            "a: b: c\n",
            "c.yaml:1: this is not YAML: mapping values are not allowed here. Look at the line, and at the one above it.",
        ),
        (
            "a: 'x\n",
            (
                "c.yaml:2: this is not YAML: found unexpected end of stream while scanning a quoted scalar. Look at the line, "
                "and at the one above it."
            ),
        ),
        (
            "a: !!python/object:os.system x\n",
            (
                "c.yaml:1: this is not YAML: could not determine a constructor for the tag "
                "'tag:yaml.org,2002:python/object:os.system'. Look at the line, and at the one above it."
            ),
        ),
        (
            "a: \x07\n",
            (
                "c.yaml: the file holds characters that YAML does not allow: unacceptable character #x0007: special characters "
                "are not allowed. Save it as UTF-8 text."
            ),
        ),
    ],
)
def test_what_is_not_read(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_all_doubled_keys_are_named_at_once() -> None:
    assert len(faults("a: 1\na: 2\nb: {c: 1, c: 2}\n")) == 2


def test_aliases_that_blow_up_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (fault,) = faults("\n".join(lines))
    assert fault.endswith("the aliases of the file expand to more than 20,000 values.")


def test_a_scalar_of_the_command_line_is_yaml() -> None:
    mark = Mark(file="command line")
    values = [read_scalar(text, mark=mark).plain() for text in ("512", "true", "[a, b]", "{x: 1}", "text", "")]
    assert values == [512, True, ["a", "b"], {"x": 1}, "text", None]
    with pytest.raises(ConfigError, match=r"^command line: the key \"x\" stands here a second time"):
        read_scalar("{x: 1, x: 2}", mark=mark)
