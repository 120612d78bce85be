"""Brings up what the tests need beyond Python: engine, base image, registry, browser. Says what cannot be had here."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from goldgate.eval.errors import GoldgateError
from goldgate.pipeline import local_state
from goldgate.pipeline.console import PlainConsole
from goldgate.pipeline.local.base_image import ensure_base_image
from goldgate.pipeline.local.engine_setup import ensure_builder, ensure_engine, ensure_packages, ensure_registry

ROOT = Path(__file__).resolve().parent.parent
BROWSER = {"chromium-headless-shell": "chromium-headless-shell"}


def main() -> int:
    """Prepare what can be had; tests that need the rest are skipped and say so."""
    show = PlainConsole()
    show.begin("prepare")
    try:
        engine, started = ensure_engine(ROOT, show)
        state = local_state.load(ROOT)
        state = replace(state, engine_pid=started or state.engine_pid)
        local_state.save(ROOT, state)
        local_state.save(ROOT, replace(state, base_image=ensure_base_image(engine, show)))
        ensure_builder(show)
        ensure_registry(show)
        show.line("  prepare     engine, base image and registry are there")
    except GoldgateError as error:
        show.line(f"  prepare     tests on the engine will be skipped: {error}")
    try:
        ensure_packages(BROWSER, show)
        show.line("  prepare     browser is there")
    except GoldgateError as error:
        show.line(f"  prepare     tests in the browser will be skipped: {error}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
