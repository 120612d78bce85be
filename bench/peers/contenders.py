"""Who takes part, and how each is called: a command for one workload, and the mean that it reports."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..measure import Command
from .install import DEEPEVAL, INSPECT, PROMPTFOO, RAGAS, Peer, installed, node

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .workload import Workload

HERE = Path(__file__).parent
QUIET = {
    "DEEPEVAL_TELEMETRY_OPT_OUT": "1",
    "DEEPEVAL_DISABLE_DOTENV": "1",
    "DEEPEVAL_NO_INSPECT_PROMPT": "1",
    "RAGAS_DO_NOT_TRACK": "true",
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "PROMPTFOO_FAILED_TEST_EXIT_CODE": "0",
}


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way to evaluate the workload. `most_cases` bounds those whose time grows with the square of the cases."""

    key: str
    title: str
    argv: Callable[[Workload, Path], Sequence[str]]
    value: Callable[[str, Path], float]
    peer: Peer | None = None
    ours: bool = False
    most_cases: int | None = None

    def command(self, workload: Workload, out: Path) -> Command:
        """The command for a workload, run in an empty folder of its own, with the network features of all peers off."""
        env = {
            **os.environ,
            **QUIET,
            "PROMPTFOO_CONFIG_DIR": str(out / "store"),
            "GOLDGATE_BENCH_WORKLOAD": str(workload.gold.parent),
            "PYTHONPATH": str(HERE.parents[1]),
        }
        return Command(argv=self.argv(workload, out), env=env, cwd=out, before=lambda: _emptied(out), timeout_seconds=3600)


def contenders(cache: Path) -> list[Contender]:
    """All contenders in the order of the table; the peers are installed when their command is first made."""
    return [
        Contender(key="bare", title="a bare Python and polars loop", argv=_bare, value=_last_line),
        Contender(key="score", title="**goldgate score**, recorded answers", argv=_score, value=_printed, ours=True),
        Contender(key="evaluate", title="**goldgate evaluate**, a Python callable", argv=_evaluate, value=_printed, ours=True),
        *_scripted(RAGAS, "with_ragas.py", cache, lean="no progress bar"),
        *_scripted(DEEPEVAL, "with_deepeval.py", cache, lean="no cache, no display, one at a time", default_most=1_000),
        Contender(key="promptfoo-lean", title=f"{PROMPTFOO.title}, no store, a JSON file", peer=PROMPTFOO,
                  argv=_promptfoo(cache, "--no-write", "--output", "out.json"), value=_passed),
        Contender(key="promptfoo", title=PROMPTFOO.title, peer=PROMPTFOO, argv=_promptfoo(cache), value=_stored),
        *_scripted(INSPECT, "with_inspect.py", cache, lean="no model, no sample log"),
    ]  # fmt: skip


def _scripted(peer: Peer, script: str, cache: Path, *, lean: str, default_most: int | None = None) -> list[Contender]:
    """A peer that a script of ours calls in its own Python: with its leanest options, and as it comes."""
    key = peer.name.lower().split()[0]

    def called(options: str) -> Callable[[Workload, Path], Sequence[str]]:
        def argv(workload: Workload, out: Path) -> Sequence[str]:
            python = str(installed(peer, cache) / "bin/python")
            return [python, str(HERE / script), str(workload.gold), str(workload.responses), str(out), options]

        return argv

    return [
        Contender(key=f"{key}-lean", title=f"{peer.title}, {lean}", peer=peer, argv=called("lean"), value=_last_line),
        Contender(key=key, title=peer.title, peer=peer, argv=called("default"), value=_last_line, most_cases=default_most),
    ]


def _bare(workload: Workload, out: Path) -> Sequence[str]:
    return [sys.executable, str(HERE / "with_bare_loop.py"), str(workload.gold), str(workload.responses), str(out)]


def _score(workload: Workload, out: Path) -> Sequence[str]:
    responses = ["--responses", str(workload.responses)]
    return [_goldgate(), "score", "--gold", str(workload.gold), *responses, *_ours(out)]


def _evaluate(workload: Workload, out: Path) -> Sequence[str]:
    subject = ["--callable", "bench.peers.with_goldgate:answer", "--inline"]
    return [_goldgate(), "evaluate", "--gold", str(workload.gold), *subject, *_ours(out)]


def _ours(out: Path) -> list[str]:
    return ["--metric", "answer.exact_match", "--out", str(out / "run"), "--no-report", "--json"]


def _goldgate() -> str:
    return str(Path(sys.executable).with_name("goldgate"))


def _promptfoo(cache: Path, *options: str) -> Callable[[Workload, Path], Sequence[str]]:
    def argv(workload: Workload, _out: Path) -> Sequence[str]:
        folder = installed(PROMPTFOO, cache)
        entry = folder / "node_modules/promptfoo/dist/src/entrypoint.js"
        quiet = ["--no-cache", "--no-progress-bar", "--no-table"]
        return [str(node(folder)), str(entry), "eval", "-c", str(_promptfoo_config(workload)), *quiet, *options]

    return argv


def _promptfoo_config(workload: Workload) -> Path:
    """The same cases in promptfoo's own form, beside the workload's files."""
    tests = [
        {"vars": {"question": case["input"]}, "assert": [{"type": "equals", "value": case["expected"]["answer"]}]}
        for case in map(json.loads, workload.gold.read_text(encoding="utf-8").splitlines())
    ]
    folder = workload.gold.parent
    (folder / "promptfoo.jsonl").write_text("".join(json.dumps(test) + "\n" for test in tests), encoding="utf-8")
    provider = {
        "id": f"file://{HERE / 'promptfoo_provider.cjs'}",
        "config": {"gold": str(workload.gold), "responses": str(workload.responses)},
    }
    config: dict[str, Any] = {"prompts": ["{{question}}"], "providers": [provider], "tests": "file://promptfoo.jsonl"}
    path = folder / "promptfooconfig.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def _last_line(stdout: str, _out: Path) -> float:
    return float(json.loads(stdout.strip().splitlines()[-1])["value"])


def _printed(stdout: str, _out: Path) -> float:
    return float(json.loads(stdout)["metrics"]["answer.exact_match"]["value"])


def _passed(stdout: str, _out: Path) -> float:
    found = (re.search(rf"([\d,]+) {word}", stdout) for word in ("passed", "failed"))
    passed, failed = (int(match[1].replace(",", "")) if match else 0 for match in found)
    return passed / (passed + failed)


def _stored(_stdout: str, out: Path) -> float:
    """The share in promptfoo's store: at 10,000 cases its closing lines get lost when it ends."""
    with closing(sqlite3.connect(out / "store" / "promptfoo.db")) as store:
        return float(store.execute("select avg(success) from eval_results").fetchone()[0])


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
