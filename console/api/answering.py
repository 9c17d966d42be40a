"""From method, path and body to the endpoint and back: every refusal becomes a status and a message here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from console.api.call import Call, Response, refusal
from console.api.routes import Route, find
from store.database import Actor, Store
from store.errors import Invalid, NotFound, TermsheetError
from store.preview import Previews
from store.terms import document

DEEPEST = 64
"""No request of the API is nested deeper than a handful of levels."""
LONGEST_PATH = 8000


def answer(
    method: str,
    path: str,
    body: Any,
    *,
    store: Store,
    by: Actor,
    now: datetime,
    previews: Previews | None = None,
) -> Response:
    """Answers one API request. `body` is parsed JSON with exact decimals (None: no body); `path` may have a query.

    `previews` rates over this store and remembers what it read; a server passes its own from request to request.

    Whatever is asked, the answer is a response: 4xx with a message that names the field, 500 only for a store that
    cannot be used. Only a defect of ours escapes as an exception.
    """
    try:
        route, parts, query = _resolve(method, path)
        _refuse_unkeepable(body)
        call = Call(store, by, now, body, parts, query, previews)
        return Response(200, document.plain(route.endpoint(call)))
    except TermsheetError as error:
        return refusal(error)


def _resolve(method: str, path: str) -> tuple[Route, dict[str, str], dict[str, str]]:
    if len(path) > LONGEST_PATH:
        raise Invalid("the path is too long")
    where, _, asked = path.partition("?")
    found = find(method.upper(), where.rstrip("/"))
    if found is None:
        raise NotFound(f"there is no {method.upper()} {where}")
    route, raw = found
    parts = {name: unquote(part, errors="replace") for name, part in raw.items()}
    query: dict[str, str] = {}
    for name, value in parse_qsl(asked, keep_blank_values=True, errors="replace"):
        if name not in route.query:
            known = f"it takes {', '.join(route.query)}" if route.query else "it takes none"
            raise Invalid("is not a query parameter of this request", path=f"/{name}", hint=known)
        query[name] = value
    problem = document.unwritable([*parts.values(), *query.values()])
    if problem:
        raise Invalid(f"the path {problem.message}")
    return route, parts, query


def _refuse_unkeepable(body: Any) -> None:
    """Refuses what no endpoint could even look at: endless nesting, text that is no text, floating-point numbers."""
    level = [body]
    for _ in range(DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list | tuple)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            break
    else:
        raise Invalid("the body is nested too deeply")
    problem = document.unwritable(body)
    if problem:
        raise Invalid([problem])
