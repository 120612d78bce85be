from __future__ import annotations

import pytest

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.targets.load_balancer import address_of, public_url, target_group
from tests.fakes.elbv2 import GROUP, FakeElbv2

from .samples import World

DNS = "finrag-1.us-east-1.elb.amazonaws.com"


@pytest.mark.parametrize("name", ["finrag", GROUP])
def test_a_target_group_is_found_by_name_and_by_arn(name: str) -> None:
    assert target_group(name, World().context)["TargetGroupArn"] == GROUP


def test_a_missing_target_group_is_said() -> None:
    with pytest.raises(OutsideError, match="no target group 'other'"):
        target_group("other", World().context)


@pytest.mark.parametrize(
    ("protocol", "port", "url"),
    [
        ("HTTP", 80, f"http://{DNS}"),
        ("HTTP", 8080, f"http://{DNS}:8080"),
        ("HTTPS", 443, f"https://{DNS}"),
        ("TLS", 8443, f"https://{DNS}:8443"),
    ],
)
@pytest.mark.parametrize("by_rule", [True, False])
def test_the_address_is_that_of_the_listener(protocol: str, port: int, url: str, *, by_rule: bool) -> None:
    elbv2 = FakeElbv2(by_rule=by_rule, protocol=protocol, port=port)
    assert address_of("finrag", World().make_context(elbv2=elbv2), public_url) == url


def test_the_caller_makes_the_address() -> None:
    url = address_of("finrag", World().context, lambda balancer, listener: f"{balancer['DNSName'][:6]}:{listener['Port']}")
    assert url == "finrag:80"


def test_a_group_without_a_load_balancer_has_no_address() -> None:
    elbv2 = FakeElbv2()
    elbv2.balancers = []
    assert address_of("finrag", World().make_context(elbv2=elbv2), public_url) is None
