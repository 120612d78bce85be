"""Chat messages as the input of a case."""

from __future__ import annotations

from typing import Any


def asked(messages: Any) -> Any:
    """One message of a user as its text; any longer conversation as an object of all its messages."""
    if not isinstance(messages, list):
        return messages
    if len(messages) == 1 and isinstance(messages[0], dict) and isinstance(messages[0].get("content"), str):
        return messages[0]["content"]
    return {"messages": messages}
