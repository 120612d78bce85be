from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.site_store import S3Site

from .world import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(
    ("prefix", "key"), [("goldgate/site", "goldgate/site/a/b.html"), ("/x/", "x/a/b.html"), ("", "a/b.html")]
)
def test_names_are_keys_below_the_prefix(world: World, prefix: str, key: str) -> None:
    site = S3Site(world.aws, "reports", prefix)
    assert site.read("a/b.html") is None
    site.write("a/b.html", b"<p>", "text/html")
    assert world.s3.buckets["reports"] == {key: b"<p>"}
    assert site.read("a/b.html") == b"<p>"
    assert site.address("a/b.html") == f"s3://reports/{key}"


@pytest.mark.parametrize("operation", ["GetObject", "PutObject"])
def test_a_refusal_names_the_key_and_the_permission(world: World, operation: str) -> None:
    world.s3.refuse = {operation: "AccessDenied"}
    site = S3Site(world.aws, "reports", "site")
    with pytest.raises(OutsideError, match="AccessDenied") as caught:
        site.read("x") if operation == "GetObject" else site.write("x", b"", "text/html")
    assert caught.value.where == "s3://reports/site/x"
    assert f"s3:{operation}" in str(caught.value.next_step)


def test_a_missing_bucket_is_no_missing_page(world: World) -> None:
    with pytest.raises(OutsideError, match="no such bucket"):
        S3Site(world.aws, "nowhere", "").read("index.html")
