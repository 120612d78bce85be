from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from goldgate.pipeline import local_state
from goldgate.pipeline.aws import Aws
from goldgate.pipeline.config.schema import Aws as AwsConfig
from goldgate.pipeline.errors import OutsideError, Refused
from goldgate.pipeline.local_state import LocalState
from tests.fakes.sts import ARN, FakeSts

if TYPE_CHECKING:
    from pathlib import Path

EMULATOR = AwsConfig(endpoint="emulator", region="eu-central-1", account_id="123456789012")


class Credentials:
    """What a boto3 session gives."""

    access_key, secret_key = "AK", "SK"

    def __init__(self, token: str | None) -> None:
        self.token = token

    def get_frozen_credentials(self) -> Credentials:
        return self


class Session:
    """A boto3 session that only knows its credentials."""

    def __init__(self, credentials: Credentials | None) -> None:
        self.credentials = credentials

    def get_credentials(self) -> Credentials | None:
        return self.credentials


def with_session(token: str | None = None) -> Aws:
    return Aws("us-east-1", _made={"session": Session(Credentials(token))})


def with_sts(sts: Any, **fields: Any) -> Aws:
    return Aws("us-east-1", _made={"sts": sts}, **fields)


@pytest.mark.parametrize(
    ("config", "variables", "endpoint"),
    [
        (AwsConfig(), {}, None),
        (AwsConfig(endpoint="http://127.0.0.1:9000"), {}, "http://127.0.0.1:9000"),
        (EMULATOR, {}, "http://127.0.0.1:4600"),
        (EMULATOR, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        (AwsConfig(), {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "http://127.0.0.1:1"),
        (AwsConfig(endpoint="http://127.0.0.1:9000"), {"AWS_ENDPOINT_URL": ""}, "http://127.0.0.1:9000"),
    ],
)
def test_the_environment_goes_before_the_file_and_the_state(
    tmp_path: Path, config: AwsConfig, variables: dict[str, str], endpoint: str | None
) -> None:
    local_state.save(tmp_path, LocalState(port=4600))
    aws = Aws.of(config, tmp_path, variables)
    assert aws.endpoint_url == endpoint
    assert aws.is_emulator is config.is_emulator


def test_the_rest_comes_from_the_file(tmp_path: Path) -> None:
    role = "arn:aws:iam::123456789012:role/goldgate"
    aws = Aws.of(AwsConfig(region="eu-west-1", account_id="123456789012", profile="ours", role_arn=role), tmp_path, {})
    assert (aws.region, aws.account_id, aws.profile, aws.role_arn) == ("eu-west-1", "123456789012", "ours", role)


def test_a_client_is_made_once_and_calls_the_endpoint(tmp_path: Path) -> None:
    aws = Aws.of(EMULATOR, tmp_path, {})
    client = aws.client("s3")
    assert aws.client("s3") is client
    assert client.meta.endpoint_url == "http://127.0.0.1:4566"
    assert client.meta.region_name == "eu-central-1"


@pytest.mark.parametrize("account", [None, "123456789012"])
def test_the_right_account_is_let_in(account: str | None) -> None:
    assert with_sts(FakeSts(), account_id=account).check_account() == ARN


def test_another_account_is_refused_and_both_are_named() -> None:
    with pytest.raises(Refused, match=r"for account 210987654321 \(arn:.*\), not for 123456789012") as caught:
        with_sts(FakeSts("210987654321"), account_id="123456789012").check_account()
    assert caught.value.exit_code == 6


def test_expired_credentials_are_said() -> None:
    with pytest.raises(OutsideError, match="expired"):
        with_sts(FakeSts(error="ExpiredToken"), account_id="123456789012").check_account()


@pytest.mark.parametrize(("error", "told"), [(None, ARN), ("AccessDenied", "unknown")])
def test_who_we_are_is_unknown_where_it_cannot_be_asked(error: str | None, told: str) -> None:
    assert with_sts(FakeSts(error=error)).identity() == told


@pytest.mark.parametrize(
    ("token", "endpoint", "more"),
    [
        (None, None, {}),
        ("T", None, {"AWS_SESSION_TOKEN": "T"}),
        (None, "http://host.docker.internal:4566", {"AWS_ENDPOINT_URL": "http://host.docker.internal:4566"}),
    ],
)
def test_a_container_gets_what_it_needs_and_no_more(token: str | None, endpoint: str | None, more: dict[str, str]) -> None:
    assert with_session(token).container_environment(endpoint) == {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AK",
        "AWS_SECRET_ACCESS_KEY": "SK",
        **more,
    }


def test_against_the_emulator_no_credentials_of_this_machine_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "REAL")
    inside = Aws.of(EMULATOR, tmp_path, {}).container_environment("http://127.0.0.1:4566")
    assert "REAL" not in inside.values()
    assert inside["AWS_ACCESS_KEY_ID"] == "local"


def test_without_credentials_there_is_nothing_to_hand_over() -> None:
    aws = Aws("us-east-1", _made={"session": Session(None)})
    with pytest.raises(OutsideError, match="no AWS credentials to hand to the container"):
        aws.container_environment(None)


def test_an_unknown_profile_is_said() -> None:
    with pytest.raises(OutsideError, match="no profile 'nobody'") as caught:
        Aws("us-east-1", profile="nobody").client("s3")
    assert "aws.profile" in str(caught.value.next_step)


def test_credentials_stand_in_no_printed_form() -> None:
    assert "AK" not in repr(with_session("T"))
