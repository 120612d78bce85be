"""BEIR and TREC: queries and the documents that are right for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import Problems, UsageError
from goldgate.eval.gold.formats.topics import read_topics
from goldgate.eval.gold.load import load_gold, load_source
from goldgate.eval.gold.source import Source

from ..makers import SHARED
from .files import loaded, written

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "query-id\tcorpus-id\tscore\n"


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    queries: list[dict[str, object]] = [{"_id": "q1", "text": "Who?", "metadata": {"kind": "x"}}]
    queries += [{"_id": "q2", "text": "What?"}, {"_id": "q3", "text": "Not judged?"}]
    written(tmp_path / "queries.jsonl", queries)
    written(tmp_path / "corpus.jsonl", [{"_id": "d1", "title": "T", "text": "x"}])
    written(tmp_path / "qrels" / "test.tsv", HEADER + "q2\td1\t0\nq1\td1\t2\nq1\td2\t1\n")
    written(tmp_path / "qrels" / "train.tsv", HEADER + "q3\td1\t1\n")
    return tmp_path


def test_a_beir_folder_takes_its_test_judgements(beir: Path) -> None:
    source = Source(beir)
    gold = load_source(source)
    assert gold.format == "beir"
    assert {case.id: (case.input, dict(case.expected.evidence), case.line) for case in gold.cases} == {
        "q2": ("What?", {"d1": 0}, 2),
        "q1": ("Who?", {"d1": 2, "d2": 1}, 1),
    }
    assert gold.cases[1].tags == {"kind": "x"}
    assert source.left_out == {"queries without judgements": 1, "qrels/train.tsv": 1}


def test_its_files_find_each_other(beir: Path) -> None:
    assert load_gold(beir / "queries.jsonl").sha256 == load_gold(beir).sha256
    assert [case.id for case in load_gold(beir / "qrels" / "train.tsv").cases] == ["q3"]


def test_faults_of_judgements_carry_their_line(beir: Path) -> None:
    written(beir / "qrels" / "test.tsv", HEADER + "q1\td1\t1\nq9\td1\t1\nq1\td1\t2\nq2\td1\n")
    with pytest.raises(Problems) as caught:
        load_gold(beir)
    assert sorted(str(problem).rpartition("test.tsv:")[2] for problem in caught.value.problems) == [
        '3: query "q9" is judged, and queries.jsonl does not have it.',
        "4: query q1 has d1 twice, with different grades.",
        "5: the line is no judgement: query, document and grade.",
    ]


def test_a_folder_without_queries_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "qrels" / "test.tsv", HEADER)
    with pytest.raises(UsageError, match=r"the folder has no queries.jsonl"):
        load_gold(tmp_path)


def test_trec_judgements_with_and_without_topics(tmp_path: Path) -> None:
    text = "301 0 D1 1\n301 0 D2 0\n302 0 D1 -1\n"
    gold, left = loaded(tmp_path / "qrels.x.txt", text)
    assert [(case.id, case.input, dict(case.expected.evidence), case.line) for case in gold.cases] == [
        ("301", "301", {"D1": 1, "D2": 0}, 1),
        ("302", "302", {"D1": -1}, 3),
    ]
    assert left == {"topic (none beside the judgements)": 2}
    written(tmp_path / "topics.x.txt", "<top>\n<num> Number: 301\n<title> Crime\n<desc> Description:\nx\n</top>\n")
    gold, left = loaded(tmp_path / "qrels.x.txt", text)
    assert [case.input for case in gold.cases] == ["Crime", "302"]


@pytest.mark.parametrize(
    "text",
    [
        "<top>\n<num> Number: 7\n<title> Big  cats\n\n<desc> Description:\nmore\n</top>",
        "<top><num> Number: 7 </num><query> Big cats </query></top>",
        '<topics><topic number="7" type="x"><query>Big cats</query><description>more</description></topic></topics>',
        "<DOC>\n<DOCNO> 7 </DOCNO>\n\nBig\ncats\n</DOC>",
        "7\tBig cats\n",
    ],
)
def test_topics_of_every_writing(text: str) -> None:
    assert read_topics(text) == {"7": "Big cats"}


def test_the_cacm_judgements_find_their_topics() -> None:
    path = SHARED / "cacm" / "qrels.cacm.txt"
    if not path.exists():
        pytest.skip("the CACM collection is not beside this checkout (shared/data/cacm)")
    gold = load_gold(path)
    assert (len(gold), gold.format) == (52, "trec")
    assert sum(len(case.expected.evidence) for case in gold.cases) == 796
    assert all(case.input != case.id for case in gold.cases)


@pytest.mark.parametrize(
    "text",
    [
        "q1 0 d1 1\nq1 0 d2 0\nq2 0 d1 2\n",
        "q1\t0\td1\t1\r\nq1\t0\td2\t0\r\nq2\t0\td1\t2\r\n",
        "q1 0  d1 1 \n\nq1 0 d2\t0\nq2 0 d1 2",
    ],
)
def test_white_space_between_columns_does_not_matter(tmp_path: Path, text: str) -> None:
    gold, _ = loaded(tmp_path / "qrels.txt", text)
    assert {case.id: dict(case.expected.evidence) for case in gold.cases} == {"q1": {"d1": 1, "d2": 0}, "q2": {"d1": 2}}


def test_grades_may_have_fractions_and_text_must_be_utf8(tmp_path: Path) -> None:
    gold, _ = loaded(tmp_path / "qrels.txt", "q 0 a 1\nq 0 b 0.5\n")
    assert gold.cases[0].expected.evidence == {"a": 1, "b": 0.5}
    (tmp_path / "bad.txt").write_bytes(b"q 0 a 1\nq 0 \xff 1\n")
    with pytest.raises(UsageError, match=r"bad.txt:2: the gold set is not UTF-8 text"):
        load_gold(tmp_path / "bad.txt")
