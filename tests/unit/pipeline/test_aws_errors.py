from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
)

from goldgate.pipeline.aws_errors import is_expired, is_throttling, is_transient, translate, translated
from goldgate.pipeline.errors import OutsideError
from tests.fakes.shapes import client_error, refuse

KEY = "s3://finrag-data/ML_EMBED_ASSETS/sentences.parquet"
ROLE = "arn:aws:sts::123456789012:assumed-role/goldgate-evaluate/ci"


@pytest.mark.parametrize(
    ("error", "action", "what", "step"),
    [
        (
            client_error("GetObject", "AccessDenied"),
            "s3:GetObject",
            f"S3 answered AccessDenied to GetObject as {ROLE}",
            "lacks s3:GetObject",
        ),
        (client_error("HeadObject", "403"), "s3:HeadObject", f"S3 answered 403 to HeadObject as {ROLE}", "lacks s3:HeadObject"),
        (client_error("GetObject", "NoSuchBucket"), "s3:GetObject", "there is no such bucket", "Create the bucket"),
        (client_error("GetObject", "NoSuchKey"), "s3:GetObject", "there is no such key", "upload the object"),
        (client_error("HeadObject", "404"), "s3:HeadObject", "there is no such thing", "upload the object"),
        (client_error("X", "ClusterNotFoundException"), "ecs:UpdateService", "there is no such cluster", "deploy.cluster"),
        (client_error("X", "TargetGroupNotFound"), "elasticloadbalancing:X", "there is no such target group", "target group"),
        (client_error("X", "ExpiredToken"), "s3:GetObject", "credentials have expired", "Sign in again"),
        (client_error("X", "InvalidClientTokenId"), "sts:GetCallerIdentity", "does not know these credentials", "AWS_PROFILE"),
        (client_error("X", "ThrottlingException"), "ecs:UpdateService", "too many calls", "in a minute"),
        (
            client_error("X", "ServerException", "boom.", 500),
            "ecs:UpdateService",
            "ServerException to UpdateService: boom.",
            "AWS",
        ),
        (NoCredentialsError(), "s3:GetObject", "needs AWS credentials", "aws sso login"),
        (NoRegionError(), "s3:GetObject", "no AWS region", "aws.region"),
        (
            EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/finrag-data?x"),
            "s3:GetObject",
            "nothing answers at http://127.0.0.1:4566 to GetObject: is the emulator running?",
            "goldgate local status",
        ),
        (
            ConnectTimeoutError(endpoint_url="https://ecs.us-east-1.amazonaws.com"),
            "ecs:UpdateService",
            "ECS could not be reached",
            "network",
        ),
    ],
)
def test_each_error_says_what_where_and_next(error: ClientError | BotoCoreError, action: str, what: str, step: str) -> None:
    told = translate(error, action=action, resource=KEY, who=lambda: ROLE)
    assert isinstance(told, OutsideError)
    assert what in told.what
    assert step in str(told.next_step)
    assert told.where == KEY
    assert "\n" not in str(told)


def test_the_caller_is_taken_from_the_answer_where_it_cannot_be_asked() -> None:
    error = client_error("X", "AccessDeniedException", f"User: {ROLE} is not authorized to perform: ecs:X")

    def fail() -> str:
        msg = "GetCallerIdentity"
        raise client_error(msg, "AccessDenied")

    assert f"as {ROLE}" in translate(error, action="ecs:X", resource="x", who=fail).what
    assert " as " not in translate(client_error("X", "AccessDenied"), action="ecs:X", resource="x").what


def test_the_caller_is_asked_only_where_access_was_denied() -> None:
    def never() -> str:
        raise AssertionError

    translate(client_error("X", "NoSuchKey"), action="s3:GetObject", resource="x", who=never)


def test_the_block_translates_and_keeps_the_cause() -> None:
    with pytest.raises(OutsideError) as caught, translated(action="s3:GetObject", resource=KEY):
        refuse("GetObject", "NoSuchBucket")
    assert isinstance(caught.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("error", "throttling", "expired", "transient"),
    [
        (client_error("X", "SlowDown", status=503), True, False, True),
        (client_error("X", "ExpiredTokenException"), False, True, False),
        (client_error("X", "ServerException", status=500), False, False, True),
        (client_error("X", "Weird", status=502), False, False, True),
        (client_error("X", "ValidationError"), False, False, False),
        (EndpointConnectionError(endpoint_url="https://x"), False, False, True),
        (NoCredentialsError(), False, False, False),
    ],
)
def test_what_may_be_tried_again(error: Exception, *, throttling: bool, expired: bool, transient: bool) -> None:
    assert (is_throttling(error), is_expired(error), is_transient(error)) == (throttling, expired, transient)
