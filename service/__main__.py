"""`python -m service`: serve until SIGTERM. HOST, PORT and the other settings come from the environment."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import uvicorn

from .app import Settings, create_app
from .errors import ServiceError
from .log import Log
from .startup import build_engine, read_config
from .state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

FAILED = 3
GRACE_SECONDS = 8


def main(env: Mapping[str, str]) -> int:
    """Serve; the exit code is 0 after SIGTERM or SIGINT, 2 for a wrong configuration, 3 where the data cannot be loaded."""
    log = Log()
    try:
        config = read_config(env)
        port = int(env.get("PORT") or 8080)
    except ServiceError as error:
        log.event("config_failed", level="error", cause=str(error))
        return error.exit_code
    except ValueError:
        log.event("config_failed", level="error", cause=f"PORT is {env.get('PORT')!r}; it must be a number.")
        return 2
    model = config.serving_model()
    settings = Settings(
        commit=env.get("FINRAG_COMMIT") or "unknown", api_key=env.get("FINRAG_API_KEY") or None, provider=model.provider
    )
    state = State(lambda: build_engine(config, env, log), log, on_failure=lambda: _stop(server))
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(state, settings, log),
            host=env.get("HOST") or "127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=65,
        )
    )
    # uvicorn raises the signal again once it has shut down; by then it has been obeyed.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    log.event("starting", host=server.config.host, port=port, environment=env.get("GOLDGATE_ENV") or "", model=model.name)
    server.run()
    log.event("stopped")
    return FAILED if state.failure or not server.started else 0


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main(os.environ))
