"""Everything that touches moto: find the service of a call, answer it, and reach moto's objects in this process."""

from __future__ import annotations

import io
import re
import threading
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_to_bytes

from .wire import Answer, AwsError, Call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"

# The signing name that a client uses -> moto's name of the service. Only these are served.
SERVICES = {
    "s3": "s3",
    "ecr": "ecr",
    "ecs": "ecs",
    "sts": "sts",
    "iam": "iam",
    "ssm": "ssm",
    "logs": "logs",
    "secretsmanager": "secretsmanager",
    "elasticloadbalancing": "elbv2",
    "ec2": "ec2",
    "monitoring": "cloudwatch",
    "bedrock": "bedrock-runtime",
    "bedrock-runtime": "bedrock-runtime",
}
MOTO_SERVICES = ("s3", "ecr", "ecs", "sts", "iam", "ssm", "logs", "secretsmanager", "elbv2", "ec2", "cloudwatch")
_GLOBAL = frozenset({"s3", "iam", "sts"})
_TARGET_SERVICES = {
    "AmazonEC2ContainerRegistry_V20150921": "ecr",
    "AmazonEC2ContainerServiceV20141113": "ecs",
    "AmazonSSM": "ssm",
    "Logs_20140328": "logs",
    "secretsmanager": "secretsmanager",
}
_CREDENTIAL = re.compile(r"Credential=[^/,]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_READS = re.compile(r"^(Get|List|Describe|Head|BatchGet|BatchCheck|Lookup|Filter|Simulate|Select)")

# One lock a service: moto's backends are plain dictionaries. Conditional writes and saving hold it as well.
locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


def identify(headers: Mapping[str, str], query: str) -> tuple[str, str]:
    """moto's service name and the region of a call, from its signature, its target header, or S3 when unsigned.

    Raises AwsError for a service that this emulator does not have.
    """
    found = _CREDENTIAL.search(headers.get("authorization", ""))
    if found is None and "X-Amz-Credential" in query:
        found = _CREDENTIAL.search("Credential=" + parse_qs(query)["X-Amz-Credential"][0])
    if found is not None:
        service = SERVICES.get(found["service"].lower())
        if service is None:
            msg = f"The local AWS has no service {found['service']!r}; it has {', '.join(sorted(SERVICES))}."
            raise AwsError(code="UnknownService", message=msg, status=501)
        return service, found["region"]
    target = headers.get("x-amz-target", "").split(".")[0]
    return _TARGET_SERVICES.get(target, "s3"), DEFAULT_REGION


def operation_of(call: Call) -> str:
    """The operation's name as botocore spells it, or an empty string where it cannot be told."""
    target = call.headers.get("x-amz-target")
    if target:
        return target.rsplit(".", 1)[-1]
    if call.service == "s3":
        return _routed_operation(call)
    form = parse_qs(call.body.decode("utf-8", "replace")) if call.method == "POST" else parse_qs(call.query)
    return form.get("Action", [""])[0]


def _routed_operation(call: Call) -> str:
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    try:
        operation, _ = get_service_router(call.service).match(_request(call))
    except (NotFound, NotImplementedError):
        return ""
    return str(operation.name)


def changes(call: Call) -> bool:
    """Whether a call may change the service's state (and so must be saved)."""
    if call.service == "s3":
        return call.method in {"PUT", "POST", "DELETE"}
    return not _READS.match(call.operation)


def backend(service: str, region: str = DEFAULT_REGION) -> Any:
    """moto's backend object of a service in our account (hold `locks[service]` while using it)."""
    from moto.backends import get_backend

    return get_backend(service)[ACCOUNT]["aws" if service in _GLOBAL else region]  # type: ignore[call-overload]


def in_all_regions(service: str) -> list[Any]:
    """moto's backend objects of a service, one for each region in use."""
    from moto.backends import get_backend

    return [item for _, _, item in get_backend(service).iter_backends()]  # type: ignore[call-overload]


def answer(call: Call) -> Answer:
    """Let moto answer the call."""
    from werkzeug.exceptions import HTTPException

    handler = _handler(call.service, call.path)
    if handler is None:
        msg = f"The local AWS does not know {call.method} {call.path} of {call.service}."
        raise AwsError(code="UnknownOperation", message=msg, status=404)
    request = _request(call)
    with locks[call.service]:
        try:
            result = handler(request, request.raw_url, dict(request.headers))
        except HTTPException as error:
            result = error.code, dict(error.get_headers()), error.get_body()
    return _answer(result)


def _answer(result: Any) -> Answer:
    status, headers, body = result if isinstance(result, tuple) else (200, {}, result)
    if isinstance(body, str):
        body = body.encode()
    elif not isinstance(body, bytes):
        body = b"".join(part.encode() if isinstance(part, str) else part for part in body or ())
    pairs = headers.items() if hasattr(headers, "items") else headers
    return Answer(status=int(status), headers=tuple((str(k), str(v)) for k, v in pairs), body=body)


def _handler(service: str, path: str) -> Callable[..., Any] | None:
    return next((handler for pattern, handler in _routes(service) if pattern.match(path)), None)


@lru_cache
def _routes(service: str) -> tuple[tuple[re.Pattern[str], Callable[..., Any]], ...]:
    paths = backend(service).url_paths
    return tuple((re.compile(path), handler) for path, handler in paths.items())


@lru_cache(maxsize=1)
def _request_class() -> Any:
    from moto.core.request import Request

    return type("WireRequest", (Request,), {"from_wsgi_server": True})


def _request(call: Call) -> Any:
    from moto.core.request import PRESERVED_HEADER_NAMES_ENVIRON_KEY, environ_key_for_header

    environ: dict[str, Any] = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(call.path).decode("latin-1"),
        "QUERY_STRING": call.query,
        "RAW_URI": f"{call.path}?{call.query}" if call.query else call.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(call.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    kept: dict[str, str] = {}
    for name, value in call.headers.items():
        if name == "transfer-encoding":
            continue
        key = environ_key_for_header(name)
        environ[key] = value
        if "_" in name and name.startswith("x-amz-meta-"):
            kept[key] = name
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = kept
    environ["CONTENT_LENGTH"] = str(len(call.body))
    return _request_class()(environ)
