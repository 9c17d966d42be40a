"""The application: every route of the API as one of FastAPI's, and the same answer for everything else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from console.api import Response as Answer
from console.api import answer
from console.api.routes import ROUTES, find
from console.crash import note
from console.server.bearer import Refusal, permitted
from console.server.body import read_body
from console.server.openapi import describe, operation
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


def make_app(store: Store, *, clock: Callable[[], datetime]) -> FastAPI:
    """The API on this store, for whoever carries a token in force by `clock`."""
    app = FastAPI(title="Termsheet", docs_url=None, redoc_url=None, openapi_url=None)
    serving = _Serving(app, store, clock)
    app.add_api_route(HEALTH, serving.health, methods=["GET"], include_in_schema=False)
    for route in ROUTES:
        app.add_api_route(route.path, serving.request, methods=[route.method], openapi_extra=operation(route))
    app.router.redirect_slashes = False
    app.router.default = serving.anything
    app.add_exception_handler(405, serving.other_method)
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
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

    async def health(self) -> Response:
        """Whether the store answers: all that is told without a token."""
        try:
            await to_thread.run_sync(queries.last_audit, self._store, limiter=self._readers)
        except TermsheetError:
            return _json(Answer(503, {"message": "the store does not answer"}))
        return _json(Answer(200, {"status": "ok"}))

    async def anything(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What no route takes: answered as any request is, so that nothing is told without a token."""
        if scope["type"] == "http":
            await (await self.request(Request(scope, receive)))(scope, receive, send)

    async def other_method(self, request: Request, _: Exception) -> Response:
        """A method that a known path does not take is a request like any other: first comes who asks."""
        return await self.request(request)

    async def request(self, request: Request) -> Response:
        """The answer to a request, whatever it is."""
        try:
            return _json(await self._answered(request))
        except Refusal as refusal:
            headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
            return _json(Answer(refusal.status, {"message": refusal.message}), headers)
        except TermsheetError as error:
            return _json(Answer(error.status, {"message": str(error)}))
        except Exception as defect:  # noqa: BLE001  the last edge: one client's defect is not everybody's
            logging.getLogger("termsheet").error("%s", note(defect))
            return _json(Answer(500, {"message": "a defect of ours; the server's log folder has a note about it"}))

    async def _answered(self, request: Request) -> Answer:
        path = request.scope["raw_path"].decode("ascii", "replace")
        found = find(request.method, path.rstrip("/"))
        reads = path == DOCUMENT or found is None or found[0].reads
        token, source = request.headers.get("authorization", ""), request.client.host if request.client else None
        who = partial(permitted, self._store, token, reads=reads, now=self._clock(), source=source)
        by = await to_thread.run_sync(who, limiter=self._readers)
        if path == DOCUMENT:
            return Answer(200, self._app.openapi())
        body = await read_body(request) if request.method == "POST" else b""
        query = request.scope["query_string"].decode("ascii", "replace")
        asked = f"{path}?{query}" if query else path
        work = partial(self._worked, request.method, asked, body, by)
        answered = await to_thread.run_sync(work, limiter=self._readers if reads else self._writers)
        # The store is locked or gone, which is no defect and will pass: to a client of HTTP that is another number.
        return Answer(503, answered.body) if answered.status == 500 else answered

    def _worked(self, method: str, path: str, body: bytes, by: Actor) -> Answer:
        parsed = document.read(body, name="the body") if body.strip() else None
        return answer(method, path, parsed, store=self._store, by=by, now=self._clock(), previews=self._previews)


def _json(found: Answer, headers: dict[str, str] | None = None) -> Response:
    text, more = document.write(found.body), headers or {}
    return Response(text, found.status, {"Cache-Control": "no-store"} | more, "application/json")
