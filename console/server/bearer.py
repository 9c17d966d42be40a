"""Who asks: the bearer token of a request, recognized by its digest, and whether its scope is enough."""

from __future__ import annotations

from datetime import datetime

from store.commands.tokens import digest
from store.database import Actor, Store
from store.queries import token_with
from store.terms.token import Scope

LONGEST = 200
"""No token is longer; nothing longer is digested."""


class Refusal(Exception):
    """A request that is not answered, with its status and the reason."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def permitted(store: Store, authorization: str, *, reads: bool, now: datetime, source: str | None = None) -> Actor:
    """Who carries the token in this header, from the address `source`.

    Raises `Refusal`: 401 without a token in force, 403 beyond its scope.
    """
    kind, _, given = authorization.partition(" ")
    given = given.strip()
    known = None
    if kind.lower() == "bearer" and given and len(given) <= LONGEST:
        known = token_with(store, digest(given), now=now)
    if known is None:
        raise Refusal(401, "a bearer token in force is needed" if not given else "the token is unknown or has ended")
    if not reads and known.scope is not Scope.WRITE:
        raise Refusal(403, f"the token {known.name} may only read")
    return Actor(f"token {known.name}", "api", source)
