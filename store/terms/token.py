"""What a bearer token of the server may do, and for how long."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from store.terms.base import Spelled, Term

LONGEST_DAYS = 3650


class Scope(Spelled):
    """READ: every request that changes nothing. WRITE: every request."""

    READ = "READ"
    WRITE = "WRITE"


class NewToken(Term):
    """A token to be made: the name that audit entries tell, its scope, and its life in days (None: until revoked)."""

    name: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$")]
    scope: Scope
    days: Annotated[int | None, Field(ge=1, le=LONGEST_DAYS)] = None
