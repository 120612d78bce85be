"""AWS sessions. The only file that makes boto3 clients; everything else is handed them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import OutsideError, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .config.schema import Aws as AwsConfig

EMULATOR_CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


@dataclass(frozen=True)
class Aws:
    """One account and region; `endpoint_url` is the local AWS, or None for AWS itself."""

    region: str
    endpoint_url: str | None = None
    is_emulator: bool = False
    account_id: str | None = None
    profile: str | None = None
    role_arn: str | None = None
    _made: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, config: AwsConfig, root: Path, environment: Mapping[str, str] | None = None) -> Aws:
        """Read the configuration's `aws`; AWS_ENDPOINT_URL in the environment comes before it, as for every AWS tool."""
        from .local_state import load

        variables = os.environ if environment is None else environment
        endpoint = variables.get("AWS_ENDPOINT_URL") or (load(root).endpoint if config.is_emulator else config.endpoint)
        return cls(
            region=config.region,
            endpoint_url=endpoint,
            is_emulator=config.is_emulator,
            account_id=config.account_id,
            profile=config.profile,
            role_arn=config.role_arn,
        )

    @classmethod
    def ambient(cls, environment: Mapping[str, str] | None = None) -> Aws:
        """The account and region that the environment and AWS's own files name, where no configuration does.

        Raises:
            OutsideError: nothing names a region.
        """
        variables = os.environ if environment is None else environment
        region = variables.get("AWS_REGION") or variables.get("AWS_DEFAULT_REGION") or _configured_region()
        if region is None:
            msg = "nothing says which AWS region is meant."
            raise OutsideError(msg, next_step="Set AWS_REGION, or name a configuration by --with-config.")
        return cls(region=region, endpoint_url=variables.get("AWS_ENDPOINT_URL"))

    def client(self, name: str, **settings: Any) -> Any:
        """The client of one AWS service, made once; `settings` are those of botocore's Config where ours do not suit."""
        if name not in self._made:
            from botocore.config import Config

            attempts = 2 if self.is_emulator else 5
            ours = {
                "retries": {"mode": "standard", "total_max_attempts": attempts},
                "connect_timeout": 5,
                "read_timeout": 60,
                "max_pool_connections": 64,
            }
            config = Config(**{**ours, **settings})
            self._made[name] = self._session().client(name, endpoint_url=self.endpoint_url, config=config)
        return self._made[name]

    def identity(self) -> str:
        """The ARN that AWS sees; `unknown` where it cannot be asked."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return str(self.client("sts").get_caller_identity()["Arn"])
        except (BotoCoreError, ClientError):
            return "unknown"

    def check_account(self) -> str:
        """Ask who we are, and compare the account with the configured one; returns the ARN.

        Raises:
            OutsideError: there are no credentials, or AWS does not answer.
            Refused: it is another account.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        from .aws_errors import translate

        try:
            answer = self.client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            raise translate(error, action="sts:GetCallerIdentity", resource=self.endpoint_url or self.region) from error
        if self.account_id and answer["Account"] != self.account_id:
            msg = f"these credentials are for account {answer['Account']} ({answer['Arn']}), not for {self.account_id}."
            raise Refused(msg, next_step="Use credentials of the configured account, or mend aws.account_id.")
        return str(answer["Arn"])

    def container_environment(self, endpoint_seen_inside: str | None) -> dict[str, str]:
        """What a container needs to reach this account: handed over at its start, never baked into an image."""
        inside = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        credentials = self._session().get_credentials()
        if credentials is None:
            msg = "there are no AWS credentials to hand to the container."
            raise OutsideError(msg, next_step="Sign in (`aws sso login`), or set AWS_PROFILE.")
        frozen = credentials.get_frozen_credentials()
        inside |= {"AWS_ACCESS_KEY_ID": frozen.access_key, "AWS_SECRET_ACCESS_KEY": frozen.secret_key}
        if frozen.token:
            inside["AWS_SESSION_TOKEN"] = frozen.token
        if endpoint_seen_inside:
            inside["AWS_ENDPOINT_URL"] = endpoint_seen_inside
        return inside

    def _session(self) -> Any:
        if "session" not in self._made:
            self._made["session"] = self._new_session()
        return self._made["session"]

    def _new_session(self) -> Any:
        import boto3

        if self.is_emulator:
            return boto3.Session(region_name=self.region, **EMULATOR_CREDENTIALS)
        from botocore.exceptions import ProfileNotFound

        try:
            session = boto3.Session(region_name=self.region, profile_name=self.profile)
        except ProfileNotFound as error:
            msg = f"the AWS configuration has no profile {self.profile!r}."
            raise OutsideError(msg, next_step="Mend aws.profile in ml_config.yaml, or make that profile.") from error
        return self._assumed(session) if self.role_arn else session

    def _assumed(self, session: Any) -> Any:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        from .aws_errors import translate

        try:
            answer = session.client("sts", endpoint_url=self.endpoint_url).assume_role(
                RoleArn=self.role_arn, RoleSessionName="goldgate"
            )
        except (BotoCoreError, ClientError) as error:
            raise translate(error, action="sts:AssumeRole", resource=str(self.role_arn)) from error
        given = answer["Credentials"]
        return boto3.Session(
            region_name=self.region,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )


def _configured_region() -> str | None:
    """The region of the profile in use."""
    import botocore.session

    region: str | None = botocore.session.Session().get_config_variable("region")
    return region
