"""The configuration file as a whole.

`embedding`, `retrieval` and `serving_models` belong to the service, which checks them itself; here they pass through.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from .deploy_schema import Deploy, LoadBalancer, Network, Strategy
from .section import Bucket, Section, Text
from .service_schema import (
    Build,
    Contract,
    Corpus,
    Evaluation,
    Gate,
    GoldSet,
    Judges,
    Loader,
    Publish,
    Report,
    Request,
    Service,
    Start,
)

__all__ = [
    "Aws",
    "Build",
    "ConfigFile",
    "Contract",
    "Corpus",
    "Data",
    "Deploy",
    "Evaluation",
    "Gate",
    "GoldSet",
    "Judges",
    "LoadBalancer",
    "Loader",
    "Network",
    "Publish",
    "Report",
    "Request",
    "Service",
    "Start",
    "Strategy",
]

EMULATOR_URL = "http://127.0.0.1:4566"
"""Where the local AWS listens unless it was told otherwise."""


class Data(Section):
    """The data of the service in S3. Every key besides `bucket` and `base_path` names a file."""

    model_config = ConfigDict(extra="allow")

    bucket: Bucket = Field(description="Name of the S3 bucket.")
    base_path: str = Field(default="", description="Prefix of all files in it.")

    @property
    def files(self) -> dict[str, str]:
        """Key and file name of every file that the section names, in the order of the configuration."""
        return {key: value for key, value in (self.model_extra or {}).items() if isinstance(value, str)}

    def uri(self, name: str) -> str:
        """The `s3://` address of the file behind the key `name`; KeyError where the section has no such file."""
        key = "/".join(part for part in (self.base_path.strip("/"), self.files[name].lstrip("/")) if part)
        return f"s3://{self.bucket}/{key}"


class Aws(Section):
    """The AWS account. Credentials come from the usual places (environment, profile, OIDC role), never from this file."""

    endpoint: Annotated[str, Field(pattern=r"^(emulator|https?://\S+)$")] | None = Field(
        default=None, description="`emulator` for the local AWS, or an address. Left out: AWS itself."
    )
    region: str = Field(default="us-east-1", pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$", description="Region of everything.")
    account_id: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = Field(
        default=None, description="The account that all of it lies in, quoted."
    )
    profile: Text | None = Field(default=None, description="Profile of the AWS configuration files.")
    role_arn: Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$")] | None = Field(
        default=None, description="Role to assume."
    )

    @property
    def is_emulator(self) -> bool:
        """Whether the local AWS is meant."""
        return self.endpoint == "emulator"

    @property
    def endpoint_url(self) -> str | None:
        """The address to call; None for AWS itself. The emulator's usual address stands in for the word `emulator`."""
        return EMULATOR_URL if self.is_emulator else self.endpoint


class ConfigFile(Section):
    """The configuration file with one environment laid over it."""

    version: Literal[1] = Field(description="Version of this format: 1.")
    project: Text = Field(description="Name of the project.")
    data: Data | None = Field(default=None, description="The data of the services in S3; its versions are recorded.")
    embedding: dict[str, Any] = Field(default_factory=dict, description="Belongs to the service; passed through unread.")
    retrieval: dict[str, Any] = Field(default_factory=dict, description="Belongs to the service; passed through unread.")
    serving_models: dict[str, Any] = Field(default_factory=dict, description="Belongs to the service; passed through unread.")
    aws: Aws = Field(default_factory=Aws, description="The AWS account; usually set by an environment.")
    services: dict[str, Service] = Field(min_length=1, description="The services by name.")
