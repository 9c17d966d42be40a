"""Requests upon the sample book's contract, as they are sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from store.terms.base import parse
from store.terms.contract import Amendment, ContractEdit, ContractTerms
from tests.store.sample import (
    ACME,
    CONTRACT,
    LATER,
    TERMS,
)

SEED = Path(__file__).parent / "seed_payloads"
"""The guide's own requests, a file each."""
TO = {"customer_id": ACME, "contract_id": CONTRACT}
FILTER = {"group_key": "region", "group_values": ["US"]}
SPRING, NEW_YEAR_26 = datetime(2025, 4, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def terms(**more: Any) -> ContractTerms:
    """A contract request."""
    return parse(ContractTerms, TERMS | more)


def amendment(**more: Any) -> Amendment:
    """An amendment of the sample contract."""
    return parse(Amendment, TO | {"starting_at": LATER, **more})


def edit(**more: Any) -> ContractEdit:
    """An edit of the sample contract."""
    return parse(ContractEdit, TO | more)
