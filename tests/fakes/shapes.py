"""Checks requests and responses of the fakes against botocore's model of the service."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def check(
    service: str, operation: str, *, request: dict[str, Any] | None = None, response: dict[str, Any] | None = None
) -> None:
    """Fail where a request or a response is not of the shape that botocore's model gives the operation."""
    model = _model(service).operation_model(operation)
    for data, shape in ((request, model.input_shape), (response, model.output_shape)):
        if data is not None and shape is not None:
            report = ParamValidator().validate(data, shape)
            assert not report.has_errors(), f"{service}:{operation}: {report.generate_report()}"


def client_error(operation: str, code: str, message: str = "", status: int = 400) -> ClientError:
    """The error that boto3 raises for that answer of AWS."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, operation)


def refuse(operation: str, code: str, message: str = "", status: int = 400) -> NoReturn:
    """Answer as AWS does when it refuses."""
    raise client_error(operation, code, message, status)
