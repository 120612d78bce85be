from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.what_changed import MOST_LINES, changes, commits_since, diff_since

from .config.files import COMPLETE
from .makers import OTHER_IMAGE, evaluation_record, image_record, release
from .world import World

if TYPE_CHECKING:
    from goldgate.pipeline.context import Context
    from tests.fakes.repository import Repository


@pytest.fixture
def context(repository: Repository) -> Context:
    """A checkout whose first commit is live."""
    return World(repository.root).context()


def test_where_nothing_is_live_nothing_changed(context: Context) -> None:
    assert changes(context, None) == ()


def test_commits_since_the_live_one_newest_first(repository: Repository, context: Context) -> None:
    live = repository.commit("live", a__txt="1")
    second = repository.commit("Answer in metres", a__txt="2")
    third = repository.commit("Ask less: 5 not 10", a__txt="3")
    assert commits_since(context, live) == [f"{third[:7]}: Ask less: 5 not 10", f"{second[:7]}: Answer in metres"]
    assert commits_since(context, third) == []


def test_uncommitted_changes_are_told_and_an_unknown_commit_is_no_crash(repository: Repository, context: Context) -> None:
    repository.commit()
    dirty = replace(context, commit=replace(context.commit, dirty=True))
    assert commits_since(dirty, "0" * 40) == ["working tree: uncommitted changes"]
    assert commits_since(context, "0" * 40) == []


def test_the_configurations_diff_shows_two_lines_around(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    (repository.root / "ml_config.yaml").write_text(COMPLETE.replace("min: 0.80", "min: 0.85"))
    assert diff_since(context, live, "ml_config.yaml") == [
        "     gold_sets: [gold.jsonl]",
        "     gates:",
        "-      - {metric: retrieval.recall@10, min: 0.80}",
        "+      - {metric: retrieval.recall@10, min: 0.85}",
        "     deploy:",
        "       cluster: finrag",
    ]


def test_an_equal_or_new_file_has_no_diff(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    (repository.root / "new.yaml").write_text("x: 1\n")
    assert diff_since(context, live, "ml_config.yaml") == []
    assert diff_since(context, live, "new.yaml") == []


def test_a_long_diff_is_cut_and_says_so(repository: Repository, context: Context) -> None:
    live = repository.commit(long__yaml="")
    (repository.root / "long.yaml").write_text("".join(f"k{n}: 1\n" for n in range(MOST_LINES + 5)))
    lines = diff_since(context, live, "long.yaml")
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == " ... 5 more lines"


def test_a_configuration_below_the_top_of_the_repository_is_found(repository: Repository) -> None:
    folder = repository.root / "services" / "finrag"
    folder.mkdir(parents=True)
    world = World(folder)
    live = repository.commit()
    (folder / "ml_config.yaml").write_text(COMPLETE.replace("0.80", "0.81"))
    assert len(diff_since(world.context(), live, "ml_config.yaml")) == 6


def test_the_blocks_of_the_report(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    repository.commit("Raise the gate", ml_config__yaml=COMPLETE.replace("0.80", "0.85"))
    context.folder.write(image_record(image_id=OTHER_IMAGE, base_image="goldgate-base:bookworm"))
    context.folder.write(evaluation_record(gold_set={"path": "g", "sha256": "cd" * 32, "cases": 240}))
    blocks = changes(context, release(commit=live))
    assert [(block.title, block.kind) for block in blocks] == [
        (f"commits since {live[:7]}", "facts"),
        ("ml_config.yaml", "diff"),
        ("Image and gold set", "facts"),
    ]
    assert blocks[2].lines == (
        "image: 212.6 MB, was 111111111111",
        "base: goldgate-base:bookworm",
        "gold set: cdcdcdcdcdcd changed, 240 cases",
    )


def test_what_is_the_same_is_said_to_be(repository: Repository, context: Context) -> None:
    live = repository.commit(ml_config__yaml=COMPLETE)
    context.folder.write(image_record())
    context.folder.write(evaluation_record())
    (block,) = changes(context, release(commit=live))
    assert block.lines == (
        "image: 212.6 MB, unchanged",
        "base: as the Dockerfile says",
        "gold set: abababababab unchanged, 240 cases",
    )
