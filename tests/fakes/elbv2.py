"""Elastic Load Balancing's descriptions of one load balancer before one target group."""

from __future__ import annotations

from typing import Any

from .shapes import check, refuse

PREFIX = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
GROUP = f"{PREFIX}:targetgroup/finrag/aaaa"
BALANCER = f"{PREFIX}:loadbalancer/app/finrag/bbbb"
LISTENER = f"{PREFIX}:listener/app/finrag/bbbb/cccc"


class FakeElbv2:
    """`by_rule` lets the listener forward by a rule instead of its default action; `protocol` and `port` are its own."""

    def __init__(self, *, by_rule: bool = False, protocol: str = "HTTP", port: int = 80) -> None:
        self.by_rule = by_rule
        self.protocol = protocol
        self.port = port
        self.balancers = [BALANCER]

    def describe_target_groups(self, **request: Any) -> dict[str, Any]:
        check("elbv2", "DescribeTargetGroups", request=request)
        if request.get("Names") not in (None, ["finrag"]) or request.get("TargetGroupArns") not in (None, [GROUP]):
            refuse("DescribeTargetGroups", "TargetGroupNotFound", "One or more target groups not found")
        answer = {"TargetGroups": [{"TargetGroupArn": GROUP, "LoadBalancerArns": self.balancers}]}
        check("elbv2", "DescribeTargetGroups", response=answer)
        return answer

    def describe_load_balancers(self, **request: Any) -> dict[str, Any]:
        check("elbv2", "DescribeLoadBalancers", request=request)
        return {"LoadBalancers": [{"LoadBalancerArn": BALANCER, "DNSName": "finrag-1.us-east-1.elb.amazonaws.com"}]}

    def describe_listeners(self, **request: Any) -> dict[str, Any]:
        check("elbv2", "DescribeListeners", request=request)
        actions = [{"Type": "fixed-response"}] if self.by_rule else [{"Type": "forward", "TargetGroupArn": GROUP}]
        listener = {"ListenerArn": LISTENER, "Port": self.port, "Protocol": self.protocol, "DefaultActions": actions}
        check("elbv2", "DescribeListeners", response={"Listeners": [listener]})
        return {"Listeners": [listener]}

    def describe_rules(self, **request: Any) -> dict[str, Any]:
        check("elbv2", "DescribeRules", request=request)
        forward = {"Type": "forward", "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": GROUP, "Weight": 1}]}}
        return {"Rules": [{"RuleArn": LISTENER + "/rule", "Actions": [forward]}]}
