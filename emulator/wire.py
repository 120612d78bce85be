"""One AWS call as it arrives and its answer, free of any HTTP library."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JSON_TYPE = "application/x-amz-json-1.1"


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request: `path` and `query` are raw (percent-encoded), header names are lower case, `service` is moto's name."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    service: str
    region: str
    operation: str = ""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object. Raises ValueError on anything else."""
        value = json.loads(self.body or b"{}")
        if not isinstance(value, dict):
            msg = "the body is not a JSON object"
            raise TypeError(msg)
        return value


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response, or with `reset` a connection that is cut off without one."""

    status: int = 200
    headers: Sequence[tuple[str, str]] = field(default=())
    body: bytes = b""
    reset: bool = False


class AwsError(Exception):
    """An error that AWS would answer: `code` is its exception name, `status` the HTTP status."""

    def __init__(self, *, code: str, message: str, status: int = 400, **fields: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


def json_answer(value: object, *, status: int = 200, content_type: str = JSON_TYPE) -> Answer:
    """An answer of AWS's JSON protocols."""
    headers = (("Content-Type", content_type), ("x-amzn-RequestId", str(uuid.uuid4())))
    return Answer(status=status, headers=headers, body=json.dumps(value).encode())


def error_answer(error: AwsError, *, service: str, head: bool = False) -> Answer:
    """`error` in the protocol of `service`: XML for S3 and the query services, else JSON. `head` leaves out the body."""
    if service in {"s3", "sts", "iam", "elbv2", "ec2", "cloudwatch"}:
        return _xml_error(error, service, head=head)
    body = {"__type": error.code, "message": error.message, **error.fields}
    answer = json_answer(body, status=error.status)
    return Answer(status=answer.status, headers=(*answer.headers, ("x-amzn-ErrorType", error.code)), body=answer.body)


def _xml_error(error: AwsError, service: str, *, head: bool) -> Answer:
    request_id = str(uuid.uuid4())
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    inner += "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in error.fields.items())
    if service == "s3":
        text = f"<Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    else:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    body = b"" if head else b'<?xml version="1.0" encoding="UTF-8"?>\n' + text.encode()
    headers = (("Content-Type", "application/xml"), ("x-amz-request-id", request_id))
    return Answer(status=error.status, headers=headers, body=body)
