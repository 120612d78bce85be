"""Runs of the real evaluator, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.report.cases import load

from .. import evaluated
from ..sample import sample

if TYPE_CHECKING:
    from ..evaluated import Run


@pytest.fixture(scope="session")
def classified(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated.classified(tmp_path_factory.mktemp("classified"))


@pytest.fixture(scope="session")
def regressed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated.regressed(tmp_path_factory.mktemp("regressed"))


@pytest.fixture(scope="session")
def retrieved(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated.retrieved(tmp_path_factory.mktemp("retrieved"))


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated.judged(tmp_path_factory.mktemp("judged"))


@pytest.fixture(scope="session")
def repeated(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return evaluated.repeated(tmp_path_factory.mktemp("repeated"))


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The invented run of the sample: answers with tokens, costs and passages, against live."""
    report = sample(tmp_path_factory.mktemp("answered"))
    return evaluated.Run(report=report, table=load(report.cases, report.baseline_cases, report.evaluation))
