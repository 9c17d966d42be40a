"""Reviews of what is asked of the sample book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.terms import review
from store.terms.base import parse
from store.terms.contract import Amendment, ContractEdit, ContractTerms, UsageFilterUpdate
from store.terms.review import Finding
from tests.store.sample import (
    CONTRACT,
    LATER,
    TERMS,
    acme_contract,
    book,
)


def amended(contract: dict[str, Any] | None = None, **payload: Any) -> tuple[Finding, ...]:
    """The review of an amendment to Acme's contract with other terms."""
    to = acme_contract(**(contract or {}))
    return review.amendment(parse(Amendment, {"starting_at": LATER} | payload), to, book(contracts=[]))


def edited(contract: dict[str, Any] | None = None, **payload: Any) -> tuple[Finding, ...]:
    """The review of an edit of Acme's contract with other terms."""
    to = acme_contract(**(contract or {}))
    return review.edit(parse(ContractEdit, payload), to, book(contracts=[]))


def filtered(to: dict[str, Any] | None = None, others: Any = (), **payload: Any) -> tuple[Finding, ...]:
    """The review of a filter update for Acme's contract beside others."""
    base = {"group_key": "region", "group_values": ["EU"], "starting_at": LATER}
    contract = acme_contract(**(to or {}))
    update = parse(UsageFilterUpdate, base | payload)
    return review.filter_update(update, contract, book(contracts=[TERMS | {"id": CONTRACT}, *others]))


def of(catalog: Mapping[str, Any] | None = None, **terms: Any) -> tuple[Finding, ...]:
    """The review of a new contract with these terms; the sample's own is out of the way unless `catalog` names it."""
    catalogued = {"contracts": [], **(catalog or {})}
    return review.contract(parse(ContractTerms, TERMS | terms), book(**catalogued))
