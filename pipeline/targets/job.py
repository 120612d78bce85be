"""What is deployed where: one service of the configuration in one environment, and the way to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .load_balancer import address_of, public_url
from .settings import EcsSettings, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..config.service_schema import Service
    from .context import Context


@dataclass(frozen=True, kw_only=True)
class Job:
    """A service to be released, verified or taken back.

    `outside` are AWS, time and the listener; `http_get(url)` gives the status of a GET, 0 where nothing answers;
    `url_of(load_balancer, listener)` makes the address of elbv2's descriptions.
    """

    service: Service
    environment: str
    outside: Context
    http_get: Callable[[str], int]
    url_of: Callable[[dict[str, Any], dict[str, Any]], str] = public_url

    def settings(self, image: str) -> EcsSettings:
        """What the configuration wants of ECS, with the image by digest."""
        return settings_of(self.service.deploy, self.service, name=self.service.name, image=image)

    def url(self) -> str | None:
        """The address at which the service's users reach it; None without a load balancer."""
        balancer = self.service.deploy.load_balancer
        return address_of(balancer.target_group, self.outside, self.url_of) if balancer else None
