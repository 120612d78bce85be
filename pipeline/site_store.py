"""The site of runs in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .aws import Aws


class S3Site:
    """Names of the site as keys below a prefix of a bucket; fits `SiteStore` of the report."""

    def __init__(self, aws: Aws, bucket: str, prefix: str) -> None:
        self._aws = aws
        self._bucket = bucket
        self._prefix = prefix.strip("/")

    def read(self, name: str) -> bytes | None:
        """The bytes under a name, or None where there is nothing.

        Raises:
            OutsideError: S3 refused.
        """
        from .aws_errors import ClientError, code_of, translated

        with translated(action="s3:GetObject", resource=self.address(name), who=self._aws.identity):
            try:
                data: bytes = self._aws.client("s3").get_object(Bucket=self._bucket, Key=self._key(name))["Body"].read()
            except ClientError as error:
                if code_of(error) in {"NoSuchKey", "404"}:
                    return None
                raise
        return data

    def write(self, name: str, data: bytes, content_type: str) -> None:
        """Store bytes under a name.

        Raises:
            OutsideError: S3 refused.
        """
        from .aws_errors import translated

        with translated(action="s3:PutObject", resource=self.address(name), who=self._aws.identity):
            self._aws.client("s3").put_object(
                Bucket=self._bucket, Key=self._key(name), Body=data, ContentType=content_type, CacheControl="no-cache"
            )

    def address(self, name: str) -> str:
        """The `s3://` address of a name."""
        return f"s3://{self._bucket}/{self._key(name)}"

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name
