"""Pages of long answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..wire import AwsError

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(name: str, items: Sequence[Any], wanted: dict[str, Any], *, default: int = 100) -> dict[str, Any]:
    """The page of `items` that `nextToken` and `maxResults` ask for, under `name`."""
    token = wanted.get("nextToken")
    if token is not None and not token.isdigit():
        raise AwsError(code="InvalidParameterException", message="Invalid token.")
    start = int(token or 0)
    end = start + min(wanted.get("maxResults") or default, 100)
    more = {"nextToken": str(end)} if end < len(items) else {}
    return {name: list(items[start:end]), **more}
