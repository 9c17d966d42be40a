"""What commits and credits have in common: product, segments, what they apply to, and the rarer settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from screens.terms import applies, reading
from screens.terms.kinds import PercentField
from screens.terms.line_kinds import SegmentsField
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, filled, number, only
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, MoneyField, NumberField, TextField
from store.terms import money
from store.terms.time import instant


class BalanceShape(Shape):
    """A commit or a credit; subclasses add how it is invoiced."""

    MANAGED = frozenset(
        {"product_id", "name", "description", "access_schedule", "priority", "rate_type", "rollover_fraction",
         "custom_fields"}
    ) | applies.MANAGED  # fmt: skip
    MORE = frozenset({"access", "description", "priority", "rate_type", "rollover_fraction", "custom_fields"})

    def head(self, offering: Offering, base: Payload) -> list[Field]:
        """Product, name, amount and the time it can be used."""
        start = when.typed(offering.starting_at) if offering.starting_at else ""
        until = when.typed(offering.until) if offering.until else ""
        unit = unit_of(base)
        return [
            ChoiceField(
                path="product_id", label="Product", required=True, choices=offering.fixed,
                default=only(offering.fixed, self.noun),
                help="a fixed product" if offering.fixed else "no fixed product in the catalog yet",
            ),
            TextField(path="name", label="Name", help="as on the product"),
            MoneyField(path="amount", label="Amount", required=True, credit_type_id=unit),
            DateField(
                path="starting_at", label="Usable from", required=True, default=start, clock=lambda: offering.now
            ),
            DateField(
                path="ending_before", label="Usable until", required=True, default=until, end=True,
                clock=lambda: offering.now,
            ),
            SegmentsField(
                path="segments", label="Segments", required=True, credit_type_id=unit, now=offering.now,
            ),
        ]  # fmt: skip

    def tail(self, offering: Offering, base: Payload) -> list[Field]:
        """Applicability and what stays out of sight."""
        return [
            *applies.fields(offering),
            ChoiceField(
                path="access", label="Usable in", required=True, default="one",
                choices=(("one", "One piece"), ("several", "Several segments")),
            ),
            TextField(path="description", label="Description", help="internal"),
            NumberField(path="priority", label="Priority", help="blank: 100; lower is used first"),
            ChoiceField(
                path="rate_type", label="Usage priced at", required=True, default="LIST_RATE",
                choices=(("LIST_RATE", "List rate"), ("COMMIT_RATE", "Commit rate")),
            ),
            PercentField(path="rollover_fraction", label="Rolls over", help="at renewal, such as 25 %"),
            *self.custom_fields(offering),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """One segment in its own fields, several as lines."""
        items = (payload.get("access_schedule") or {}).get("schedule_items") or []
        found: dict[str, Any] = filled(
            **{k: payload.get(k) for k in ("product_id", "name", "description", "priority", "rollover_fraction")},
            custom_fields=payload.get("custom_fields"),
        )
        found["rate_type"] = str(payload.get("rate_type") or "LIST_RATE").upper()
        found["access"] = "several" if len(items) > 1 else "one"
        if len(items) > 1:
            found["segments"] = items
        elif items:
            found |= items[0]
        return found | applies.values(payload)

    def visible(self, values: Values) -> frozenset[str]:
        """One segment or several, and the fields of what it applies to."""
        access = {"segments"} if values.get("access") == "several" else {"amount", "starting_at", "ending_before"}
        return frozenset({"product_id", "name", *access, *applies.visible(values), *self.MORE})

    def access(self, values: Values, base: Payload) -> Payload:
        """The access schedule, or nothing while it is empty."""
        if values.get("access") == "several":
            items = values.get("segments") or []
        else:
            one = filled(**{k: values.get(k) for k in ("amount", "starting_at", "ending_before")})
            items = [one] if one else []
        unit = unit_of(base)
        return {**({"credit_type_id": unit} if unit else {}), "schedule_items": items} if items else {}

    def rest(self, values: Values, base: Payload) -> Payload:
        """Everything after the schedules."""
        made = applies.payload(values, base)
        made |= filled(description=values.get("description"), priority=values.get("priority"))
        if values.get("rate_type") == "COMMIT_RATE":
            made["rate_type"] = "COMMIT_RATE"
        made |= filled(
            rollover_fraction=values.get("rollover_fraction"),
            custom_fields=values.get("custom_fields", base.get("custom_fields")),
        )
        return made | self.kept(base)

    def place(self, path: str, values: Values) -> str:
        """Segments, applicability, else the field of that name."""
        parts = path.strip("/").split("/")
        if parts[0] == "access_schedule":
            if values.get("access") == "several":
                return "segments"
            return parts[-1] if parts[-1] in ("amount", "starting_at", "ending_before") else "amount"
        return applies.place(path) or (parts[0] if parts[0] in self.MANAGED else "")

    def access_sentence(self, payload: Payload, offering: Offering) -> str:
        """`$10,000.00 usable 2024-11-01 → 2025-11-01 by usage tagged cloud`."""
        items, unit = payload["access_schedule"]["schedule_items"], unit_of(payload)
        total = money.add(*(number(item["amount"]) for item in items))
        first, last = when.shown(instant(items[0]["starting_at"])), when.shown(instant(items[-1]["ending_before"]))
        pieces = f" in {len(items)} segments" if len(items) > 1 else ""
        return f"{reading.amount(total, unit)} usable{pieces} {first} → {last} by {applies.phrase(payload, offering)}"


def unit_of(payload: Payload) -> str | None:
    """The credit type of a balance's payload, None for USD unsaid."""
    unit = (payload.get("access_schedule") or {}).get("credit_type_id")
    return str(unit) if unit else None


def total_of(schedule: Payload) -> Decimal | None:
    """The sum of an access schedule's complete segments, None where one lacks its amount."""
    items = schedule.get("schedule_items") or []
    if not items or any(item.get("amount") is None for item in items):
        return None
    return money.add(*(number(item["amount"]) for item in items))
