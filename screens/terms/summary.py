"""One line per term, for lists of terms: what it is, what it does, how much, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import ValidationError

from screens.terms import (
    applies,
    commit,
    override_shape,
    reading,
    recurring_shape,
    recurring_words,
    royalty_shape,
    service_shape,
    subscription_shape,
)
from screens.terms.charge import unit_of
from screens.terms.kinds import percent
from screens.terms.offering import Offering
from screens.terms.shape import Payload
from screens.widgets import when
from store.terms import money
from store.terms.schedules import ChargeSchedule, Occurrence
from store.terms.time import instant


class TermLine(NamedTuple):
    """The texts of a list's columns."""

    kind: str
    name: str
    what: str
    amount: str
    time: str


def term_line(kind: str, payload: Payload, offering: Offering) -> TermLine:
    """The line of a term of that kind (its key in a request)."""
    return _LINES[kind](payload, offering)


def _commit(payload: Payload, offering: Offering) -> TermLine:
    word = "Prepaid" if str(payload.get("type", "")).upper() == "PREPAID" else "Postpaid"
    return _balance(f"{word} commit", payload, offering)


def _credit(payload: Payload, offering: Offering) -> TermLine:
    return _balance("Credit", payload, offering)


def _balance(word: str, payload: Payload, offering: Offering) -> TermLine:
    items = (payload.get("access_schedule") or {}).get("schedule_items") or []
    time = span(items[0].get("starting_at"), items[-1].get("ending_before")) if items else ""
    return TermLine(word, _name(payload, offering), applies.phrase(payload, offering), commit.summary(payload), time)


def _recurring(word: str) -> Callable[[Payload, Offering], TermLine]:
    def line(payload: Payload, offering: Offering) -> TermLine:
        what = f"{recurring_words.every(payload)}, {applies.phrase(payload, offering)}"
        time = span(payload.get("starting_at"), payload.get("ending_before"))
        return TermLine(word, _name(payload, offering), what, recurring_shape.summary(payload), time)

    return line


def _subscription(payload: Payload, offering: Offering) -> TermLine:
    quantity = subscription_shape.quantity_of(payload)
    seats = " seats" if payload.get("seat_config") else ""
    what = f"{'' if quantity is None else money.text(quantity)}{seats} {subscription_shape.rhythm(payload)}".strip()
    rate = payload.get("subscription_rate") or {}
    name = str(payload.get("name") or offering.product_name(rate.get("product_id")))
    amount = subscription_shape.amount(payload, offering)
    start, until = payload.get("starting_at"), payload.get("ending_before")
    time = span(start, until) if start else f"until {when.shown(instant(until))}" if until else ""
    return TermLine("Subscription", name, what, amount, time)


def _discount(payload: Payload, offering: Offering) -> TermLine:
    return _charge(payload, offering)._replace(kind="Discount")


def _service(payload: Payload, offering: Offering) -> TermLine:
    most = payload.get("max_amount")
    name = str(offering.product_name(payload.get("product_id")))
    amount = "" if most is None else reading.amount(most)
    return TermLine("Service", name, f"{service_shape.worth(payload)}, at most", amount, "")


def _royalty(payload: Payload, offering: Offering) -> TermLine:
    share = f"{percent(Decimal(payload.get('fraction') or 0))} %"
    what = f"{share} of {applies.phrase(payload, offering)}"
    time = span(payload.get("starting_at"), payload.get("ending_before"))
    return TermLine("Royalty", royalty_shape.reseller(payload), what, "", time)


def _charge(payload: Payload, offering: Offering) -> TermLine:
    due = occurrences(payload.get("schedule"))
    unit = unit_of(payload)
    if not due:
        return TermLine("Charge", _name(payload, offering), "", "", "")
    recurring = (payload.get("schedule") or {}).get("recurring_schedule")
    what = str(recurring.get("frequency", "")).replace("_", "-").lower() if recurring else "once"
    if len(due) > 1:
        what = f"{what if recurring else 'dated'}, {len(due)} times"
    equal = len({o.amount for o in due}) == 1
    amount = reading.amount(due[0].amount if equal else sum(o.amount for o in due), unit)
    time = when.shown(due[0].timestamp) + (f" … {when.shown(due[-1].timestamp)}" if len(due) > 1 else "")
    return TermLine("Charge", _name(payload, offering), what, amount, time)


def _override(payload: Payload, offering: Offering) -> TermLine:
    time = span(payload.get("starting_at"), payload.get("ending_before"))
    about = override_shape.about(payload, offering, products=False)
    return TermLine("Override", about, override_shape.change(payload), "", time)


_LINES: dict[str, Callable[[Payload, Offering], TermLine]] = {
    "commits": _commit,
    "credits": _credit,
    "scheduled_charges": _charge,
    "overrides": _override,
    "recurring_commits": _recurring("Recurring commit"),
    "recurring_credits": _recurring("Recurring credit"),
    "subscriptions": _subscription,
    "discounts": _discount,
    "professional_services": _service,
    "reseller_royalties": _royalty,
}


def occurrences(schedule: Any) -> tuple[Occurrence, ...]:
    """The dated amounts of a charge schedule; none while it is not sound."""
    with suppress(ValidationError):
        return ChargeSchedule.model_validate(schedule).occurrences()
    return ()


def span(start: Any, end: Any) -> str:
    """Two RFC 3339 texts as a range."""
    return when.span(instant(start), instant(end) if end else None) if start else ""


def _name(payload: Payload, offering: Offering) -> str:
    return str(payload.get("name") or offering.product_name(payload.get("product_id")))
