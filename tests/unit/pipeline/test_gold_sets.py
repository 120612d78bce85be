from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.gold.load import load_gold
from goldgate.pipeline.errors import OutsideError, Problems, UsageError
from goldgate.pipeline.gold_sets import corpus_ids, data_versions, load_gold_sets, read_s3
from tests.fakes.s3 import etag
from tests.fakes.sts import ARN

from .config.files import COMPLETE, changed
from .world import GOLD, World

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.case import GoldSet

MORE = '{"id": "c", "input": "Q3", "expected": {"answer": "maybe", "evidence": ["s3"]}}\n'
S3_CORPUS = "s3://finrag-data/assets/sentences.parquet"


def corpus(**lines: str) -> str:
    """The configuration with a corpus."""
    told = ", ".join(f"{key}: {value}" for key, value in lines.items())
    return changed("    gold_sets: [gold.jsonl]\n", f"    gold_sets: [gold.jsonl]\n    corpus: {{{told}}}\n")


def parquet(*ids: str | int, column: str = "id") -> bytes:
    out = io.BytesIO()
    pl.DataFrame({column: list(ids), "text": ["x"] * len(ids)}).write_parquet(out)
    return out.getvalue()


def loaded(world: World) -> GoldSet:
    return load_gold_sets(world.config, world.config.service(), world.aws)


def test_one_gold_set_is_taken_as_it_is(tmp_path: Path) -> None:
    gold = loaded(World(tmp_path))
    assert [case.id for case in gold.cases] == ["a", "b"]
    assert gold.sha256 == load_gold(tmp_path / "gold.jsonl").sha256


def test_several_are_asked_as_one_whatever_their_order(tmp_path: Path) -> None:
    hashes = set()
    for order in ("[gold.jsonl, more.jsonl]", "[more.jsonl, gold.jsonl]"):
        world = World(tmp_path, changed("[gold.jsonl]", order))
        (tmp_path / "more.jsonl").write_text(MORE)
        gold = loaded(world)
        assert sorted(case.id for case in gold.cases) == ["a", "b", "c"]
        hashes.add(gold.sha256)
    assert len(hashes) == 1
    assert hashes != {load_gold(tmp_path / "gold.jsonl").sha256}
    assert gold.path.name == "gold.jsonl"
    assert str(gold.path).startswith(f"{tmp_path}/more.jsonl + ")


def test_an_id_that_stands_in_two_sets_is_said_with_its_line(tmp_path: Path) -> None:
    world = World(tmp_path, changed("[gold.jsonl]", "[gold.jsonl, more.jsonl]"))
    (tmp_path / "more.jsonl").write_text(MORE + MORE.replace('"c"', '"b"').replace("Q3", "Q4"))
    with pytest.raises(UsageError, match=r'case "b" stands in gold\.jsonl too') as caught:
        loaded(world)
    assert caught.value.where == f"{tmp_path}/more.jsonl:2"


def test_evidence_that_the_corpus_lacks_is_an_error(tmp_path: Path) -> None:
    world = World(tmp_path, corpus(file="corpus.parquet"))
    (tmp_path / "corpus.parquet").write_bytes(parquet("s1"))
    with pytest.raises(Problems) as caught:
        loaded(world)
    assert [problem.where for problem in caught.value.problems] == [f"{tmp_path}/gold.jsonl:2"]
    assert "s2" in caught.value.what


def test_or_is_reported_where_the_configuration_says_so(tmp_path: Path) -> None:
    world = World(tmp_path, corpus(file="corpus.parquet", missing_evidence="report"))
    (tmp_path / "corpus.parquet").write_bytes(parquet("s1"))
    assert [case.evidence_missing for case in loaded(world).cases] == [(), ("s2",)]


def test_a_gold_set_may_say_so_for_itself(tmp_path: Path) -> None:
    text = corpus(file="corpus.parquet").replace("[gold.jsonl]", "[{path: gold.jsonl, missing_evidence: report}, more.jsonl]")
    world = World(tmp_path, text)
    (tmp_path / "more.jsonl").write_text(MORE)
    (tmp_path / "corpus.parquet").write_bytes(parquet("s1"))
    with pytest.raises(Problems) as caught:
        loaded(world)
    assert [problem.where for problem in caught.value.problems] == [f"{tmp_path}/more.jsonl:1"]


def test_a_corpus_and_a_gold_set_may_lie_in_s3(tmp_path: Path) -> None:
    text = corpus(file=S3_CORPUS).replace("[gold.jsonl]", "[s3://finrag-data/gold/finrag.jsonl]")
    world = World(tmp_path, text)
    world.s3.buckets["finrag-data"] = {
        "assets/sentences.parquet": parquet("s1", "s2"),
        "gold/finrag.jsonl": GOLD.encode(),
    }
    gold = loaded(world)
    assert len(gold) == 2
    assert gold.sha256 == load_gold(tmp_path / "gold.jsonl").sha256


def test_ids_that_are_numbers_are_compared_as_text(tmp_path: Path) -> None:
    world = World(tmp_path, corpus(file="corpus.parquet", id="number"))
    (tmp_path / "corpus.parquet").write_bytes(parquet(1, 2, column="number"))
    found = world.config.service().corpus
    assert found is not None
    assert corpus_ids(world.config, found, world.aws) == {"1", "2"}


@pytest.mark.parametrize(
    ("content", "words", "step"),
    [
        (None, "there is no such corpus", "corpus.file"),
        (b"no parquet at all", "cannot be read as Parquet", "Upload it again"),
        (b"", "cannot be read as Parquet", "Upload it again"),
        (parquet("s1", column="sentence_id"), "has no column 'id'", "corpus.id"),
    ],
)
def test_a_corpus_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None, words: str, step: str) -> None:
    world = World(tmp_path, corpus(file="corpus.parquet"))
    if content is not None:
        (tmp_path / "corpus.parquet").write_bytes(content)
    with pytest.raises(OutsideError, match=words) as caught:
        loaded(world)
    assert caught.value.where == "corpus.parquet"
    assert step in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("uri", "code", "words"),
    [
        ("s3://finrag-data/absent", None, "there is no such key"),
        ("s3://elsewhere/x", None, "there is no such bucket"),
        ("s3://finrag-data/x", "AccessDenied", f"AccessDenied to GetObject as {ARN}"),
    ],
)
def test_what_s3_does_not_give_is_said(tmp_path: Path, uri: str, code: str | None, words: str) -> None:
    world = World(tmp_path)
    world.s3.refuse = {"GetObject": code} if code else {}
    with pytest.raises(OutsideError, match=words) as caught:
        read_s3(uri, world.aws)
    assert caught.value.where == uri
    assert caught.value.exit_code == 3


DATA = COMPLETE.replace(
    "project: finrag\n",
    "project: finrag\ndata: {bucket: finrag-data, base_path: /a/, sentences: s.parquet, facts: f.parquet}\n",
)


def test_data_versions_are_the_etags_of_every_file(tmp_path: Path) -> None:
    world = World(tmp_path, DATA)
    world.s3.buckets["finrag-data"] = {"a/s.parquet": b"S", "a/f.parquet": b"F"}
    assert data_versions(world.config, world.aws) == {
        "s3://finrag-data/a/s.parquet": etag(b"S").strip('"'),
        "s3://finrag-data/a/f.parquet": etag(b"F").strip('"'),
    }


def test_without_data_there_are_no_versions(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert data_versions(world.config, world.aws) == {}
    assert world.s3.asked == []


def test_a_missing_bucket_is_told_from_a_missing_file(tmp_path: Path) -> None:
    world = World(tmp_path, DATA)
    world.s3.buckets.pop("finrag-data", None)
    with pytest.raises(OutsideError, match="there is no bucket 'finrag-data'") as caught:
        data_versions(world.config, world.aws)
    assert caught.value.where == world.config.where("data", "bucket")
    world.s3.buckets["finrag-data"] = {}
    with pytest.raises(OutsideError, match="404") as caught:
        data_versions(world.config, world.aws)
    assert caught.value.where == "s3://finrag-data/a/s.parquet"


def test_a_data_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    world = World(tmp_path, DATA)
    world.s3.refuse = {"HeadObject": "403"}
    with pytest.raises(OutsideError) as caught:
        data_versions(world.config, world.aws)
    assert caught.value.where == "s3://finrag-data/a/s.parquet"
    assert "s3:GetObject" in str(caught.value.next_step)
