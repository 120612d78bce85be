from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from goldgate.eval.ask import rows
from goldgate.eval.ask.texts import Texts
from goldgate.eval.results import Response
from goldgate.eval.table import responses_frame

Row = tuple[str, str, float, str]
ROWS = st.lists(st.tuples(st.text(min_size=1), st.text(), st.floats(0, 1e6), st.text(min_size=1)), max_size=5)


@given(first=ROWS, second=ROWS)
def test_texts_are_written_and_framed_as_responses_are(first: list[Row], second: list[Row]) -> None:
    texts, more = Texts(), Texts()
    for part, given_rows, start in ((texts, first, 0), (more, second, len(first))):
        for place, (identity, answer, latency, stamp) in enumerate(given_rows, start=start):
            part.add(place, identity, answer, latency, stamp)
    texts.extend(more)
    responses = [
        Response(id=identity, answer=answer, latency_ms=latency, asked_at=stamp)
        for identity, answer, latency, stamp in [*first, *second]
    ]
    hashes = [f"hash {place}" for place in range(len(responses))]
    assert len(texts) == len(responses)
    assert texts.lines(hashes) == rows.lines(rows.Row(one, hashed) for one, hashed in zip(responses, hashes, strict=True))
    places = pl.Series("place", range(len(responses)), dtype=pl.UInt32)
    assert texts.frame().equals(responses_frame(responses).with_columns(places))
    assert texts.frame().schema == responses_frame(responses).with_columns(places).schema
