"""The way to a service through its load balancer: target group, listener, address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context

ABSENT = frozenset({"TargetGroupNotFound", "TargetGroupNotFoundException"})
STANDARD_PORTS = {"http": 80, "https": 443}


def target_group(name_or_arn: str, context: Context) -> dict[str, Any]:
    """The target group of that name or ARN.

    Raises:
        OutsideError: there is none.
    """
    asked = {"TargetGroupArns": [name_or_arn]} if name_or_arn.startswith("arn:") else {"Names": [name_or_arn]}
    answer = context.call(
        "elasticloadbalancing:DescribeTargetGroups",
        name_or_arn,
        context.elbv2.describe_target_groups,
        unless=ABSENT,
        **asked,
    )
    if answer is None or not answer.get("TargetGroups"):
        msg = f"there is no target group {name_or_arn!r} in this account and region."
        step = "Create it, or correct services.<name>.deploy.load_balancer.target_group in ml_config.yaml."
        raise OutsideError(msg, where=name_or_arn, next_step=step)
    found: dict[str, Any] = answer["TargetGroups"][0]
    return found


def address_of(name_or_arn: str, context: Context, url_of: Callable[[dict[str, Any], dict[str, Any]], str]) -> str | None:
    """The URL at which the target group is served; None where no listener forwards to it.

    `url_of` makes a URL of a described load balancer and one of its listeners.
    """
    group = target_group(name_or_arn, context)
    for arn in group.get("LoadBalancerArns", []):
        listener = _listener(arn, group["TargetGroupArn"], context)
        if listener is not None:
            answer = context.call(
                "elasticloadbalancing:DescribeLoadBalancers",
                arn,
                context.elbv2.describe_load_balancers,
                LoadBalancerArns=[arn],
            )
            return url_of(answer["LoadBalancers"][0], listener)
    return None


def public_url(load_balancer: dict[str, Any], listener: dict[str, Any]) -> str:
    """The URL by the load balancer's DNS name, as on AWS."""
    scheme = "https" if listener.get("Protocol") in {"HTTPS", "TLS"} else "http"
    port = listener.get("Port")
    suffix = "" if port in (None, STANDARD_PORTS[scheme]) else f":{port}"
    return f"{scheme}://{load_balancer['DNSName']}{suffix}"


def _listener(load_balancer: str, group: str, context: Context) -> dict[str, Any] | None:
    """The listener that forwards to the group, a TLS one first, by its default action or by a rule."""
    answer = context.call(
        "elasticloadbalancing:DescribeListeners",
        load_balancer,
        context.elbv2.describe_listeners,
        LoadBalancerArn=load_balancer,
    )
    listeners = sorted(answer.get("Listeners", []), key=lambda item: item.get("Protocol") not in {"HTTPS", "TLS"})
    for listener in listeners:
        if _forwards(listener.get("DefaultActions", []), group):
            return dict(listener)
    for listener in listeners:
        rules = context.call(
            "elasticloadbalancing:DescribeRules",
            listener["ListenerArn"],
            context.elbv2.describe_rules,
            ListenerArn=listener["ListenerArn"],
        )
        if any(_forwards(rule.get("Actions", []), group) for rule in rules.get("Rules", [])):
            return dict(listener)
    return None


def _forwards(actions: list[dict[str, Any]], group: str) -> bool:
    for action in actions:
        groups = [part.get("TargetGroupArn") for part in action.get("ForwardConfig", {}).get("TargetGroups", [])]
        if group in (action.get("TargetGroupArn"), *groups):
            return True
    return False
