from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.report.pack.base91 import ALPHABET, decode, encode


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    assert decode(encode(data), len(data)) == data


@pytest.mark.parametrize(
    ("data", "text"), [(b"", ""), (b"\0", "!!"), (b"\xff", "}a"), (b"\0\0", "!!!!"), (b"\xff\xff", "~#rj")]
)
def test_known_codes(data: bytes, text: str) -> None:
    assert encode(data) == text


def test_no_character_ends_a_script_or_a_string() -> None:
    assert len(set(ALPHABET)) == 91
    assert not set(ALPHABET) & set('"<\\ \n\0')


def test_a_quarter_is_added() -> None:
    data = random.Random(7).randbytes(13_000)
    assert len(encode(data)) == 16_000
