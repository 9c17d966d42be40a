"""Scheduled charges and discounts: a fixed product billed (or taken off) once, again and again, or on dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from screens.terms import dated
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, dates, filled, only
from screens.widgets.fields import ChoiceField, Field, TextField
from store.terms.charges import Discount, ScheduledCharge
from store.terms.schedules import ChargeSchedule


class ChargeShape(Shape):
    """A scheduled charge of a contract."""

    kind, noun, model, ENTITY = "scheduled_charges", "scheduled charge", ScheduledCharge, "scheduled_charge"
    MANAGED = frozenset({"product_id", "name", "description", "schedule", "custom_fields"})
    MORE = frozenset({"description", "custom_fields"})
    USUAL: ClassVar[str] = "charge"
    """The word by which the product it is usually of is known."""
    CHARGED: ClassVar[str] = "Charged"
    TOLD: ClassVar[str] = "Invoiced"
    """What becomes of its amounts."""

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Product, name, how often, price, dates."""
        return [
            ChoiceField(
                path="product_id", label="Product", required=True, choices=offering.fixed,
                default=only(offering.fixed, self.USUAL),
                help="a fixed product" if offering.fixed else "no fixed product in the catalog yet",
            ),
            TextField(path="name", label="Name", help="as on the product"),
            ChoiceField(
                path="when", label=self.CHARGED, required=True, default="recurring",
                choices=(("recurring", "Recurring"), ("once", "Once"), ("dates", "On chosen dates")),
            ),
            *dated.fields(offering, unit=unit_of(base)),
            TextField(path="description", label="Description", help="internal"),
            *self.custom_fields(offering),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """Recurring, one date, or lines."""
        found: dict[str, Any] = filled(
            **{k: payload.get(k) for k in ("product_id", "name", "description", "custom_fields")}
        )
        schedule = payload.get("schedule") or {}
        items = schedule.get("schedule_items") or []
        if schedule.get("recurring_schedule") or not items:
            return found | {"when": "recurring"} | dated.recurring_values(schedule.get("recurring_schedule") or {})
        if len(items) == 1:
            return found | {"when": "once"} | dated.item_values(items[0])
        return found | {"when": "dates", "dates": items}

    def visible(self, values: Values) -> frozenset[str]:
        """The fields of its kind of schedule."""
        kinds = {"once": {"price", "quantity", "timestamp"}, "dates": {"dates"}}
        fields = kinds.get(str(values.get("when")), set(dated.RECURRING))
        return frozenset({"product_id", "name", "when", *fields, *self.MORE})

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the guide's requests."""
        old = base.get("schedule") or {}
        kept = {k: v for k, v in old.items() if k not in ("recurring_schedule", "schedule_items")}
        match values.get("when"):
            case "once":
                schedule: Payload = {"schedule_items": dated.once(values)}
            case "dates":
                schedule = filled(schedule_items=values.get("dates"))
            case _:
                schedule = {"recurring_schedule": dated.recurring(values)}
        made = filled(product_id=values.get("product_id"), name=values.get("name"))
        made |= filled(schedule=schedule | kept, description=values.get("description"))
        made |= filled(custom_fields=values.get("custom_fields", base.get("custom_fields")))
        return made | self.kept(base)

    def place(self, path: str, values: Values) -> str:
        """Problems of the schedule at the fields of its kind."""
        parts = path.strip("/").split("/")
        if parts[0] == "schedule":
            return dated.place(parts[1:], self.visible(values))
        return parts[0] if parts[0] in self.MANAGED else ""

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What is invoiced when."""
        due = ChargeSchedule.model_validate(payload["schedule"]).occurrences()
        return (f"{self.TOLD}: {dates(due, unit_of(payload), most=3)}",)


class DiscountShape(ChargeShape):
    """A discount of a contract: a negative line on the scheduled invoice of its date."""

    kind, noun, model, ENTITY = "discounts", "discount", Discount, "discount"
    USUAL, CHARGED, TOLD = "discount", "Taken off", "Taken off"

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What is taken off when; an amount below zero is not."""
        due = ChargeSchedule.model_validate(payload["schedule"]).occurrences()
        added = ("▲ Added to the invoice: type discounts without a minus.",) if any(o.amount < 0 for o in due) else ()
        return (*super().sentences(payload, offering), *added)


def unit_of(payload: Payload) -> str | None:
    """The credit type of its schedule, None for USD unsaid."""
    unit = (payload.get("schedule") or {}).get("credit_type_id")
    return str(unit) if unit else None
