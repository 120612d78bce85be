from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from goldgate.eval.ask.mapping import render
from goldgate.eval.ask.template import Template
from goldgate.eval.case import Case
from goldgate.eval.errors import UsageError

CASE = Case(id="a", input='What "is" it?\n\u2028é', tags={"kind": "span"}, line=7)
OBJECT = replace(CASE, input={"question": "What?", "years": [2018, 2019], "deep": {"x": None}})


@pytest.mark.parametrize("case", [CASE, OBJECT])
@pytest.mark.parametrize(
    "body",
    [
        {"question": "{{ input }}"},
        {"z": "{{ id }}", "a": ["{{input}}", 1, None, True, "plain"], "m": {"n": "{{ tags.kind }}"}},
        "{{ input }}",
        ["Q: {{ input }} ({{ tags.kind }}) {{ id }}"],
        {"no": "placeholder"},
        {},
        None,
        7,
        {"{{ input }}": "a key is no place for one"},
    ],
)
def test_it_fills_as_rendering_does(body: Any, case: Case) -> None:
    assert json.loads(Template(body).fill(case)) == json.loads(json.dumps(render(body, case)))


def test_a_placeholder_that_a_case_lacks_is_an_error_that_names_it() -> None:
    with pytest.raises(UsageError, match=r'which case "a" \(line 7\) does not have'):
        Template({"x": ["{{ input.field }}"]}).fill(CASE)
