from __future__ import annotations

import unicodedata

import pytest

from goldgate.eval.report.text import clipped, safe_href, visible


def test_what_cannot_be_seen_is_named() -> None:
    assert visible("a\u202eb\x00c\x1b[31m\ud800") == "a[U+202E]b[U+0000]c[U+001B][31m[U+D800]"
    assert visible("\u200bzero\u2060\U000e0041\ufff9\ufeff") == "[U+200B]zero[U+2060][U+E0041][U+FFF9][U+FEFF]"
    assert (
        visible("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469")
        == "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469"
    )
    assert visible("two\r\nlines\tand a tab") == "two\nlines\tand a tab"


def test_every_character_that_is_named_is_none_that_people_see() -> None:
    named = [char for char in map(chr, range(0x110000)) if visible(char) != char]
    assert {unicodedata.category(char) for char in named} <= {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
    assert not {"\n", "\t", "\u00ad", "\u200c", "\u200d"} & set(named)


@pytest.mark.parametrize("address", ["https://example.org/a?b=1", "http://x", "../../index.html", "report/a:b", "#cases"])
def test_links_that_may_stand(address: str) -> None:
    assert safe_href(address) == address


SCRIPTS = ("javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\nscript:x", "vbscript:x")


@pytest.mark.parametrize("address", [*SCRIPTS, "data:text/html,x", "", None])
def test_links_that_may_not(address: str | None) -> None:
    assert safe_href(address) is None


def test_clipping_says_so() -> None:
    assert clipped("abcdef", 6) == "abcdef"
    assert clipped("abcdefg", 6) == "abcde…"
