"""What AWS answers when it refuses, turned into what happened, where, and what to do next."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from .errors import GoldgateError, OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


__all__ = [
    "BotoCoreError",
    "ClientError",
    "code_of",
    "is_expired",
    "is_throttling",
    "is_transient",
    "message_of",
    "translate",
    "translated",
]

DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "AllAccessDisabled", "403"}
)
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN_KEYS = frozenset(
    {
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
    }
)
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "SlowDown",
        "BandwidthLimitExceeded",
        "429",
    }
)
BROKEN = frozenset(
    {
        "ServerException",
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "ServiceUnavailable",
        "500",
        "502",
        "503",
        "504",
    }
)
MISSING = {
    "NoSuchBucket": "Create the bucket, or correct its name in ml_config.yaml.",
    "NoSuchKey": "Check the key, or upload the object first.",
    "NotFound": "Check the name, or create it first.",
    "404": "Check the bucket and the key in ml_config.yaml, or upload the object first.",
    "ClusterNotFoundException": "Create the cluster, or correct services.<name>.deploy.cluster in ml_config.yaml.",
    "ServiceNotFoundException": "Correct services.<name>.deploy.service in ml_config.yaml, or create it: `goldgate deploy`.",
    "RepositoryNotFoundException": "Create the repository, or correct services.<name>.deploy.repository in ml_config.yaml.",
    "TargetGroupNotFound": "Create the target group, or correct services.<name>.deploy.load_balancer in ml_config.yaml.",
    "LoadBalancerNotFound": "Create the load balancer, or correct services.<name>.deploy.load_balancer in ml_config.yaml.",
    "ResourceNotFoundException": "Check the name, or create it first.",
    "ImageNotFoundException": "Push the image again with `goldgate push`.",
}
SERVICES = {
    "s3": "S3",
    "ecs": "ECS",
    "ecr": "ECR",
    "logs": "CloudWatch Logs",
    "elasticloadbalancing": "Elastic Load Balancing",
    "sts": "STS",
    "ssm": "SSM",
    "bedrock": "Bedrock",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
IDENTITY = re.compile(r"User: (arn:\S+) is not authorized")


def code_of(error: BaseException) -> str:
    """The error code that AWS gave, or the name of botocore's exception."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    return type(error).__name__


def message_of(error: BaseException) -> str:
    """AWS's own sentence, without its final full stop."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "")).strip().rstrip(".")
    return str(error).strip().rstrip(".")


def is_throttling(error: BaseException) -> bool:
    """True where AWS asks for fewer calls: wait and carry on."""
    return code_of(error) in THROTTLED


def is_expired(error: BaseException) -> bool:
    """True where the credentials ran out: only a new process or new credentials help."""
    return code_of(error) in EXPIRED


def is_transient(error: BaseException) -> bool:
    """True where the same call may succeed in a moment: throttling, an AWS fault, a lost connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in THROTTLED | BROKEN or status >= 500
    return isinstance(error, boto.HTTPClientError | boto.ConnectionError)


def translate(
    error: ClientError | BotoCoreError, *, action: str, resource: str, who: Callable[[], str] | str | None = None
) -> GoldgateError:
    """The error that people see for `error`.

    `action` is the IAM action (`s3:GetObject`), `resource` what was asked for (`s3://bucket/key`, an ARN, a name),
    `who` the caller's ARN or a function that finds it (asked only where access was denied).
    """
    if isinstance(error, ClientError):
        return _from_answer(error, action, resource, who)
    return _from_client(error, action, resource)


@contextmanager
def translated(*, action: str, resource: str, who: Callable[[], str] | str | None = None) -> Iterator[None]:
    """Let AWS's errors out of the block as the errors that people see."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(error, action=action, resource=resource, who=who) from error


def _from_answer(error: ClientError, action: str, resource: str, who: Callable[[], str] | str | None) -> GoldgateError:
    code, answered = code_of(error), f"{_service(action)} answered {code_of(error)} to {_operation(action)}"
    if code in DENIED:
        identity = _identity(error, who)
        asker = f" as {identity}" if identity else ""
        lacks = f"That identity lacks {action} on {resource}: add it to its policy."
        return OutsideError(f"{answered}{asker}.", where=resource, next_step=lacks)
    if code in EXPIRED:
        again = "Sign in again (or let the job ask for new credentials) and repeat the command: it goes on where it stopped."
        return OutsideError(f"{answered}: the AWS credentials have expired.", where=resource, next_step=again)
    if code in UNKNOWN_KEYS:
        keys = "Check AWS_PROFILE or the access key, and that the endpoint and the region are the ones they belong to."
        return OutsideError(f"{answered}: AWS does not know these credentials.", where=resource, next_step=keys)
    if code in THROTTLED:
        later = "Repeat the command in a minute; if it happens often, ask AWS for a higher quota."
        return OutsideError(f"{answered}: too many calls in this account.", where=resource, next_step=later)
    if code in MISSING:
        return OutsideError(f"{answered}: {_absent(code)}.", where=resource, next_step=MISSING[code])
    said = f": {message_of(error)}" if message_of(error) else ""
    return OutsideError(f"{answered}{said}.", where=resource, next_step=_hint(error))


def _from_client(error: BotoCoreError, action: str, resource: str) -> GoldgateError:
    if isinstance(error, boto.NoCredentialsError | boto.PartialCredentialsError | boto.CredentialRetrievalError):
        said = f"{_operation(action)} needs AWS credentials and there are none ({message_of(error)})."
        return OutsideError(said, where=resource, next_step="Set AWS_PROFILE, or run `aws sso login`.")
    if isinstance(error, boto.NoRegionError):
        return OutsideError(
            "no AWS region is set.", where=resource, next_step="Set environments.<env>.aws.region in ml_config.yaml."
        )
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return _unreachable(error, action, resource)
    return OutsideError(f"{_operation(action)} failed: {message_of(error)}.", where=resource)


def _unreachable(error: BotoCoreError, action: str, resource: str) -> GoldgateError:
    endpoint = str(error.kwargs.get("endpoint_url") or "")
    if urlsplit(endpoint).hostname in LOOPBACK:
        said = f"nothing answers at {_origin(endpoint)} to {_operation(action)}: is the emulator running?"
        return OutsideError(said, where=resource, next_step="`goldgate local status` tells; `goldgate local up` starts it.")
    said = f"{_service(action)} could not be reached for {_operation(action)}: {message_of(error)}."
    return OutsideError(said, where=resource, next_step="Check the network and the region, then repeat the command.")


def _origin(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}"


def _identity(error: ClientError, who: Callable[[], str] | str | None) -> str | None:
    if isinstance(who, str):
        return who
    if who is not None:
        try:
            return who()
        except (ClientError, BotoCoreError, GoldgateError):
            pass
    found = IDENTITY.search(message_of(error))
    return found[1] if found else None


def _absent(code: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.sub(r"(Not ?Found)?(Exception)?$|^NoSuch", "", code)).lower().strip()
    return f"there is no such {words}" if words.isalpha() or " " in words else "there is no such thing"


def _hint(error: ClientError) -> str | None:
    return "Repeat the command: the fault lies with AWS." if is_transient(error) else None


def _service(action: str) -> str:
    prefix = action.partition(":")[0]
    return SERVICES.get(prefix, prefix)


def _operation(action: str) -> str:
    return action.partition(":")[2] or action
