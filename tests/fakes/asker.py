"""Asks a gold set in a process of its own, so that it can be killed: `python -m tests.fakes.asker GOLD JOURNAL OUT [URL]`.

With a URL it asks a service; without one a function that reports its own latency, so that runs can be compared byte by byte.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from goldgate.eval.ask.callable_subject import CallableSubject
from goldgate.eval.ask.http_subject import HttpSubject
from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.gold.load import load_gold
from goldgate.eval.table import cases_frame, write_table

MAPPING = RequestMapping(
    path="/query", body={"question": "{{ input }}"}, contexts="contexts", retrieved="contexts[].id", citations="citations",
    tokens="usage", cost="cost_usd", timeout_seconds=5,
)  # fmt: skip


async def answer(question: str) -> dict[str, Any]:
    await asyncio.sleep(0.02)
    number = sum(question.encode())
    return {"answer": f"It was {number}.", "value": number / 7, "latency_ms": number / 3, "retrieved": [f"s{number}"]}


def main() -> None:
    gold_path, journal, out, *url = sys.argv[1:]
    gold = load_gold(Path(gold_path))
    subject = HttpSubject(url[0], MAPPING) if url else CallableSubject(answer, name="answer")
    asked = ask_all(gold, subject, options=AskOptions(concurrency=8), journal_path=Path(journal), resume=True)
    write_table(cases_frame(gold, asked.responses), Path(out))


if __name__ == "__main__":
    main()
