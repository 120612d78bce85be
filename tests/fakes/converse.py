"""Bedrock's `converse`, answering from a script."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError


class Converse:
    """Gives the answers of `script` in turn: a text, or the code of an error to raise. `asked` keeps what was sent."""

    def __init__(self, *script: str, codes: tuple[str, ...] = ()) -> None:
        self._script = [*(("error", code) for code in codes), *(("text", text) for text in script)]
        self.asked: list[dict[str, Any]] = []

    def converse(self, **request: Any) -> dict[str, Any]:
        """The next of the script."""
        self.asked.append(request)
        kind, value = self._script.pop(0)
        if kind == "error":
            raise ClientError({"Error": {"Code": value, "Message": "not now"}}, "Converse")
        return {
            "output": {"message": {"role": "assistant", "content": [{"text": value}] if value else []}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 1000, "outputTokens": 200, "totalTokens": 1200},
        }
