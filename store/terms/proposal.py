"""A request read as a proposal: what it would change, told from the fields it has (README, *Previews*)."""

from __future__ import annotations

from typing import Any

from store.errors import Invalid
from store.terms.base import parse
from store.terms.changes import Amend, Edit, EndDate, NewContract, Proposal, Refilter
from store.terms.contract import Amendment, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate


def read_proposal(payload: Any, customer_id: str) -> Proposal:
    """The proposal in a request body of create, amend, setUsageFilter, edit or updateEndDate.

    Raises `Invalid` if it is none of them, breaks a rule, or is about another customer.
    """
    if not isinstance(payload, dict):
        raise Invalid("the what-if must be a JSON object: an amendment, a usage filter, an edit or a new contract")
    named = payload.get("customer_id")
    if named is not None and named != customer_id:
        raise Invalid("is another customer than the one previewed", path="/customer_id")
    if "contract_id" not in payload:
        return NewContract(parse(ContractTerms, {"customer_id": customer_id, **payload}))
    if "group_key" in payload:
        return Refilter(parse(UsageFilterUpdate, payload))
    if any(key.startswith(("add_", "update_", "archive_", "remove_")) for key in payload):
        return Edit(parse(ContractEdit, payload))
    if "starting_at" not in payload and "ending_before" in payload:
        return EndDate(parse(EndDateUpdate, payload))
    return Amend(parse(Amendment, payload))
