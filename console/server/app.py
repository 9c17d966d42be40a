"""The application: every route of the API as one of FastAPI's, and the same answer for everything else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from console.api import Response as Answer
from console.api import answer
from console.api.routes import find
from console.crash import note
from console.server.bearer import Refusal, permitted
from console.server.body import declared_size, read_body
from console.server.openapi import describe
from store import queries
from store.database import Actor, Store
from store.errors import TermsheetError
from store.preview import Previews
from store.terms import document

HEALTH, DOCUMENT = "/health", "/openapi.json"
READERS = 8
"""Questions that are worked on at once; the rest wait their turn rather than for the interpreter."""
WRITERS_OF_A_FILE, WRITERS_OF_A_SERVER = 1, 8
"""Writing requests at once: a file has one writer, who is not made to queue at its lock."""
SMALL = 65536
"""Bytes of a body that are taken in before it is known who asks, so that both are found out in one go."""

T = TypeVar("T")


def make_app(store: Store, *, clock: Callable[[], datetime]) -> FastAPI:
    """The API on this store, for whoever carries a token in force by `clock`."""
    app = FastAPI(title="Termsheet", docs_url=None, redoc_url=None, openapi_url=None)
    app.router.redirect_slashes = False
    app.router.default = _Serving(app, store, clock)  # `console.api` finds the route itself, and refuses what has none
    app.openapi = partial(describe, app.title)  # type: ignore[method-assign]
    return app


class _Serving:
    """Requests of one application, from bytes to bytes."""

    def __init__(self, app: FastAPI, store: Store, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._previews = Previews(store, clock)
        self._readers = CapacityLimiter(READERS)
        self._writers = CapacityLimiter(WRITERS_OF_A_FILE if store.location.path else WRITERS_OF_A_SERVER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request, whatever it is."""
        if scope["type"] == "http":
            await (await self._request(Request(scope, receive)))(scope, receive, send)

    async def _request(self, request: Request) -> Response:
        try:
            return await self._answered(request)
        except Refusal as refusal:
            headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
            return _json(Answer(refusal.status, {"message": refusal.message}), headers)
        except TermsheetError as error:
            return _json(Answer(error.status, {"message": str(error)}))
        except Exception as defect:  # noqa: BLE001  the last edge: one client's defect is not everybody's
            logging.getLogger("termsheet").error("%s", note(defect))
            return _json(Answer(500, {"message": "a defect of ours; the server's log folder has a note about it"}))

    async def _answered(self, request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method  # the same without a body, which uvicorn drops
        path = request.scope["raw_path"].decode("ascii", "replace")
        if (method, path) == ("GET", HEALTH):
            return await self._in_turn(self._health, self._readers)
        found = find(method, path.rstrip("/"))
        reads = path == DOCUMENT or found is None or found[0].reads
        token, source = request.headers.get("authorization", ""), request.client.host if request.client else None
        who = partial(permitted, self._store, token, reads=reads, now=self._clock(), source=source)
        if method == "POST" and declared_size(request) > SMALL:
            await self._in_turn(who, self._readers)
        body = await read_body(request) if method == "POST" else b""
        query = request.scope["query_string"].decode("ascii", "replace")
        asked = f"{path}?{query}" if query else path
        if path == DOCUMENT:
            return await self._in_turn(partial(self._document, who), self._readers)
        work = partial(self._worked, method, asked, body, who)
        return await self._in_turn(work, self._readers if reads else self._writers)

    async def _in_turn(self, work: Callable[[], T], turns: CapacityLimiter) -> T:
        return await to_thread.run_sync(work, limiter=turns)

    def _health(self) -> Response:
        """Whether the store answers: all that is told without a token."""
        try:
            queries.last_audit(self._store)
        except TermsheetError:
            return _json(Answer(503, {"message": "the store does not answer"}))
        return _json(Answer(200, {"status": "ok"}))

    def _document(self, who: Callable[[], Actor]) -> Response:
        who()
        return _json(Answer(200, self._app.openapi()))

    def _worked(self, method: str, path: str, body: bytes, who: Callable[[], Actor]) -> Response:
        by = who()
        parsed = document.read(body, name="the body") if body.strip() else None
        found = answer(method, path, parsed, store=self._store, by=by, now=self._clock(), previews=self._previews)
        # The store is locked or gone, which is no defect and will pass: to a client of HTTP that is another number.
        return _json(Answer(503, found.body) if found.status == 500 else found)


def _json(found: Answer, headers: dict[str, str] | None = None) -> Response:
    text, more = document.write_plain(found.body), headers or {}
    return Response(text, found.status, {"Cache-Control": "no-store"} | more, "application/json")
