"""The HTTP face of FinRAG: POST /query, GET /healthz, GET /version. Every answer is JSON, refusals included."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Bounded
from starlette.exceptions import HTTPException

from .errors import ModelError
from .http_limits import Limits
from .request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .log import Log
    from .state import State

MAX_BYTES = 64 * 1024
# Extractive answers are CPU work under one lock; a few threads keep /healthz quick. A remote model mostly waits.
THREADS = {"extractive": 4, "bedrock": 32}


class Query(BaseModel):
    """The body of POST /query."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    top_k: Annotated[int, Bounded(ge=1, le=100)] | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the process says of itself: its commit, the optional API key, the size limit of a request, the provider."""

    commit: str = "unknown"
    api_key: str | None = None
    max_bytes: int = MAX_BYTES
    provider: str = "extractive"


def create_app(state: State, settings: Settings, log: Log) -> FastAPI:
    """The application; its start begins to load the data."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state.start()
        yield

    app = FastAPI(title="FinRAG", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    limiter = CapacityLimiter(THREADS.get(settings.provider, 4))
    _routes(app, state, settings, limiter)
    _errors(app, log)
    app.add_middleware(Limits, max_bytes=settings.max_bytes, api_key=settings.api_key)
    app.add_middleware(RequestLog, log=log)
    return app


def _routes(app: FastAPI, state: State, settings: Settings, limiter: CapacityLimiter) -> None:
    @app.post("/query")
    async def query(body: Query) -> Response:
        engine = state.engine
        if engine is None:
            return _error(503, state.status, "The data is not loaded yet.")
        answered = await to_thread.run_sync(engine.ask, body.question, body.top_k, limiter=limiter)
        return JSONResponse(answered.to_json())

    @app.get("/healthz")
    async def healthz() -> Response:
        engine = state.engine
        if engine is None:
            cause = {"cause": state.failure} if state.failure else {}
            return JSONResponse({"status": state.status, **cause}, status_code=503)
        files = [read.to_json() for read in engine.files]
        loader = {"name": engine.config.retrieval.loader, "seconds": round(state.seconds, 3), "files": files}
        return JSONResponse({"status": "ok", "sentences": engine.size, "loader": loader})

    @app.get("/version")
    async def version() -> Response:
        engine = state.engine
        data = {read.file: {"etag": read.etag, "version_id": read.version_id} for read in engine.files} if engine else {}
        models = {"answer": engine.model, "embedding": engine.embedding_model} if engine else {}
        return JSONResponse({"service": "finrag", "commit": settings.commit, "data": data, "models": models})


def _errors(app: FastAPI, log: Log) -> None:
    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        details = [f"{'.'.join(str(part) for part in detail['loc'][1:])}: {detail['msg']}" for detail in error.errors()]
        if any(detail["type"] == "json_invalid" for detail in error.errors()):
            return _error(400, "bad_json", "The body is not JSON.")
        return _error(422, "invalid", "; ".join(details))

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> Response:
        return _error(error.status_code, "http", str(error.detail), error.headers)

    @app.exception_handler(ModelError)
    async def no_model(_: Request, error: ModelError) -> Response:
        log.event("model_error", level="error", cause=str(error))
        return _error(502, "model", str(error))

    @app.exception_handler(Exception)
    async def unexpected(_: Request, error: Exception) -> Response:
        return _error(500, "internal", f"{type(error).__name__}; the log has the rest.")


def _error(status: int, code: str, message: str, headers: object = None) -> JSONResponse:
    kept = dict(headers) if isinstance(headers, dict) else None
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status, headers=kept)
