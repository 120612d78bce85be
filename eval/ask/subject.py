"""What can be asked, and what comes of one try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from ..case import Case
    from ..results import Response

Fault = Literal["unreachable", "dropped", "cut", "timeout", "busy", "unusable", "status", "wrong_shape", "failed"]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at one case: a response, or a fault with its `detail` and, where the service named it, a pause in seconds.

    Faults: nobody is there (unreachable), the connection broke off (dropped), the body ends too early (cut), no answer in time
    (timeout), the service says that it has too much to do (busy), no JSON (unusable), another status (status), JSON of another
    shape (wrong_shape), the function raised (failed).
    """

    response: Response | None = None
    fault: Fault | None = None
    detail: str = ""
    retry_after: float | None = None


class Subject(Protocol):
    """Something that answers cases."""

    @property
    def identity(self) -> str:
        """What distinguishes this subject and the way it is asked from others: answers of another identity are not its own."""

    @property
    def digest(self) -> str | None:
        """What it is, where that never changes (an image digest): its answers may then be cached. Null where nobody knows."""

    @property
    def address(self) -> str:
        """Where it is, for messages."""

    async def open(self, concurrency: int) -> None:
        """Get ready for `concurrency` questions at once."""

    async def close(self) -> None:
        """Let go of everything."""

    async def ask(self, case: Case) -> Attempt:
        """Ask once; never raises for what the service does."""

    def is_alive(self) -> bool:
        """False once it is known to be gone for good (a container that exited)."""
