from __future__ import annotations

from dataclasses import replace

import pytest

from goldgate.eval.ask.mapping import render
from goldgate.eval.case import Case
from goldgate.eval.errors import UsageError

TEXT = Case(id="a", input="What?", tags={"kind": "span"})
OBJECT = Case(id="b", input={"question": "What?", "years": [2018, 2019]})


@pytest.mark.parametrize(
    ("case", "template", "expected"),
    [
        (TEXT, {"question": "{{ input }}"}, {"question": "What?"}),
        (TEXT, {"question": "{{input}}", "top_k": 5}, {"question": "What?", "top_k": 5}),
        (TEXT, ["Q: {{ input }} ({{ tags.kind }})"], ["Q: What? (span)"]),
        (
            TEXT,
            {"id": "{{ id }}", "deep": {"x": ["{{ input }}", None, True]}},
            {"id": "a", "deep": {"x": ["What?", None, True]}},
        ),
        (OBJECT, "{{ input }}", {"question": "What?", "years": [2018, 2019]}),
        (OBJECT, {"q": "{{ input.question }}", "y": "{{ input.years }}"}, {"q": "What?", "y": [2018, 2019]}),
        (OBJECT, "years {{ input.years }}", "years [2018, 2019]"),
        (TEXT, "{{ input.__class__ }", "{{ input.__class__ }"),
        (TEXT, "{% raw %}", "{% raw %}"),
    ],
)
def test_placeholders_are_filled_and_nothing_else_is_touched(case: Case, template: object, expected: object) -> None:
    assert render(template, case) == expected


@pytest.mark.parametrize("name", ["input.field", "tags.absent", "expected", "input.__class__"])
def test_a_placeholder_that_a_case_lacks_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(UsageError, match=r'which case "a" \(line 7\) does not have') as caught:
        render("{{ " + name + " }}", replace(TEXT, line=7))
    assert name in caught.value.what


def test_braces_in_the_input_are_not_filled_again() -> None:
    assert render("{{ input }}!", replace(TEXT, input="{{ id }}")) == "{{ id }}!"
