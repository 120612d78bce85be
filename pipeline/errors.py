"""The error kinds of the pipeline, one exit code each."""

from __future__ import annotations

from goldgate.eval.errors import GoldgateError, OutsideError, Problems, UsageError

__all__ = [
    "DeploymentFailed",
    "GateFailed",
    "GoldgateError",
    "Inconclusive",
    "OutsideError",
    "Problems",
    "Refused",
    "UsageError",
]


class GateFailed(GoldgateError):
    """The image is not good enough: a gate of the evaluation or a contract check did not hold."""

    exit_code = 1


class Inconclusive(GoldgateError):
    """The evaluation could not tell whether the image is good enough."""

    exit_code = 5


class DeploymentFailed(GoldgateError):
    """The deployment failed and what was live before serves again."""

    exit_code = 4


class Refused(GoldgateError):
    """A link of the chain does not hold: another digest, an older commit, a held lock."""

    exit_code = 6
