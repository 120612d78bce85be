"""From one call to its answer: faults first, then our own operations and corrections, then moto."""

from __future__ import annotations

import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from . import backends, ecr, s3
from .events import event
from .wire import Answer, AwsError, Call, error_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .faults import Faults

    Handler = Callable[[Call], Answer]


class Dispatcher:
    """Answers calls, in any number of threads.

    `own` maps a service to a handler that answers a call or returns None to leave it to moto;
    `address` is where this emulator listens; `changed` is told the service that a call changed.
    """

    def __init__(
        self,
        *,
        faults: Faults,
        address: str,
        changed: Callable[[str], None],
        own: Mapping[str, Callable[[Call], Answer | None]],
    ) -> None:
        self._faults = faults
        self._changed = changed
        self._own = own
        self._handlers: dict[str, Handler] = {"s3": s3.answer, "ecr": lambda call: ecr.answer(call, address)}

    def __call__(self, *, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request of an AWS client. Never raises: whatever goes wrong is an AWS error."""
        service, head = "s3", method == "HEAD"
        try:
            service, region = backends.identify(headers, query)
            call = Call(method=method, path=path, query=query, headers=headers, body=body, service=service, region=region)
            return self._answer(replace(call, operation=backends.operation_of(call)))
        except AwsError as error:
            return error_answer(error, service=service, head=head)
        except Exception as error:  # noqa: BLE001 - the client must get an answer, whatever moto raised
            event("unexpected error", service=service, method=method, path=path, error=repr(error))
            traceback.print_exc()
            message = f"The local AWS failed: {error!r}; the traceback is in its log."
            return error_answer(AwsError(code="InternalFailure", message=message, status=500), service=service, head=head)

    def _answer(self, call: Call) -> Answer:
        effect = self._faults.meet(call)
        if effect is not None:
            time.sleep(effect.seconds)
            if effect.reset:
                return Answer(reset=True)
            if effect.error is not None:
                raise effect.error
        own = self._own.get(call.service)
        answer = own(call) if own is not None else None
        if answer is None:
            answer = self._handlers.get(call.service, backends.answer)(call)
        if answer.status < 400 and backends.changes(call):
            self._changed(call.service)
        return answer
