"""Bearer tokens of the server: made, revoked. Only a digest is stored, so no copy of the store can speak for anyone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from store.commands.ids import new_id
from store.database import Work
from store.errors import Conflict, NotFound
from store.tables.tokens import TokenRow
from store.terms.token import NewToken

PREFIX = "tst_"
"""What every token begins with, so that one that was pasted somewhere by mistake can be searched for."""


def create_token(work: Work, *, request: NewToken) -> str:
    """Makes a token and returns it: the one time it can be seen. A name in use by a token in force is a Conflict."""
    for row in _in_force(work, request.name):
        if row.expires_at is None or row.expires_at > work.now:
            text = f"there is a token {request.name} already"
            raise Conflict(text, path="/name", hint="revoke it first, or choose another name")
    token, id = PREFIX + secrets.token_urlsafe(32), new_id()
    expires_at = None if request.days is None else work.now + timedelta(days=request.days)
    work.insert(
        TokenRow,
        {
            "id": id,
            "name": request.name,
            "digest": digest(token),
            "scope": request.scope.value,
            "created_by": work.by.name,
            "created_at": work.now,
            "expires_at": expires_at,
            "revoked_at": None,
        },
    )
    after = {"name": request.name, "scope": request.scope, "expires_at": expires_at}
    work.audit(action="create", entity="token", entity_id=id, before=None, after=after)
    return token


def revoke_token(work: Work, *, name: str) -> int:
    """Ends every token of that name that was not revoked yet, at once, and returns how many; raises `NotFound`."""
    rows = _in_force(work, name)
    if not rows:
        raise NotFound(f"there is no token {name} to revoke", path="/name")
    for row in rows:
        row.revoked_at = work.now
        was, became = {"revoked_at": None}, {"name": name, "revoked_at": work.now}
        work.audit(action="revoke", entity="token", entity_id=row.id, before=was, after=became)
    return len(rows)


def _in_force(work: Work, name: str) -> list[TokenRow]:
    named = select(TokenRow).where(col(TokenRow.name) == name, col(TokenRow.revoked_at).is_(None))
    return list(work.session.scalars(named.order_by(col(TokenRow.seq)).with_for_update()))


def digest(token: str) -> str:
    """What a token is recognized by. It is 256 random bits: there is nothing to guess, so one round is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
