"""The error kinds of the pipeline, one exit code each."""

from __future__ import annotations

from goldgate.eval.errors import GoldgateError, OutsideError, Problems, UsageError

__all__ = ["DeploymentFailed", "GoldgateError", "OutsideError", "Problems", "Refused", "UsageError"]


class DeploymentFailed(GoldgateError):
    """The deployment failed and what was live before serves again."""

    exit_code = 4


class Refused(GoldgateError):
    """A link of the chain does not hold: another digest, an older commit, a held lock."""

    exit_code = 6
