"""Recurring commits and credits: a balance made anew every period, invoiced or given (README, §2.10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms import applies, reading
from screens.terms.kinds import PercentField
from screens.terms.offering import Offering
from screens.terms.recurring_words import CREATED, EVERY, amount_of, invoiced_at
from screens.terms.rounding import RoundingField
from screens.terms.shape import Payload, Shape, Values, filled, only
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, MoneyField, NumberField, TextField
from store.terms.money import USD
from store.terms.recurring import RecurringCommit, RecurringCredit
from store.terms.time import instant

PRORATIONS = (
    ("FIRST_AND_LAST", "First and last"), ("FIRST", "First"), ("LAST", "Last"), ("NONE", "Neither"),
)  # fmt: skip
_PLACES = {
    "access_amount": {"unit_price": "price", "quantity": "quantity"},
    "invoice_amount": {"unit_price": "invoice_price", "quantity": "invoice_quantity"},
    "proration_rounding": {"access": "round_access", "invoice": "round_invoice"},
    "subscription_config": {"subscription_id": "linked", "allocation": "allocation"},
}


class RecurringShape(Shape):
    """What both kinds have; only commits are invoiced."""

    MANAGED = frozenset(
        {"product_id", "name", "description", "priority", "starting_at", "ending_before", "commit_duration",
         "access_amount", "recurrence_frequency", "proration", "proration_rounding", "subscription_config",
         "rate_type", "rollover_fraction", "custom_fields"}
    ) | applies.MANAGED  # fmt: skip
    MORE = frozenset(
        {"priority", "linked", "proration", "round_access", "round_invoice", "description", "rate_type",
         "rollover_fraction", "custom_fields"}
    )  # fmt: skip

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Product, amount, rhythm, invoice; the rest behind."""
        start = when.typed(offering.starting_at) if offering.starting_at else ""
        return [
            ChoiceField(
                path="product_id", label="Product", required=True, choices=offering.fixed,
                default=only(offering.fixed, self.noun.split()[-1]),
                help="a fixed product" if offering.fixed else "no fixed product in the catalog yet",
            ),
            TextField(path="name", label="Name", help="as on the product"),
            MoneyField(path="price", label="Amount each", required=True, credit_type_id=unit_of(base)),
            NumberField(path="quantity", label="Quantity", default="1", help="how many of that amount"),
            ChoiceField(
                path="every", label="Made anew every", required=True, default=CREATED, choices=EVERY,
                explains="Statement: once for each usage statement of the contract. Others count from the first.",
            ),
            NumberField(
                path="lasts", label="Lasts (periods)", required=True, whole=True, default="1",
                help="how many periods it can be used, such as 1",
            ),
            DateField(path="starting_at", label="From", required=True, default=start, clock=lambda: offering.now),
            DateField(
                path="ending_before", label="Until", end=True, help="blank: as long as the contract",
                clock=lambda: offering.now,
            ),
            *self.invoice_fields(base),
            *applies.fields(offering),
            NumberField(path="priority", label="Priority", required=True, default="100", help="lower is used first"),
            ChoiceField(
                path="linked", label="One per seat of", choices=offering.subscriptions,
                help="no subscription" if offering.subscriptions else "no subscription on this contract yet",
            ),
            ChoiceField(
                path="allocation", label="Seats draw from", required=True, default="POOLED",
                choices=(("POOLED", "One pool"), ("INDIVIDUAL", "A balance of their own")),
            ),
            ChoiceField(
                path="seat_increase", label="For a new seat", required=True, default="yes",
                choices=(("yes", "The rest of the period"), ("no", "The whole amount")),
            ),
            ChoiceField(
                path="proration", label="Prorated", required=True, default="FIRST_AND_LAST", choices=PRORATIONS,
                explains="Which periods that are not whole get a part of the amount only.",
            ),
            RoundingField(path="round_access", label="Amount rounded"),
            *([RoundingField(path="round_invoice", label="Invoice rounded")] if self.invoiced else []),
            TextField(path="description", label="Description", help="internal"),
            ChoiceField(
                path="rate_type", label="Usage priced at", required=True, default="LIST_RATE",
                choices=(("LIST_RATE", "List rate"), ("COMMIT_RATE", "Commit rate")),
            ),
            PercentField(path="rollover_fraction", label="Rolls over", help="at renewal, such as 25 %"),
            *self.custom_fields(offering),
        ]  # fmt: skip

    invoiced = False
    """Whether it can be invoiced."""

    def invoice_fields(self, base: Payload) -> list[Field]:
        """How each is invoiced; nothing for credits."""
        return []

    def values(self, payload: Payload) -> dict[str, Any]:
        """The nested numbers in their own fields."""
        access, link = payload.get("access_amount") or {}, payload.get("subscription_config") or {}
        found: dict[str, Any] = filled(
            **{
                k: payload.get(k)
                for k in ("product_id", "name", "description", "priority", "starting_at", "ending_before",
                          "rollover_fraction", "custom_fields")
            },
            price=access.get("unit_price"),
            quantity=access.get("quantity"),
            lasts=(payload.get("commit_duration") or {}).get("value"),
            linked=link.get("subscription_id"),
            **{f"round_{k}": (payload.get("proration_rounding") or {}).get(k) for k in ("access", "invoice")},
        )  # fmt: skip
        found["every"] = str(payload.get("recurrence_frequency") or CREATED).upper()
        found["proration"] = str(payload.get("proration") or "FIRST_AND_LAST").upper()
        found["rate_type"] = str(payload.get("rate_type") or "LIST_RATE").upper()
        found["allocation"] = link.get("allocation") or "POOLED"
        prorated = (link.get("apply_seat_increase_config") or {}).get("is_prorated", True)
        found["seat_increase"] = "yes" if prorated else "no"
        return found | applies.values(payload)

    def visible(self, values: Values) -> frozenset[str]:
        """With a subscription its seats are the quantity."""
        seats = {"allocation", "seat_increase"} if values.get("linked") else {"quantity"}
        shown = {"product_id", "name", "price", "every", "lasts", "starting_at", "ending_before"}
        return frozenset(shown | seats | applies.visible(values) | self.MORE)

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the documentation."""
        made = filled(product_id=values.get("product_id"), name=values.get("name"))
        made |= filled(
            description=values.get("description"),
            access_amount=self._access(values, base),
            commit_duration=filled(value=values.get("lasts")) and {"value": values["lasts"], "unit": "PERIODS"},
        )
        made |= self.invoice(values, base)
        made |= filled(**{k: values.get(k) for k in ("priority", "starting_at", "ending_before")})
        if values.get("every") not in (None, CREATED):
            made["recurrence_frequency"] = values["every"]
        if values.get("proration", "FIRST_AND_LAST") != "FIRST_AND_LAST" or base.get("proration"):
            made["proration"] = values.get("proration")
        made |= filled(
            proration_rounding=filled(access=values.get("round_access"), invoice=values.get("round_invoice")),
            subscription_config=self._link(values),
        )
        made |= applies.payload(values, base)
        if values.get("rate_type") == "COMMIT_RATE":
            made["rate_type"] = "COMMIT_RATE"
        made |= filled(
            rollover_fraction=values.get("rollover_fraction"),
            custom_fields=values.get("custom_fields", base.get("custom_fields")),
        )
        return made | self.kept(base)

    @staticmethod
    def _access(values: Values, base: Payload) -> Payload:
        quantity = values.get("quantity")
        if values.get("linked"):  # what it says of itself stays: seats are counted where it says nothing
            quantity = (base.get("access_amount") or {}).get("quantity") if base.get("subscription_config") else None
        made = filled(unit_price=values.get("price"))
        return made and made | filled(credit_type_id=stated_unit(base, "access_amount"), quantity=quantity)

    @staticmethod
    def _link(values: Values) -> Payload:
        if not values.get("linked"):
            return {}
        return {
            "subscription_id": values["linked"],
            "allocation": values.get("allocation"),
            "apply_seat_increase_config": {"is_prorated": values.get("seat_increase") != "no"},
        }

    def invoice(self, values: Values, base: Payload) -> Payload:
        """The amount that each is invoiced at; nothing for credits."""
        return {}

    def place(self, path: str, values: Values) -> str:
        """Problems of nested numbers at their fields."""
        parts = path.strip("/").split("/")
        if parts[0] in _PLACES:
            known = _PLACES[parts[0]]
            place = known.get(parts[1] if len(parts) > 1 else "", next(iter(known.values())))
            return place if place in self.visible(values) else "price" if parts[0] == "access_amount" else "invoice"
        if parts[0] == "commit_duration":
            return "lasts"
        if parts[0] == "recurrence_frequency":
            return "every"
        return applies.place(path) or (parts[0] if parts[0] in self.MANAGED else "")

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What is made how often, for which usage, and what of it is invoiced."""
        until = payload.get("ending_before")
        time = f"from {when.shown(instant(payload['starting_at']))}" + (
            f" until {when.shown(instant(until))}" if until else " on"
        )
        return (
            f"{amount_of(payload, offering)}, {time}, usable by {applies.phrase(payload, offering)}.",
            invoiced_at(payload) if self.invoiced else "Given away: its cost basis is 0.",
        )


class RecurringCreditShape(RecurringShape):
    """A recurring credit."""

    kind, noun, model, ENTITY = "recurring_credits", "recurring credit", RecurringCredit, "contract_credit"
    MORE = RecurringShape.MORE - {"round_invoice"}


class RecurringCommitShape(RecurringShape):
    """A recurring commit."""

    kind, noun, model, ENTITY = "recurring_commits", "recurring commit", RecurringCommit, "commit"
    MANAGED = RecurringShape.MANAGED | {"invoice_amount"}
    invoiced = True

    def invoice_fields(self, base: Payload) -> list[Field]:
        """The same amount, another one, or nothing."""
        unit = (base.get("invoice_amount") or {}).get("credit_type_id")
        return [
            ChoiceField(
                path="invoice", label="Invoiced", required=True, default="same",
                choices=(("same", "Same amount"), ("own", "Another amount"), ("free", "Not at all")),
            ),
            MoneyField(path="invoice_price", label="Invoiced each", required=True, credit_type_id=unit),
            NumberField(path="invoice_quantity", label="Times", required=True, default="1", help="such as 1"),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """Also: which of the three it is."""
        found = super().values(payload)
        invoice = payload.get("invoice_amount")
        found |= filled(**{f"invoice_{k}": (invoice or {}).get(v) for k, v in
                           (("price", "unit_price"), ("quantity", "quantity"))})  # fmt: skip
        access = payload.get("access_amount") or {}
        same = not found.get("linked") and all(
            (invoice or {}).get(k) == access.get(k) for k in ("unit_price", "quantity", "credit_type_id")
        )
        found["invoice"] = "free" if not invoice else "same" if same else "own"
        return found

    def visible(self, values: Values) -> frozenset[str]:
        """An amount of its own where it is another, or where seats make the balance."""
        own = values.get("invoice") == "own" or (values.get("linked") and values.get("invoice") == "same")
        return super().visible(values) | {"invoice"} | ({"invoice_price", "invoice_quantity"} if own else set())

    def invoice(self, values: Values, base: Payload) -> Payload:
        """The invoice amount."""
        if values.get("invoice") == "free":
            return {}
        if "invoice_price" not in self.visible(values):
            made = filled(unit_price=values.get("price"), quantity=values.get("quantity"))
        else:
            made = filled(unit_price=values.get("invoice_price"), quantity=values.get("invoice_quantity"))
        unit = stated_unit(base, "invoice_amount") if base.get("invoice_amount") else stated_unit(base, "access_amount")
        return filled(invoice_amount=made and made | filled(credit_type_id=unit))

    def place(self, path: str, values: Values) -> str:
        """Where the invoice is the amount itself, so are its problems."""
        parts = path.strip("/").split("/")
        if parts[0] == "invoice_amount" and "invoice_price" not in self.visible(values):
            return "quantity" if parts[-1] == "quantity" else "price"
        return super().place(path, values)


def unit_of(payload: Payload) -> str | None:
    """The credit type of what it makes, None for USD unsaid."""
    unit = (payload.get("access_amount") or {}).get("credit_type_id")
    return str(unit) if unit else None


def stated_unit(base: Payload, name: str) -> str | None:
    """The credit type as a payload states it; a new one says which, as the API asks."""
    amount = base.get(name)
    return amount.get("credit_type_id") if amount else USD


def summary(payload: Payload) -> str:
    """Its amount for a list."""
    access = payload.get("access_amount") or {}
    if access.get("unit_price") is None:
        return ""
    quantity = access.get("quantity")
    total = access["unit_price"] if quantity is None else access["unit_price"] * quantity
    return reading.amount(total, unit_of(payload))
