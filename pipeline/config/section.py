"""What every section of the configuration shares: strict, frozen, without unknown keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict

PATTERN_WORDS = {
    r"^/\S*$": 'must begin with "/" and hold no blanks',
    r"^[0-9]{12}$": "must be the 12 digits of an account, quoted",
    r"^(emulator|https?://\S+)$": "must be the word emulator, or an address that begins with http:// or https://",
    r"^https?://\S+$": "must be an address that begins with http:// or https://",
    r"^[a-z]{2}(-[a-z]+)+-[0-9]$": "must be the name of an AWS region, such as us-east-1",
    r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+$": "must be the ARN of a role: arn:aws:iam::<account>:role/<name>",
    r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$": "must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens",
    r"^[a-z0-9]+([._/-][a-z0-9]+)*$": "must be the name of a repository: lower-case letters and digits, joined by . _ - or /",
}
"""What a value must look like, in words, by the pattern that the schema asks for."""

Text = Annotated[str, Field(min_length=1)]
UrlPath = Annotated[str, Field(pattern=r"^/\S*$")]
Bucket = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
Port = Annotated[int, Field(ge=1, le=65535)]
loose = Strict(strict=False)
"""For tuples: YAML gives lists, which the strict mode would refuse. Their items stay strict."""


class Section(BaseModel):
    """A mapping of the configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)
