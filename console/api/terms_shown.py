"""One commit, charge, override … as the API shows it: as sent, with names, dates and authors, schedules as items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from store.queries import Company, Made
from store.rating.periods import anchor
from store.rating.report import credit_type
from store.terms import document, money
from store.terms.balances import Balance, Credit, priority
from store.terms.charges import BillingCycle, Subscription
from store.terms.in_force import Effective
from store.terms.override import Override
from store.terms.recurring import RecurringBalance
from store.terms.schedules import AccessSchedule, ChargeSchedule
from store.terms.seats import QuantityChange, first_seats, seats_at


@dataclass(frozen=True, slots=True)
class Known:
    """What the terms of a customer's contracts are shown with."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Product id → name."""
    made: Mapping[str, Made] = field(default_factory=dict)
    """Contract or change id → who made it, and when."""
    renewals: Mapping[str, str] = field(default_factory=dict)
    """Contract id → the contract that renews it."""
    children: Mapping[str, list[dict[str, str]]] = field(default_factory=dict)
    """Contract id → its children."""

    @classmethod
    def of(cls, company: Company) -> Known:
        """What is known of contracts that were read together."""
        children = {
            id: [{"contract_id": child, "customer_id": owner} for child, owner in found]
            for id, found in company.children.items()
        }
        return cls(company.names, company.made, company.renewals, children)


def made_by(made: Mapping[str, Made], id: str | None) -> dict[str, Any]:
    """When something was made and by whom, as the API says it; nothing where nobody noted it."""
    found = made.get(id or "")
    return {} if found is None else {"created_at": found.at, "created_by": found.by}


def terms(found: Iterable[Any], known: Known, at: datetime | Effective) -> list[dict[str, Any]]:
    """Terms that were added at an instant, or to a contract in force, which knows when."""
    return [term(each, known, at) for each in found]


def term(each: Any, known: Known, at: datetime | Effective) -> dict[str, Any]:
    """One term, and when it was added."""
    shown = dict(document.plain(each.payload()))
    shown["created_at"] = at.recorded.get(each.id, at.contract.starting_at) if isinstance(at, Effective) else at
    if getattr(each, "product_id", None):
        shown["product"] = product(each.product_id, known)
    if isinstance(each, Balance | RecurringBalance):
        shown |= {"priority": priority(each), "rate_type": each.rate_type}
    if isinstance(each, Credit):
        shown["type"] = "CREDIT"
    if isinstance(each, RecurringBalance):
        shown["anchor_date"] = each.starting_at
        if each.subscription_config is not None:
            shown["subscription_config"] |= {"allocation": each.subscription_config.allocation}
        for name in ("access_amount", "invoice_amount"):
            if shown.get(name):
                shown[name] = {"credit_type_id": money.USD} | shown[name]
    if isinstance(each, Override) and each.tiers is not None:
        shown["override_tiers"] = shown.pop("tiers")
    if isinstance(each, Subscription):
        shown |= _subscription(each, shown, known, at)
    for name in ("access_schedule", "invoice_schedule", "schedule"):
        schedule = getattr(each, name, None)
        if schedule is not None:
            shown[name] = shown[name] | items(schedule)
    return shown


def product(id: str, known: Known) -> dict[str, str]:
    """A product with its name."""
    return {"id": id, "name": known.names.get(id, "")}


def items(schedule: AccessSchedule | ChargeSchedule) -> dict[str, Any]:
    """A schedule with its unit, and every charge that it makes as an item of its own."""
    unit = {"credit_type": credit_type(schedule.credit_type_id or money.USD)}
    if isinstance(schedule, AccessSchedule):
        return unit
    dated = [
        {
            "id": due.item_id,
            "timestamp": due.timestamp,
            "unit_price": due.unit_price,
            "quantity": due.quantity,
            "amount": due.amount,
        }
        for due in schedule.occurrences()
    ]
    return unit | {"schedule_items": dated}


def _subscription(
    each: Subscription, shown: Mapping[str, Any], known: Known, at: datetime | Effective
) -> dict[str, Any]:
    """Its rate with the product's name, and what its quantity is from when on."""
    rate = shown["subscription_rate"]
    changes: tuple[QuantityChange, ...] = ()
    start = each.starting_at
    if isinstance(at, Effective):
        changes = at.quantities.get(each.id or "", ())
        start = start or at.contract.starting_at
    moments = [start, *sorted({c.starting_at for c in changes if start is None or c.starting_at > start})]
    ends = [*moments[1:], each.ending_before]
    given = each.billing_cycle_config
    cycle = {"billing_cycle_config": _cycle(each, given, at)} if given else {}
    return cycle | {
        "starting_at": start,
        "subscription_rate": rate | {"product": product(rate["product_id"], known)},
        "quantity_management_mode": each.quantity_management_mode,
        "proration": {"invoice_behavior": each.proration.invoice_behavior} | shown["proration"],
        "billing_periods": {},
        "quantity_schedule": [
            {
                "quantity": (seats_at(each, changes, moment) if moment else first_seats(each)).quantity,
                "starting_at": moment,
                "ending_before": end,
            }
            for moment, end in zip(moments, ends, strict=True)
        ],
    }


def _cycle(each: Subscription, given: BillingCycle, at: datetime | Effective) -> dict[str, Any]:
    """Where its charges are placed, and its anchor: its own, else the contract's."""
    own = given.anchor_date or each.starting_at
    if given.anchor_date is None and isinstance(at, Effective):
        own, _ = anchor(at.schedule, at.contract.starting_at)
    return {"anchor_date": own, "invoice_placement": given.invoice_placement}
