from __future__ import annotations

import pytest

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.registry import credentials
from tests.fakes.ecr import FakeEcr


def test_the_engine_logs_in_with_what_stands_in_the_token_colons_and_all() -> None:
    assert credentials(FakeEcr()) == {"username": "AWS", "password": "pass:word"}


def test_a_token_that_is_not_given_names_its_permission() -> None:
    ecr = FakeEcr()
    ecr.errors["GetAuthorizationToken"] = "AccessDeniedException"
    with pytest.raises(OutsideError) as caught:
        credentials(ecr)
    assert "ecr:GetAuthorizationToken" in str(caught.value.next_step)
