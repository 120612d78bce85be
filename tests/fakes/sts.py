"""STS: who we are."""

from __future__ import annotations

from typing import Any

from .shapes import check, refuse

ARN = "arn:aws:sts::123456789012:assumed-role/goldgate/ci"


class FakeSts:
    """`error` is the code that it refuses with."""

    def __init__(self, account: str = "123456789012", error: str | None = None) -> None:
        self.account = account
        self.error = error

    def get_caller_identity(self, **request: Any) -> dict[str, str]:
        check("sts", "GetCallerIdentity", request=request)
        if self.error:
            refuse("GetCallerIdentity", self.error, "no", 403)
        return {"Account": self.account, "Arn": ARN.replace("123456789012", self.account), "UserId": "x"}
