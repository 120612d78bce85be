"""A bare client: `python -m bench.asking_bare GOLD URL CONCURRENCY`; aiohttp, JSON in and out, nothing kept but the answers."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import aiohttp


async def ask(questions: list[str], url: str, concurrency: int) -> list[str]:
    answers = [""] * len(questions)
    places = iter(range(len(questions)))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=concurrency)) as session:

        async def work() -> None:
            for place in places:
                async with session.post(url, json={"question": questions[place]}) as answer:
                    answers[place] = (await answer.json())["answer"]

        await asyncio.gather(*(work() for _ in range(concurrency)))
    return answers


def main() -> None:
    lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["input"] for line in lines]
    start = time.perf_counter()
    answers = asyncio.run(ask(questions, sys.argv[2], int(sys.argv[3])))
    print(json.dumps({"seconds": time.perf_counter() - start, "answers": len(answers)}))


if __name__ == "__main__":
    main()
