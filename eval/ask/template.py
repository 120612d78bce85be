"""The request body of a case as bytes: what never changes is written once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..jsontext import dump_bytes
from .mapping import PLACEHOLDER, render

if TYPE_CHECKING:
    from ..case import Case


class Template:
    """A body whose placeholders are filled for each case; the JSON around them is made beforehand."""

    def __init__(self, body: Any) -> None:
        self._filled: list[str] = []
        self._mark = uuid.uuid4().hex
        text = dump_bytes(self._marked(body))
        self._fixed = re.split(b'"' + self._mark.encode() + b'"', text)

    def fill(self, case: Case) -> bytes:
        """The JSON body for `case`.

        Raises:
            UsageError: a placeholder names a part that the case does not have.
        """
        parts = [self._fixed[0]]
        for template, after in zip(self._filled, self._fixed[1:], strict=True):
            parts += (dump_bytes(case.input if template == "{{ input }}" else render(template, case)), after)
        return b"".join(parts)

    def _marked(self, body: Any) -> Any:
        """The body with a mark for each text that has a placeholder, in the order in which JSON writes them."""
        if isinstance(body, str):
            if not PLACEHOLDER.search(body):
                return body
            self._filled.append(body)
            return self._mark
        if isinstance(body, Mapping):
            return {key: self._marked(value) for key, value in body.items()}
        if isinstance(body, list | tuple):
            return [self._marked(value) for value in body]
        return body
