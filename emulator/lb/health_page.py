"""describe_target_health as it is: moto's answer replaced where a target group belongs to an ECS service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .targets import Targets


def install(targets: Targets) -> None:
    """Make moto's ELBv2 ask `targets` for the health of what ECS registered."""
    import moto.elbv2.models as elbv2

    theirs = elbv2.ELBv2Backend.describe_target_health
    status: Any = elbv2.FakeHealthStatus

    def describe(self: Any, target_group_arn: str, wanted: list[dict[str, Any]]) -> list[Any]:
        known = theirs(self, target_group_arn, wanted)
        group = self.target_groups[target_group_arn]
        asked = {str(item.get("Port", group.port)) for item in wanted}
        mine = [t for t in targets.of_group(target_group_arn) if not wanted or str(t.port) in asked]
        ours = [
            status("127.0.0.1", str(t.port), str(t.port), t.state, reason=t.reason, description=t.description) for t in mine
        ]
        taken = {t.port for t in mine}
        return ours + [item for item in known if not wanted or int(item.port) not in taken]

    backend: Any = elbv2.ELBv2Backend
    backend.describe_target_health = describe
