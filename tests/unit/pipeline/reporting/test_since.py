from __future__ import annotations

from typing import TYPE_CHECKING

from goldgate.pipeline.reporting.since import (
    MOST_LINES,
    Span,
    commits_since,
    count_since,
    diff_since,
    keys_since,
    packages_since,
)

if TYPE_CHECKING:
    from tests.fakes.repository import Repository

CONFIG = """retrieval:
  top_k: 10
  fusion: weighted
  alpha: 0.6
gates:
  - {metric: recall, min: 0.80}
"""
REQUIREMENTS = """numpy==1.26.4 \\
    --hash=sha256:aa
rank-bm25==0.2.1
uvicorn[standard]==0.30.0 ; python_version >= "3.9"
"""


def span(repository: Repository, old: str, *, dirty: bool = True) -> Span:
    return Span(repository.root, old, dirty=dirty)


def test_commits_since_the_live_one_newest_first(repository: Repository) -> None:
    live = repository.commit("live", a__txt="1")
    second = repository.commit("Answer in metres", a__txt="2")
    third = repository.commit("Ask less: 5 not 10", a__txt="3")
    clean = span(repository, live, dirty=False)
    lines = commits_since(clean)
    assert lines == [
        f"{third[:7]}: Ask less: 5 not 10 (A. Tester)",
        f"{second[:7]}: Answer in metres (A. Tester)",
    ]
    assert count_since(clean) == 2
    assert commits_since(span(repository, third, dirty=False)) == []
    assert len(commits_since(Span(repository.root, live, second))) == 1


def test_uncommitted_changes_are_told_and_an_unknown_commit_is_no_crash(repository: Repository) -> None:
    repository.commit()
    unknown = span(repository, "0" * 40)
    assert commits_since(unknown) == ["working tree: uncommitted changes"]
    assert count_since(unknown) is None
    assert keys_since(unknown, "ml_config.yaml") == []


def test_the_configurations_diff_shows_two_lines_around(repository: Repository) -> None:
    live = repository.commit(ml_config__yaml=CONFIG)
    (repository.root / "ml_config.yaml").write_text(CONFIG.replace("min: 0.80", "min: 0.85"))
    assert diff_since(span(repository, live), "ml_config.yaml") == [
        "   alpha: 0.6",
        " gates:",
        "-  - {metric: recall, min: 0.80}",
        "+  - {metric: recall, min: 0.85}",
    ]
    assert diff_since(span(repository, live, dirty=False), "ml_config.yaml") == []


def test_an_equal_or_new_file_has_no_diff(repository: Repository) -> None:
    live = repository.commit(ml_config__yaml=CONFIG)
    (repository.root / "new.yaml").write_text("x: 1\n")
    assert diff_since(span(repository, live), "ml_config.yaml") == []
    assert diff_since(span(repository, live), "new.yaml") == []


def test_a_long_diff_is_cut_and_says_so(repository: Repository) -> None:
    live = repository.commit(long__yaml="")
    (repository.root / "long.yaml").write_text("".join(f"k{n}: 1\n" for n in range(MOST_LINES + 5)))
    lines = diff_since(span(repository, live), "long.yaml")
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == " ... 5 more lines"


def test_a_file_below_the_top_of_the_repository_is_found(repository: Repository) -> None:
    folder = repository.root / "services" / "finrag"
    folder.mkdir(parents=True)
    (folder / "ml_config.yaml").write_text(CONFIG)
    live = repository.commit()
    (folder / "ml_config.yaml").write_text(CONFIG.replace("0.80", "0.81"))
    assert len(diff_since(Span(folder, live, dirty=True), "ml_config.yaml")) == 4


def test_settings_are_named_by_their_path_whatever_their_layout(repository: Repository) -> None:
    live = repository.commit(ml_config__yaml=CONFIG)
    changed = CONFIG.replace("  fusion: weighted\n  alpha: 0.6\n", "  fusion: reciprocal_rank # by rank\n  k: 60\n")
    repository.commit(ml_config__yaml=changed)
    assert keys_since(span(repository, live, dirty=False), "ml_config.yaml") == [
        "retrieval.fusion",
        "retrieval.k",
        "retrieval.alpha",
    ]
    comment = repository.commit(ml_config__yaml=f"# a comment\n{changed}")
    assert keys_since(span(repository, comment, dirty=False), "ml_config.yaml") == []


def test_packages_are_compared_in_the_requirements_of_the_dockerfile_alone(repository: Repository) -> None:
    dockerfile = "FROM python:3.11\nCOPY requirements/service.txt ./\n"
    for name in ("service", "dev"):
        path = repository.root / "requirements" / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(REQUIREMENTS)
    live = repository.commit(Dockerfile=dockerfile)
    assert packages_since(span(repository, live), "Dockerfile") == []
    changed = REQUIREMENTS.replace("0.2.1", "0.2.2").replace("uvicorn[standard]==0.30.0", "httptools==0.6.1")
    (repository.root / "requirements" / "service.txt").write_text(changed)
    (repository.root / "requirements" / "dev.txt").write_text("")
    assert packages_since(span(repository, live), "Dockerfile") == [
        "httptools: absent → 0.6.1",
        "rank-bm25: 0.2.1 → 0.2.2",
        "uvicorn: 0.30.0 → removed",
    ]


def test_a_dockerfile_that_names_no_requirements_tells_nothing_of_packages(repository: Repository) -> None:
    live = repository.commit(Dockerfile="FROM scratch\n")
    assert packages_since(span(repository, live), "Dockerfile") is None
