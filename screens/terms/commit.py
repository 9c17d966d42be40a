"""Commits: bought ahead (prepaid) or promised (postpaid), and how that is invoiced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms import dated, reading
from screens.terms.balance_shape import BalanceShape, total_of, unit_of
from screens.terms.line_kinds import ONE
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Values, dates, filled, number
from screens.widgets.fields import ChoiceField, DateField, Field
from store.terms import money
from store.terms.balances import Commit
from store.terms.schedules import ChargeSchedule

INVOICED = (
    ("start", "Same amount on the start date"),
    ("dates", "Dated amounts"),
    ("recurring", "Recurring"),
    ("none", "Recorded, not invoiced"),
    ("free", "Complimentary (cost basis 0)"),
)


class CommitShape(BalanceShape):
    """A commit of a contract."""

    kind, noun, model, ENTITY = "commits", "commit", Commit, "commit"
    MANAGED = BalanceShape.MANAGED | {"type", "invoice_schedule"}

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Type, product, amount, dates, invoice; the rest behind."""
        unit = invoice_unit(base)
        return [
            ChoiceField(
                path="type", label="Type", required=True, default="PREPAID",
                choices=(("PREPAID", "Prepaid"), ("POSTPAID", "Postpaid")),
            ),
            *self.head(offering, base),
            ChoiceField(path="invoice", label="Invoiced", required=True, default="start", choices=INVOICED),
            DateField(
                path="due", label="True-up on", hourly=False, help="blank: when it ends", clock=lambda: offering.now
            ),
            *dated.fields(offering, unit=unit, price_required=False, distribution="DIVIDED"),
            *self.tail(offering, base),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """Also: which of the usual ways it is invoiced."""
        found = super().values(payload)
        found["type"] = str(payload.get("type") or "PREPAID").upper()
        schedule = payload.get("invoice_schedule")
        items = (schedule or {}).get("schedule_items") or []
        if found["type"] == "POSTPAID":
            found["invoice"] = "start"
            end = found.get("ending_before")
            if items and not dated.same_instant(items[0].get("timestamp"), end):
                found["due"] = items[0].get("timestamp")
        elif not schedule:
            found["invoice"] = "free"
        elif self._plain(schedule, payload):
            found["invoice"] = "none" if schedule.get("do_not_invoice") else "start"
        elif schedule.get("do_not_invoice"):
            found["invoice"] = "none"
        elif schedule.get("recurring_schedule"):
            found["invoice"] = "recurring"
            found |= dated.recurring_values(schedule["recurring_schedule"])
        else:
            found |= {"invoice": "dates", "dates": items}
        return found

    @staticmethod
    def _plain(schedule: Payload, payload: Payload) -> bool:
        """Whether a schedule is the total of the segments, dated when the first one starts."""
        items = schedule.get("schedule_items") or []
        access = payload.get("access_schedule") or {}
        if len(items) != 1 or total_of(access) is None:
            return False
        unit, quantity, amount = (items[0].get(k) for k in ("unit_price", "quantity", "amount"))
        if unit is None:
            total = None if amount is None else number(amount)
        else:
            total = money.multiply(number(unit), number(ONE if quantity is None else quantity))
        start = access["schedule_items"][0].get("starting_at")
        return total == total_of(access) and dated.same_instant(items[0].get("timestamp"), start)

    def visible(self, values: Values) -> frozenset[str]:
        """The fields of the way it is invoiced."""
        shown = set(super().visible(values))
        if values.get("type") == "POSTPAID":
            return frozenset((shown | {"type", "due"}) - {"access"})
        extra = {"dates": {"dates"}, "recurring": set(dated.RECURRING)}.get(str(values.get("invoice")), set())
        return frozenset(shown | {"type", "invoice"} | extra)

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the guide's requests."""
        values = {**values, "access": "one"} if values.get("type") == "POSTPAID" else values
        access = self.access(values, base)
        made = filled(type=values.get("type"), name=values.get("name"), product_id=values.get("product_id"))
        made |= filled(access_schedule=access, invoice_schedule=self._invoice(values, access, base))
        return made | self.rest(values, base)

    def _invoice(self, values: Values, access: Payload, base: Payload) -> Payload:
        unit = invoice_unit(base)
        made: Payload = {"credit_type_id": unit} if unit else {}
        total, items = total_of(access), access.get("schedule_items") or [{}]
        if values.get("type") == "POSTPAID":
            due = values.get("due") or items[0].get("ending_before")
            return made | {"schedule_items": [filled(timestamp=due, unit_price=total, quantity=total and ONE)]}
        match values.get("invoice"):
            case "dates":
                return made | {"schedule_items": values.get("dates") or []}
            case "recurring":
                return made | {"recurring_schedule": dated.recurring(values, total=total)}
            case "free":
                return {}
        kept = base.get("invoice_schedule") or {}
        if values.get("invoice") == "none" and kept.get("do_not_invoice") and not self._plain(kept, base):
            return dict(kept)
        start = items[0].get("starting_at")
        made["schedule_items"] = [filled(timestamp=start, unit_price=total, quantity=None if total is None else ONE)]
        return made | ({"do_not_invoice": True} if values.get("invoice") == "none" else {})

    def place(self, path: str, values: Values) -> str:
        """Problems of the invoice at the fields of its kind."""
        parts = path.strip("/").split("/")
        if parts[0] != "invoice_schedule":
            return super().place(path, values)
        shown = self.visible(values)
        if values.get("type") == "POSTPAID":
            return "due"
        if values.get("invoice") in ("start", "none"):
            return {"timestamp": "starting_at"}.get(parts[-1], "amount")
        return dated.place(parts[1:], shown) or "invoice"

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What can be used, and what is invoiced when."""
        access = self.access_sentence(payload, offering)
        schedule = payload.get("invoice_schedule")
        if not schedule:
            return access, "Nothing is invoiced for it."
        due = dates(ChargeSchedule.model_validate(schedule).occurrences(), invoice_unit(payload))
        if schedule.get("do_not_invoice"):
            return access, f"Recorded but not invoiced: {due}"
        if payload.get("type") == "POSTPAID":
            return access, f"What is not used by then is invoiced: {due} at most"
        return access, f"Invoiced: {due}"


def invoice_unit(payload: Payload) -> str | None:
    """The credit type of its invoices, None for USD unsaid."""
    unit = (payload.get("invoice_schedule") or {}).get("credit_type_id")
    return str(unit) if unit else None


def summary(payload: Payload) -> str:
    """Its amount for a list."""
    total = total_of(payload.get("access_schedule") or {})
    return "" if total is None else reading.amount(total, unit_of(payload))
