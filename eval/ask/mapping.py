"""How a case becomes a request and a JSON answer becomes a response."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from ..jsontext import canonical

if TYPE_CHECKING:
    from ..case import Case

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][\w.\-]*)\s*\}\}")


@dataclass(frozen=True, kw_only=True)
class RequestMapping:
    """The request and where the parts of the answer stand, as JMESPath expressions into the JSON body.

    `body` is a template: a string that is nothing but `{{ input }}` becomes the input itself, object or text; within a longer
    string it becomes text. `{{ id }}`, `{{ input.field }}` and `{{ tags.name }}` work the same way. Nothing is executed.
    `answer: None` suits a service that only retrieves, classifies or predicts. `contexts` gives texts or objects {id, text,
    score}; one without an id gets that of its content, as expected passages without ids do. `retrieved` gives ids in rank order
    or objects {id, score}; `scores` an object {label: probability}; `interval` a list [low, high]; `quantiles` an object
    {"0.1": number}; `tokens` an object with input_tokens and output_tokens (prompt_tokens and completion_tokens, camelCase
    too).
    """

    method: str = "POST"
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = field(default_factory=lambda: {"input": "{{ input }}"})
    answer: str | None = "answer"
    contexts: str | None = None
    retrieved: str | None = None
    citations: str | None = None
    label: str | None = None
    scores: str | None = None
    value: str | None = None
    interval: str | None = None
    quantiles: str | None = None
    tokens: str | None = None
    cost: str | None = None
    timeout_seconds: float = 30.0

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what decides the answers; of headers only the names count, since their values may be secrets."""
        parts = {**asdict(self), "headers": sorted(self.headers)}
        del parts["timeout_seconds"]
        return hashlib.sha256(canonical(parts)).hexdigest()


def render(template: Any, case: Case) -> Any:
    """Fill the placeholders of `template` with the parts of `case`.

    Raises:
        UsageError: a placeholder names a part that the case does not have.
    """
    if isinstance(template, str):
        return _render_text(template, case)
    if isinstance(template, Mapping):
        return {key: render(value, case) for key, value in template.items()}
    if isinstance(template, list | tuple):
        return [render(value, case) for value in template]
    return template


def _render_text(template: str, case: Case) -> Any:
    whole = PLACEHOLDER.fullmatch(template.strip())
    if whole:
        return _part(whole[1], case)
    return PLACEHOLDER.sub(lambda found: _text(_part(found[1], case)), template)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _part(name: str, case: Case) -> Any:
    root, *path = name.split(".")
    parts: dict[str, Any] = {"id": case.id, "input": case.input, "tags": case.tags}
    value: Any = parts.get(root)
    for step in path if root in parts else ():
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        msg = f'the request template names "{{{{ {name} }}}}", which case "{case.id}" (line {case.line}) does not have.'
        raise UsageError(msg, next_step="Placeholders are input, input.<field>, id and tags.<name>.")
    return dict(value) if isinstance(value, Mapping) else value
