"""The form of a usage-filter change: which contract takes which values from when on."""

from __future__ import annotations

from typing import Any

from screens.services import Services
from screens.timeline.routing import Routing, usable_keys
from screens.timeline.words import counted
from screens.widgets.fields import ChoiceField, DateField, Field, ManyField
from screens.widgets.form import Form
from store.terms.base import REQUEST, parse
from store.terms.contract import UsageFilterUpdate
from store.terms.in_force import Effective
from store.terms.routing import filter_keys
from store.terms.time import stamp

MOST_OFFERED = 300


def fields(routing: Routing, services: Services) -> tuple[Field, ...]:
    """What is asked."""
    keys = [(key, key) for key in usable_keys(routing.book, filter_keys(routing.contracts))]
    return (
        ChoiceField(
            path="contract_id",
            label="Contract",
            required=True,
            help="which contract",
            choices=[(c.id, routing.names[c.id]) for c in routing.contracts],
        ),
        ChoiceField(path="group_key", label="Property", required=True, help="which property", choices=keys),
        ManyField(path="group_values", label="Takes", required=True, help="which values (Space)", free=True),
        DateField(
            path="starting_at",
            label="From",
            required=True,
            help="such as 2025-01, +30d, eom (UTC)",
            clock=services.clock,
        ),
    )


def values_offered(routing: Routing, key: str) -> list[tuple[str, str]]:
    """The values of a property: those seen in usage with their events, then those that only filters name.

    A label's part after the tab is shown in the list, not in the field.
    """
    seen = dict(routing.values_of(key))
    named = [v for c in routing.contracts for f in c.filters if f.group_key == key for v in f.group_values]
    offered = [(value, f"{value}\t{counted(count)} seen") for value, count in seen.items()][:MOST_OFFERED]
    offered += [(v, f"{v}\tin a filter, not seen in usage") for v in dict.fromkeys(named) if v not in seen]
    return [(value, text) for value, text in offered if value and "\n" not in value]


def start_from(contract: Effective | None, moment: Any) -> dict[str, Any]:
    """The payload a new change starts with: the contract's filter in force then."""
    if contract is None:
        return {}
    entry = contract.filter_at(max(moment, contract.span.start)) or (contract.filters[-1] if contract.filters else None)
    payload: dict[str, Any] = {"contract_id": contract.id, "starting_at": stamp(moment)}
    if entry:
        payload |= {"group_key": entry.group_key, "group_values": list(entry.group_values)}
    return payload


def request(form: Form, customer_id: str) -> UsageFilterUpdate:
    """The request that the form says; raises `Invalid` with every problem by field."""
    return parse(UsageFilterUpdate, {"customer_id": customer_id, **form.payload()}, context=REQUEST)


def hint(routing: Routing, update: UsageFilterUpdate) -> str:
    """The complementary change that is easily forgotten: a value moved here is still taken there."""
    others = []
    for contract in routing.contracts:
        entry = contract.filter_at(max(update.starting_at, contract.span.start))
        running = contract.span.end > update.starting_at
        if contract.id != update.contract_id and running and entry and entry.group_key == update.group_key:
            both = [v for v in update.group_values if v in entry.group_values]
            if both:
                others.append(f"{routing.names[contract.id]} still takes {', '.join(both)}")
    if not others:
        return ""
    return f"{'; '.join(others)}. Taking a value here does not remove it there: change or end the other contract too."


def what_goes(before: Routing, update: UsageFilterUpdate) -> str:
    """What the change takes from the contract's filter as it is, or that it changes nothing; empty otherwise."""
    contract = next((c for c in before.contracts if c.id == update.contract_id), None)
    entry = contract.filter_at(max(update.starting_at, contract.span.start)) if contract else None
    if entry is None or entry.group_key != update.group_key:
        return ""
    if set(entry.group_values) == set(update.group_values):
        return "This contract takes exactly that already."
    gone = ", ".join(v for v in entry.group_values if v not in update.group_values)
    return f"No longer taken by this contract: {gone}." if gone else ""
