"""The first step as data: a contract's name, card, dates, statements and usage filter, to and from the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from screens.terms.filter_shape import filter_values
from screens.terms.offering import Offering
from screens.widgets.fields import ChoiceField, DateField, Field, NumberField, TextField, put, take
from screens.wizard.draft import Payload, ordered
from store.terms.book import Book
from store.terms.rates import RateCard
from store.terms.time import instant

FREQUENCIES = (("MONTHLY", "Monthly"), ("QUARTERLY", "Quarterly"), ("ANNUAL", "Yearly"), ("WEEKLY", "Weekly"))
DAYS = (("FIRST_OF_MONTH", "First of month"), ("CONTRACT_START", "Contract start"), ("CUSTOM_DATE", "Own date"))
CONSOLIDATED = (("no", "Separate invoices"), ("ALL", "On usage statements"))
SCHEDULE = "usage_statement_schedule"
ANCHOR = f"{SCHEDULE}/billing_anchor_date"
FIRST = f"{SCHEDULE}/invoice_generation_starting_at"
CARD = "rate_card"
"""The one field that is not the request's own: `alias:…` or `id:…`."""
FILTER_KEY, FILTER_VALUES = "usage_filter/group_key", "usage_filter/group_values"
CHARGES = "scheduled_charges_on_usage_invoices"
PATHS = (
    "name", CARD, "starting_at", "ending_before", f"{SCHEDULE}/frequency", f"{SCHEDULE}/day", ANCHOR, FILTER_KEY,
    FILTER_VALUES, FIRST, CHARGES, "net_payment_terms_days", "uniqueness_key",
)  # fmt: skip
"""The paths of the fields, in their order."""
RARE = frozenset({FIRST, CHARGES, "net_payment_terms_days", "uniqueness_key"})
"""Fields that stay out of sight until asked for, or until they hold something."""


def cards(book: Book) -> tuple[tuple[str, str], ...]:
    """Every rate card by each of its aliases, or by its name where it has none; archived ones take no new contracts."""
    found = []
    for card in book.rate_cards:
        if card.archived_at is None:
            found += [(f"alias:{a.name}", f"{a.name} · {card.name}") for a in card.aliases]
            found += [] if card.aliases else [(f"id:{card.id}", card.name)]
    return tuple(found)


def fields(offering: Offering) -> tuple[Field, ...]:
    """Every field of the step."""
    now = offering.now
    start = f"{now:%Y-%m}-01"
    return (
        TextField(path="name", label="Name", help="blank: called as its rate card"),
        ChoiceField(
            path=CARD, label="Rate card", choices=cards(offering.book), help="none: only fixed terms are billed"
        ),
        DateField(path="starting_at", label="Starts", required=True, default=start, clock=lambda: now),
        DateField(path="ending_before", label="Ends", end=True, help="blank: open-ended", clock=lambda: now),
        ChoiceField(
            path=f"{SCHEDULE}/frequency", label="Usage is stated", required=True, default="MONTHLY",
            choices=FREQUENCIES,
        ),
        ChoiceField(
            path=f"{SCHEDULE}/day", label="Periods begin on", required=True, default="FIRST_OF_MONTH", choices=DAYS
        ),
        DateField(path=ANCHOR, label="Own date", required=True, clock=lambda: now),
        ChoiceField(
            path=FILTER_KEY, label="Takes usage by", choices=offering.filter_keys,
            help="no filter: all of the customer's usage",
        ),
        filter_values(offering, "", path=FILTER_VALUES),
        DateField(path=FIRST, label="First statement", help="blank: from the start", clock=lambda: now),
        ChoiceField(
            path=CHARGES, label="Charges come on", required=True, default="no",
            choices=CONSOLIDATED,
        ),
        NumberField(path="net_payment_terms_days", label="Payable within", help="days"),
        TextField(path="uniqueness_key", label="Uniqueness key", help="no second contract can have it", max_length=128),
    )  # fmt: skip


def values(payload: Mapping[str, Any]) -> Payload:
    """The fields' values of a request."""
    found: Payload = {}
    for path in PATHS:
        value = take(payload, path)
        if value is not None:
            put(found, path, value)
    schedule = found.get(SCHEDULE)
    if schedule:
        found[SCHEDULE] = {k: v.upper() if k in ("frequency", "day") else v for k, v in schedule.items()}
        found[SCHEDULE].setdefault("day", "FIRST_OF_MONTH")
    if payload.get("rate_card_alias"):
        found[CARD] = f"alias:{payload['rate_card_alias']}"
    elif payload.get("rate_card_id"):
        found[CARD] = f"id:{payload['rate_card_id']}"
    return found


def visible(found: Mapping[str, Any]) -> frozenset[str]:
    """The fields that matter with these values."""
    hidden = set()
    if take(found, f"{SCHEDULE}/day") != "CUSTOM_DATE":
        hidden.add(ANCHOR)
    if not take(found, FILTER_KEY) and not take(found, FILTER_VALUES):
        hidden.add(FILTER_VALUES)
    return frozenset(PATHS) - hidden


def payload(found: Mapping[str, Any], base: Mapping[str, Any]) -> Payload:
    """The request with what the fields say; whatever they do not stand for is kept."""
    shown = visible(found)
    made: Payload = {}
    for path in PATHS:
        value = take(found, path)
        if path in shown and path != CARD and value not in (None, ""):
            put(made, path, value)
    if made.get(CHARGES) == "no":
        del made[CHARGES]
    kind, _, named = str(found.get(CARD) or "").partition(":")
    if named:
        made[f"rate_card_{kind}"] = named
    own = {path.partition("/")[0] for path in PATHS} | {"rate_card_id", "rate_card_alias"}
    return ordered({**{k: v for k, v in base.items() if k not in own}, **made})


def place(path: str) -> str:
    """The field that a problem at that path of the request belongs to; empty if it is another step's."""
    name = path.strip("/")
    if name.partition("/")[0] in ("rate_card_id", "rate_card_alias"):
        return CARD
    if name.partition("/")[0] == "customer_id":
        return "name"
    known = [p for p in PATHS if f"{name}/".startswith(f"{p}/")]
    if known:
        return max(known, key=len)
    return {SCHEDULE: f"{SCHEDULE}/frequency", "usage_filter": FILTER_KEY}.get(name.partition("/")[0], "")


def card_of(draft: Mapping[str, Any], book: Book) -> RateCard | None:
    """The card (without its rates) that the draft names; an alias as of its start, where it has one."""
    if draft.get("rate_card_id"):
        return book.rate_card.get(draft["rate_card_id"])
    alias, start = draft.get("rate_card_alias"), draft.get("starting_at")
    if not alias:
        return None
    for card in reversed(book.rate_cards):
        for each in card.aliases:
            if each.name == alias and (start is None or each.covers(instant(start))):
                return card
    return None


def span(draft: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """The draft's dates as instants."""
    start, end = draft.get("starting_at"), draft.get("ending_before")
    return (instant(start) if start else None, instant(end) if end else None)
