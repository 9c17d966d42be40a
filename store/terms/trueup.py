"""A postpaid commit that is not to be trued up after all (README, §3, §4.13)."""

from __future__ import annotations

from store.terms.base import Id, Ref, Term
from store.terms.time import Instant


class DisabledTrueUp(Term):
    """No invoice asks for what is not used of a postpaid commit of a contract, unless it is final already."""

    BUNDLE_ONLY = frozenset({"id", "recorded_at"})

    id: Id | None = None
    recorded_at: Instant | None = None
    customer_id: Id | None = None
    contract_id: Id | None = None
    commit_id: Ref
