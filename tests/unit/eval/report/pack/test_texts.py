from __future__ import annotations

import numpy as np
import polars as pl

from goldgate.eval.report.pack.texts import BLOCK_BYTES, TextNumbers


def rows(count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(count, dtype=np.int64)


def test_every_text_once_lists_first_then_row_by_row() -> None:
    gathered = TextNumbers()
    gathered.add(pl.Series(["a", "b", "c"]), rows(3), group=0)
    gathered.add(pl.Series(["x", None, "b"]), rows(3))
    gathered.add(pl.Series(["x", "y", "z"]), rows(3))
    texts, numbers = gathered.numbered(3)
    assert texts.texts.to_list() == ["a", "b", "c", "x", "y", "z"]
    assert [part.of_all().tolist() for part in numbers] == [[1, 2, 3], [4, 0, 2], [4, 5, 6]]


def test_the_cut_stands_before_the_first_text_that_only_last_rows_use() -> None:
    gathered = TextNumbers()
    gathered.add(pl.Series(["a", "b", "c"]), rows(3), group=0)
    gathered.add(pl.Series(["x", "y", "x"]), rows(3))
    gathered.add(pl.Series(["w", "v", "u"]), rows(3))
    texts, _ = gathered.numbered(2)
    assert texts.texts.to_list() == ["a", "b", "c", "x", "w", "y", "v", "u"]
    assert texts.cut == 8
    assert texts.first == (1, 8)
    assert texts.data(0) == b"a\0b\0c\0x\0w\0y\0v"
    assert texts.data(1) == b"u"


def test_blocks_hold_about_a_quarter_of_a_megabyte_and_a_long_text_has_its_own() -> None:
    gathered = TextNumbers()
    gathered.add(pl.Series(["s" * 1000 + str(at) for at in range(600)] + ["l" * 1_000_000, "end"]), rows(602))
    texts, _ = gathered.numbered(602)
    sizes = [len(texts.data(place)) for place in range(len(texts.first))]
    assert all(size < BLOCK_BYTES + 1005 for size in sizes[:2])
    assert max(sizes) < 1_000_000 + BLOCK_BYTES
    assert texts.data(len(sizes) - 1) == b"end"


def test_nul_and_secrets_do_not_get_in() -> None:
    gathered = TextNumbers()
    gathered.add(pl.Series(["a\0b", "the key is AKIAIOSFODNN7EXAMPLZ, keep it", None]), rows(3))
    texts, numbers = gathered.numbered(3)
    assert texts.texts[0] == "a[U+0000]b"
    assert "AKIA" not in texts.texts[1]
    assert texts.masked == 1
    assert numbers[0].of_all().tolist() == [1, 2, 0]


def test_nothing_gathered_is_nothing() -> None:
    texts, numbers = TextNumbers().numbered(0)
    assert (len(texts.texts), texts.first, numbers) == (0, (), [])
