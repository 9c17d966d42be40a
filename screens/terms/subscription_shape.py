"""Subscriptions: a quantity, or seats by id, charged every period at a rate of the card (README, §2.14)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from screens.terms import reading
from screens.terms.offering import Offering
from screens.terms.rounding import RoundingField
from screens.terms.shape import Payload, Shape, Values, filled, only
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, LinesField, NumberField, TextField
from store.terms import money
from store.terms.charges import Subscription
from store.terms.time import instant

EVERY = (("MONTHLY", "Month"), ("QUARTERLY", "Quarter"), ("ANNUAL", "Year"), ("WEEKLY", "Week"))
NUMBER, SEATS = "QUANTITY_ONLY", "SEAT_BASED"
LATER, NOW = "BILL_ON_NEXT_COLLECTION_DATE", "BILL_IMMEDIATELY"
USAGE, SCHEDULED = "ON_USAGE_INVOICE", "ON_SCHEDULED_INVOICE"
_PLAIN = ("name", "description", "initial_quantity", "starting_at", "ending_before", "temporary_id", "custom_fields")
_PLACES = {
    "product_id": "product_id", "billing_frequency": "frequency", "is_prorated": "prorated",
    "invoice_behavior": "increase", "rounding": "rounding", "seat_group_key": "seat_key",
    "initial_seat_ids": "seat_ids", "initial_unassigned_seats": "unassigned", "anchor_date": "anchor",
    "invoice_placement": "placement",
}  # fmt: skip
"""Nested keys and the fields that stand for them."""
_FIRST = {
    "subscription_rate": "product_id", "proration": "prorated", "seat_config": "seat_key",
    "billing_cycle_config": "placement", "collection_schedule": "collection", "quantity_management_mode": "mode",
}  # fmt: skip


class SubscriptionShape(Shape):
    """A subscription of a contract."""

    kind, noun, model, ENTITY = "subscriptions", "subscription", Subscription, "subscription"
    MANAGED = frozenset(_FIRST) | frozenset(_PLAIN)
    MORE = frozenset({"placement", "anchor", "rounding", "description", "temporary_id", "custom_fields"})

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Product and rhythm, quantity or seats, when it is charged; the rest behind."""
        offered = offering.subscribable
        usual = only(offered)
        known = offering.frequencies(usual)
        keys = tuple(dict.fromkeys(k for each in offering.group_keys().values() for k in each))
        return [
            ChoiceField(
                path="product_id", label="Product", required=True, choices=offered, default=usual,
                help="a subscription product" if offered else "the rate card has no subscription product",
            ),
            ChoiceField(
                path="frequency", label="Charged every", required=True, choices=EVERY,
                default=known[0].upper() if known else "MONTHLY",
                explains="The rate card must have a rate of that frequency.",
            ),
            TextField(path="name", label="Name", help="as on the product"),
            ChoiceField(
                path="mode", label="Counted", required=True, default=NUMBER,
                choices=((NUMBER, "As a number"), (SEATS, "As seats with ids")),
            ),
            NumberField(path="initial_quantity", label="Quantity", required=True, help="how many at the start"),
            _seat_key(keys),
            LinesField(path="seat_ids", label="Seat ids", help="one per line; none: nobody has a seat yet"),
            NumberField(path="unassigned", label="Seats without id", help="how many nobody has yet"),
            ChoiceField(
                path="collection", label="Charged", required=True, default="ADVANCE",
                choices=(("ADVANCE", "In advance"), ("ARREARS", "In arrears")),
            ),
            ChoiceField(
                path="prorated", label="Part periods", required=True, default="yes",
                choices=(("yes", "Charged in part"), ("no", "Charged whole")),
            ),
            ChoiceField(
                path="increase", label="Increases", required=True, default=LATER,
                choices=((LATER, "With the next charge"), (NOW, "At once")),
            ),
            DateField(
                path="starting_at", label="From", help="blank: from the contract's start", clock=lambda: offering.now
            ),
            DateField(
                path="ending_before", label="Until", end=True, help="blank: as long as the contract",
                clock=lambda: offering.now,
            ),
            ChoiceField(
                path="placement", label="Stands on", required=True, default=USAGE,
                choices=((USAGE, "Usage statement"), (SCHEDULED, "Scheduled invoice")),
            ),
            DateField(
                path="anchor", label="Counted from", help="blank: as the usage statements", clock=lambda: offering.now
            ),
            RoundingField(path="rounding", label="Part rounded"),
            TextField(path="description", label="Description", help="internal"),
            TextField(
                path="temporary_id", label="Reference", default=_reference(offering),
                help="the name by which other terms mean it", max_length=128,
                explains="Recurring commits and credits of this draft refer to the subscription by it.",
            ),
            *self.custom_fields(offering),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """The nested settings in their own fields."""
        rate, proration = payload.get("subscription_rate") or {}, payload.get("proration") or {}
        seats, cycle = payload.get("seat_config") or {}, payload.get("billing_cycle_config") or {}
        found: dict[str, Any] = filled(
            **{k: payload.get(k) for k in _PLAIN},
            product_id=rate.get("product_id"),
            rounding=proration.get("rounding"),
            seat_key=seats.get("seat_group_key"),
            seat_ids=list(seats.get("initial_seat_ids") or ()),
            unassigned=seats.get("initial_unassigned_seats"),
            anchor=cycle.get("anchor_date"),
        )
        found["frequency"] = str(rate.get("billing_frequency") or "MONTHLY").upper()
        found["mode"] = str(payload.get("quantity_management_mode") or NUMBER).upper()
        found["collection"] = str(payload.get("collection_schedule") or "ADVANCE").upper()
        found["prorated"] = "yes" if proration.get("is_prorated") else "no"
        found["increase"] = str(proration.get("invoice_behavior") or LATER).upper()
        found["placement"] = str(cycle.get("invoice_placement") or USAGE).upper()
        return found

    def visible(self, values: Values) -> frozenset[str]:
        """A number or seats; what only charging in advance has."""
        shown = {"product_id", "frequency", "name", "mode", "collection", "prorated", "starting_at", "ending_before"}
        shown |= {"seat_key", "seat_ids", "unassigned"} if values.get("mode") == SEATS else {"initial_quantity"}
        ahead = values.get("collection") != "ARREARS"
        shown |= {"increase"} if ahead else set()
        return frozenset(shown | (self.MORE if ahead else self.MORE - {"anchor"}))

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the documentation."""
        made = filled(**{k: values.get(k) for k in ("temporary_id", "name", "description")})
        made["subscription_rate"] = filled(
            product_id=values.get("product_id"), billing_frequency=values.get("frequency")
        )
        made |= filled(collection_schedule=values.get("collection"))
        made["proration"] = filled(invoice_behavior=values.get("increase", LATER), rounding=values.get("rounding"))
        made["proration"]["is_prorated"] = values.get("prorated") != "no"
        if values.get("mode") == SEATS:
            made["quantity_management_mode"] = SEATS
            made["seat_config"] = filled(
                seat_group_key=values.get("seat_key"), initial_unassigned_seats=values.get("unassigned")
            ) | {"initial_seat_ids": values.get("seat_ids") or []}
        else:
            made |= filled(initial_quantity=values.get("initial_quantity"))
        made |= filled(
            **{k: values.get(k) for k in ("starting_at", "ending_before")},
            billing_cycle_config=self._cycle(values),
            custom_fields=values.get("custom_fields", base.get("custom_fields")),
        )
        return made | self.kept(base)

    @staticmethod
    def _cycle(values: Values) -> Payload:
        made = filled(anchor_date=values.get("anchor"))
        return made | ({"invoice_placement": SCHEDULED} if values.get("placement") == SCHEDULED else {})

    def place(self, path: str, values: Values) -> str:
        """Problems of nested settings at their fields."""
        parts = path.strip("/").split("/")
        found = next((_PLACES[part] for part in parts if part in _PLACES), "") or _FIRST.get(parts[0], parts[0])
        return found if found in self.visible(values) else ""

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What is charged how often, at the card's price."""
        start = payload.get("starting_at")
        moment = instant(start) if start else offering.starting_at
        time = f"from {when.shown(moment)}" if moment else "from the contract's start"
        until = payload.get("ending_before")
        time += f" until {when.shown(instant(until))}" if until else " on"
        return (f"{charged(payload, offering)}, {time}.", self._rest(payload))

    @staticmethod
    def _rest(payload: Payload) -> str:
        charge = "in part" if payload["proration"]["is_prorated"] else "in full"
        parts = [f"A period that is not whole is charged {charge}"]
        if payload["proration"].get("invoice_behavior") == NOW:
            parts.append("more of it is billed at once")
        seats = payload.get("seat_config")
        if seats:
            parts.append(f"seats are told apart by {seats['seat_group_key']}")
        return ", ".join(parts) + "."


def _seat_key(keys: Sequence[str]) -> Field:
    """The property that tells seats apart: one that usage is grouped by, typed where none is known."""
    if not keys:
        return TextField(path="seat_key", label="Seat property", required=True, help="such as user_id")
    return ChoiceField(
        path="seat_key", label="Seat property", required=True, choices=tuple((k, k) for k in keys),
        help="what usage is grouped by",
    )  # fmt: skip


def _reference(offering: Offering) -> str:
    taken = {value for value, _ in offering.subscriptions}
    return next(name for k in range(1, len(taken) + 2) if (name := f"subscription-{k}") not in taken)


def quantity_of(payload: Payload) -> Decimal | None:
    """How many there are at its start; None while that is not said."""
    seats = payload.get("seat_config")
    if seats is not None:
        return Decimal(len(seats.get("initial_seat_ids") or ())) + Decimal(seats.get("initial_unassigned_seats") or 0)
    quantity = payload.get("initial_quantity")
    return None if quantity is None else Decimal(quantity)


def rhythm(payload: Payload) -> str:
    """`every month in advance`."""
    rate = payload.get("subscription_rate") or {}
    words = {value: label.lower() for value, label in EVERY}
    frequency = str(rate.get("billing_frequency", "")).upper()
    ahead = str(payload.get("collection_schedule", "")).upper() != "ARREARS"
    return f"every {words.get(frequency, frequency.lower())} in {'advance' if ahead else 'arrears'}"


def charged(payload: Payload, offering: Offering) -> str:
    """`5 × $10.00 = $50.00 every month in advance`; where the card has no such price, that."""
    number, price = money.text(quantity_of(payload) or Decimal(0)), _price(payload, offering)
    if price is None:
        name = offering.product_name(payload["subscription_rate"]["product_id"])
        return f"{number} × {name} {rhythm(payload)}; the rate card has no such price"
    each = reading.price(price[0], price[1])
    return f"{number} × {each} = {amount(payload, offering)} {rhythm(payload)}"


def amount(payload: Payload, offering: Offering) -> str:
    """What each charge comes to at the card's price; empty where that is not known."""
    price, quantity = _price(payload, offering), quantity_of(payload)
    if price is None or quantity is None:
        return ""
    return reading.amount(money.multiply(price[0], quantity), price[1])


def _price(payload: Payload, offering: Offering) -> tuple[Decimal, str | None] | None:
    """The card's price when it starts, and its unit."""
    rate, start = payload.get("subscription_rate") or {}, payload.get("starting_at")
    moment = instant(start) if start else offering.starting_at
    frequency = str(rate.get("billing_frequency", "")).upper()
    found = offering.subscription_rate(rate.get("product_id", ""), frequency, moment)
    return (found.price, found.credit_type_id) if found is not None and found.price is not None else None
