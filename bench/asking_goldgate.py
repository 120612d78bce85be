"""The asking of goldgate, journal and table included: `python -m bench.asking_goldgate GOLD URL CONCURRENCY JOURNAL`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from goldgate.eval.ask.http_subject import HttpSubject
from goldgate.eval.ask.mapping import RequestMapping
from goldgate.eval.ask.options import AskOptions
from goldgate.eval.ask.runner import ask_all
from goldgate.eval.gold.load import load_gold
from goldgate.eval.table import cases_frame

MAPPING = RequestMapping(body={"question": "{{ input }}"}, tokens="usage", cost="cost_usd")


def main() -> None:
    gold = load_gold(Path(sys.argv[1]))
    start = time.perf_counter()
    options = AskOptions(concurrency=int(sys.argv[3]))
    asked = ask_all(gold, HttpSubject(sys.argv[2], MAPPING), options=options, journal_path=Path(sys.argv[4]))
    seconds = time.perf_counter() - start
    table = cases_frame(gold, asked.responses)
    p99 = asked.responses["latency_ms"].quantile(0.99)
    figures = asked.figures
    shown = {"loop_share": figures.loop_share, "loop_lag_ms": figures.loop_lag_ms, "p99_ms": p99}
    print(json.dumps({"seconds": seconds, "answers": table["answer"].count(), **shown}))


if __name__ == "__main__":
    main()
