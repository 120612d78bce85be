"""TREC topics: tagged records of a number and a title, or lines of an id and a text."""

from __future__ import annotations

import re

RECORD = re.compile(r"(?is)<(top|topic|doc)\b([^>]*)>(.*?)</\1>")
NUMBER = re.compile(r"(?is)<(?:num|docno)>\s*(?:number:)?\s*([^\s<]+)")
ATTRIBUTE = re.compile(r"(?i)\bnumber\s*=\s*[\"']?([^\"'\s>]+)")
TITLE = re.compile(r"(?is)<(?:title|query)>\s*(?:topic:)?([^<]+)")
TAGGED = re.compile(r"(?is)<(num|docno)>.*?(?:</\1>|\n)")
TAG = re.compile(r"<[^>]*>")


def read_topics(text: str) -> dict[str, str]:
    """{query id: its title}; a record without a title gives all of its text."""
    if "<" not in text[:1000]:
        return dict(parts for line in text.split("\n") if len(parts := _columns(line)) == 2)
    topics = {}
    for _, attributes, body in RECORD.findall(text):
        number = NUMBER.search(body) or ATTRIBUTE.search(attributes)
        if number is not None:
            title = TITLE.search(body)
            topics[number[1]] = _plain(title[1] if title else TAGGED.sub(" ", body))
    return topics


def _columns(line: str) -> list[str]:
    return [part.strip() for part in re.split(r"\t|(?<=\w)::", line, maxsplit=1)]


def _plain(text: str) -> str:
    return " ".join(TAG.sub(" ", text).split())
