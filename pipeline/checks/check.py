"""One contract check and its outcome."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ..errors import GoldgateError

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Check:
    """A named check, whether it held, how long it took in seconds, and what was seen."""

    name: str
    ok: bool
    seconds: float
    detail: str = ""

    def to_json(self) -> dict[str, Any]:
        """The check as it stands in the contract record."""
        return asdict(self)


def checked(name: str, look: Callable[[], tuple[bool, str]]) -> Check:
    """Run one check; an expected failure of the outside is a check that did not hold."""
    start = time.monotonic()
    try:
        ok, detail = look()
    except GoldgateError as error:
        ok, detail = False, str(error)
    return Check(name=name, ok=ok, seconds=round(time.monotonic() - start, 3), detail=detail)
