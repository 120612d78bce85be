from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.reporting.live import live_image, live_of, remember_live
from tests.unit.pipeline.makers import release
from tests.unit.pipeline.world import RUN, World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.pipeline.context import Context


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return World(tmp_path).context()


def test_what_was_live_at_the_beginning_stays_the_comparison(context: Context) -> None:
    before = release(facts={"size_bytes": 1})
    remember_live(context, before)
    assert live_of(context, release(run_id=RUN)) == before


def test_a_runs_own_release_is_nothing_to_compare_with(context: Context) -> None:
    remember_live(context, None)
    assert live_of(context, release(run_id=RUN)) is None
    assert live_of(context, release()) == release()
    assert live_of(context, None) is None


def test_the_live_image_links_to_its_report() -> None:
    image = live_image(release())
    assert (image.digest, image.url) == (release().digest, "../../../20261119-090000-6b02aaa/finrag/report/index.html")
