"""The expected failures of the ingest commands, shown as one paragraph; exit code 2 for input, 3 for the outside."""

from __future__ import annotations

from ..errors import ServiceError


class IngestError(ServiceError):
    """The call or an input file is wrong; nothing was written. `where` is the `file:line`."""

    exit_code = 2


class OutsideError(ServiceError):
    """S3 or Bedrock did not do what was asked; `where` is the address."""

    exit_code = 3
