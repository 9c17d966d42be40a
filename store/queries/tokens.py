"""Bearer tokens as the server and the command line read them; the tokens themselves are nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from store.database import Store
from store.queries.rows import one
from store.tables.tokens import TokenRow
from store.terms.token import Scope


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was made, without the token."""

    id: str
    name: str
    scope: Scope
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> str:
        """Active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


def tokens(store: Store) -> tuple[Token, ...]:
    """Every token there was, in the order made."""
    with store.read() as session:
        return tuple(map(_token, session.scalars(select(TokenRow).order_by(col(TokenRow.seq)))))


def token_with(store: Store, digest: str, *, now: datetime) -> Token | None:
    """The token with this digest, if it is in force."""
    with store.read() as session:
        row = one(session, TokenRow, col(TokenRow.digest), digest)
    found = _token(row) if row is not None else None
    return found if found is not None and found.state(now) == "active" else None


def _token(row: TokenRow) -> Token:
    return Token(row.id, row.name, Scope(row.scope), row.created_by, row.created_at, row.expires_at, row.revoked_at)
