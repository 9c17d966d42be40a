"""Ids: given ones are kept, missing ones are made, and a `temporary_id` gives way to the id it stood for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from store.terms.balances import Commit, Credit
from store.terms.base import Term
from store.terms.billing import BillingConfiguration, RevenueConfiguration
from store.terms.charges import Discount, ProfessionalService, ScheduledCharge, Subscription
from store.terms.edits import (
    AccessItemUpdate,
    BalanceUpdate,
    ItemRef,
    PointItemUpdate,
    RecurringCommitUpdate,
    RecurringCreditUpdate,
    ScheduledChargeUpdate,
    SubscriptionUpdate,
)
from store.terms.gated import ResellerRoyalty
from store.terms.manual_entry import ManualEntry
from store.terms.override import Override, OverrideSpecifier
from store.terms.recurring import RecurringCommit, RecurringCredit, SubscriptionLink
from store.terms.schedules import AccessItem, PointItem
from store.terms.service_invoice import ServiceLine
from store.terms.trueup import DisabledTrueUp

T = TypeVar("T", bound=Term)

KINDS: tuple[tuple[type[Term], str], ...] = (
    (Commit, "commit"),
    (Credit, "credit"),
    (RecurringCommit, "recurring_commit"),
    (RecurringCredit, "recurring_credit"),
    (Discount, "discount"),
    (ScheduledCharge, "scheduled_charge"),
    (Override, "override"),
    (Subscription, "subscription"),
    (ProfessionalService, "professional_service"),
    (ResellerRoyalty, "reseller_royalty"),
    (BillingConfiguration, "billing_configuration"),
    (RevenueConfiguration, "revenue_configuration"),
    (AccessItem, "access_item"),
    (PointItem, "charge_item"),
)
"""What gets an id of its own; a subclass stands before its parent."""

REFERENCES: tuple[tuple[type[Term], tuple[str, ...]], ...] = (
    (OverrideSpecifier, ("commit_ids", "recurring_commit_ids", "any_commit_or_credit_ids")),
    (SubscriptionLink, ("subscription_id",)),
    (BalanceUpdate, ("commit_id", "credit_id")),
    (ScheduledChargeUpdate, ("scheduled_charge_id",)),
    (RecurringCommitUpdate, ("recurring_commit_id",)),
    (RecurringCreditUpdate, ("recurring_credit_id",)),
    (SubscriptionUpdate, ("subscription_id",)),
    (ServiceLine, ("professional_service_id",)),
    (ManualEntry, ("balance_id",)),
    (DisabledTrueUp, ("commit_id",)),
    (AccessItemUpdate, ("id",)),
    (PointItemUpdate, ("id",)),
    (ItemRef, ("id",)),
)
"""Where terms refer to others by id."""


def new_id() -> str:
    """An id that nothing else has."""
    return str(uuid4())


def kind_of(term: Term) -> str | None:
    """What kind of term this is, None for parts that have no id."""
    return next((kind for model, kind in KINDS if isinstance(term, model)), None)


def identified(payload: T, known: Mapping[str, str] | None = None) -> T:
    """The payload with an id on every term and schedule item, and its references resolved to them.

    `known` maps temporary ids of earlier payloads of the same contract; those of this payload come first.
    """
    temporary = dict(known or {})

    def name(term: Term) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        if kind_of(term) and getattr(term, "id", None) is None:
            changes["id"] = new_id()
        stand_in = getattr(term, "temporary_id", None)
        if stand_in:
            temporary[stand_in] = str(changes.get("id") or getattr(term, "id", ""))
        for field in ("access_schedule", "invoice_schedule"):
            update = getattr(term, field, None)
            raw = getattr(update, "add_schedule_items", ())
            if update is not None and any(isinstance(item, dict) and "id" not in item for item in raw):
                items = tuple({"id": new_id(), **item} if isinstance(item, dict) else item for item in raw)
                changes[field] = update.model_copy(update={"add_schedule_items": items})
        return changes

    named = _mapped(payload, name)

    def resolve(term: Term) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for model, fields in REFERENCES:
            for field in fields if isinstance(term, model) else ():
                given = getattr(term, field)
                if isinstance(given, tuple):
                    changes[field] = tuple(temporary.get(ref, ref) for ref in given)
                elif given is not None:
                    changes[field] = temporary.get(given, given)
        return {field: new for field, new in changes.items() if new != getattr(term, field)}

    return _mapped(named, resolve) if temporary else named


def every(payload: Term) -> dict[str, str]:
    """Id → kind of every term and schedule item in a payload that has its ids."""
    found: dict[str, str] = {}

    def note(term: Term) -> dict[str, Any]:
        kind, key = kind_of(term), getattr(term, "id", None)
        if kind and key:
            found[key] = kind
        for field in ("access_schedule", "invoice_schedule"):
            raw = getattr(getattr(term, field, None), "add_schedule_items", ())
            found.update({i["id"]: "schedule_item" for i in raw if isinstance(i, dict) and "id" in i})
        return {}

    _mapped(payload, note)
    return found


def given_ids(payload: Term) -> list[str]:
    """Every id that a payload gives to a term or schedule item of its own, also those of later changes."""
    found: list[str] = []

    def note(term: Term) -> dict[str, Any]:
        key = getattr(term, "id", None)
        if key and kind_of(term):
            found.append(key)
        return {}

    _mapped(payload, note)
    return found


def temporaries(payload: Term) -> dict[str, str]:
    """Temporary id → id of a payload that has its ids."""
    found: dict[str, str] = {}

    def note(term: Term) -> dict[str, Any]:
        stand_in, key = getattr(term, "temporary_id", None), getattr(term, "id", None)
        if stand_in and key:
            found[stand_in] = key
        return {}

    _mapped(payload, note)
    return found


FIELDS_OF = {
    "commit": "commit",
    "recurring_commit": "commit",
    "credit": "contract_credit",
    "recurring_credit": "contract_credit",
    "scheduled_charge": "scheduled_charge",
    "discount": "discount",
    "subscription": "subscription",
    "professional_service": "professional_service",
}
"""A kind of term, and the entity whose custom fields it carries."""


def fielded(payload: Term) -> Iterator[tuple[str, str, Mapping[str, str], str]]:
    """The terms of a payload that carry custom fields: entity, id, the fields, and the path."""
    for name in type(payload).model_fields:
        terms = getattr(payload, name) if name in payload.model_fields_set else None
        for k, term in enumerate(terms if isinstance(terms, tuple) else ()):
            kind = kind_of(term) if isinstance(term, Term) else None
            if kind in FIELDS_OF and term.custom_fields:
                yield FIELDS_OF[kind], term.id, term.custom_fields, f"/{name}/{k}"


def _mapped(value: T, change: Callable[[Term], dict[str, Any]]) -> T:
    """A copy of the value with `change` made to it and to every term inside; the value itself where nothing changes."""
    changes: dict[str, Any] = {}
    for name in type(value).model_fields:
        if name in value.model_fields_set:
            old = getattr(value, name)
            new = _inside(old, change)
            if new is not old:
                changes[name] = new
    here = value.model_copy(update=changes) if changes else value
    own = change(here)
    return here.model_copy(update=own) if own else here


def _inside(value: Any, change: Callable[[Term], dict[str, Any]]) -> Any:
    if isinstance(value, Term):
        return _mapped(value, change)
    if isinstance(value, tuple):
        parts = tuple(_inside(item, change) for item in value)
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    return value
