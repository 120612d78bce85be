from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from goldgate.eval.report.site.keep import add_run
from goldgate.pipeline.errors import OutsideError
from goldgate.pipeline.site_store import S3Site
from tests.fakes.s3 import etag
from tests.unit.eval.report.site.samples import run

from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(
    ("prefix", "key"), [("goldgate/site", "goldgate/site/a/b.html"), ("/x/", "x/a/b.html"), ("", "a/b.html")]
)
def test_names_are_keys_below_the_prefix(world: World, prefix: str, key: str) -> None:
    site = S3Site(world.aws, "reports", prefix)
    assert (site.load("a/b.html"), site.holds("a/b.html")) == (None, False)
    site.write("a/b.html", b"<p>", "text/html")
    assert world.s3.buckets["reports"] == {key: b"<p>"}
    assert site.load("a/b.html") == (b"<p>", etag(b"<p>"))
    assert site.holds("a/b.html")
    assert site.address("a/b.html") == f"s3://reports/{key}"


def test_a_swap_goes_through_only_on_the_content_that_was_seen(world: World) -> None:
    site = S3Site(world.aws, "reports", "site")
    first = site.swap("index.json", b"1", "application/json", None)
    assert first == etag(b"1")
    assert site.swap("index.json", b"2", "application/json", None) is None
    assert site.swap("index.json", b"2", "application/json", first) == etag(b"2")
    assert site.swap("index.json", b"3", "application/json", first) is None
    assert world.s3.buckets["reports"]["site/index.json"] == b"2"


def test_an_index_that_is_gone_again_was_not_swapped(world: World) -> None:
    assert S3Site(world.aws, "reports", "site").swap("index.json", b"1", "application/json", '"mark"') is None


def test_two_that_publish_at_once_lose_no_run(world: World) -> None:
    site, others = S3Site(world.aws, "reports", "site"), [run(1), run(2)]

    def somebody_goes_first(key: str) -> None:
        if key.endswith("index.json") and others:
            other = others.pop()
            kept, world.s3.before_put = world.s3.before_put, lambda key: None
            add_run(S3Site(world.aws, "reports", "site"), other)
            world.s3.before_put = kept

    world.s3.before_put = somebody_goes_first
    add_run(site, run(3), sleep=lambda seconds: None)
    found = site.load("index.json")
    assert found is not None
    assert [entry["run_id"] for entry in json.loads(found[0])["runs"]] == ["r00003", "r00002", "r00001"]
    assert world.s3.buckets["reports"]["site/index.html"].count(b"<tr class") == 3


CALLS: dict[str, Callable[[S3Site], object]] = {
    "GetObject": lambda site: site.load("x"),
    "HeadObject": lambda site: site.holds("x"),
    "PutObject": lambda site: site.swap("x", b"", "text/html", None),
}


@pytest.mark.parametrize("operation", CALLS)
def test_a_refusal_names_the_key_and_the_permission(world: World, operation: str) -> None:
    world.s3.refuse = {operation: "AccessDenied"}
    with pytest.raises(OutsideError, match="AccessDenied") as caught:
        CALLS[operation](S3Site(world.aws, "reports", "site"))
    assert caught.value.where == "s3://reports/site/x"
    assert f"s3:{operation.replace('Head', 'Get')}" in str(caught.value.next_step)


def test_a_missing_bucket_is_no_missing_page(world: World) -> None:
    with pytest.raises(OutsideError, match="no such bucket"):
        S3Site(world.aws, "nowhere", "").load("index.html")
