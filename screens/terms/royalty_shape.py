"""Reseller royalties: a marketplace's share, stamped on the lines it applies to (README, §2.13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms import applies
from screens.terms.kinds import PercentField, percent
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, filled, number
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, ManyField, MoneyField, TextField
from store.terms.gated import ResellerRoyalty
from store.terms.time import instant

TYPES = (("AWS", "AWS"), ("AWS_PRO_SERVICE", "AWS services"), ("GCP", "GCP"), ("GCP_PRO_SERVICE", "GCP services"))
OPTIONS = {
    "aws_options": {
        "aws_account_number": "AWS account", "aws_offer_id": "AWS offer", "aws_payer_reference_id": "AWS payer",
    },
    "gcp_options": {"gcp_account_id": "GCP account", "gcp_offer_id": "GCP offer"},
}  # fmt: skip
"""How each marketplace knows the sale, by the request's key."""
_PLAIN = (
    "reseller_type", "fraction", "netsuite_reseller_id", "starting_at", "ending_before", "reseller_contract_value",
    "applicable_product_ids", "applicable_product_tags",
)  # fmt: skip


class RoyaltyShape(Shape):
    """A reseller royalty of a contract."""

    kind, noun, model = "reseller_royalties", "reseller royalty", ResellerRoyalty
    MANAGED = frozenset(_PLAIN) | frozenset(OPTIONS)
    MORE = frozenset({"reseller_contract_value", *(key for keys in OPTIONS.values() for key in keys)})

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """Reseller and share, what it applies to, dates; how the marketplace knows the sale behind."""
        start = when.typed(offering.starting_at) if offering.starting_at else ""
        return [
            ChoiceField(path="reseller_type", label="Reseller", required=True, default="AWS", choices=TYPES),
            PercentField(path="fraction", label="Share", required=True, help="such as 3 %"),
            TextField(path="netsuite_reseller_id", label="NetSuite id", required=True, help="of the reseller"),
            ChoiceField(
                path="applies", label="Applies to", required=True, default="tags" if offering.tags else "products",
                choices=(("tags", "Tags"), ("products", "Products")),
            ),
            ManyField(path="applicable_product_tags", label="Any of the tags", required=True, choices=offering.tags),
            ManyField(path="applicable_product_ids", label="Which products", required=True, choices=offering.products),
            DateField(path="starting_at", label="From", required=True, default=start, clock=lambda: offering.now),
            DateField(
                path="ending_before", label="Until", end=True, help="blank: as long as the contract",
                clock=lambda: offering.now,
            ),
            MoneyField(path="reseller_contract_value", label="Worth of the sale", help="as the reseller was told"),
            *(TextField(path=key, label=label) for keys in OPTIONS.values() for key, label in keys.items()),
        ]  # fmt: skip

    def values(self, payload: Payload) -> dict[str, Any]:
        """The marketplace's options in their own fields."""
        found = filled(**{k: payload.get(k) for k in _PLAIN})
        for name, keys in OPTIONS.items():
            found |= filled(**{key: (payload.get(name) or {}).get(key) for key in keys})
        return found | {"applies": applies.values(payload)["applies"].replace("everything", "tags")}

    def visible(self, values: Values) -> frozenset[str]:
        """The options of its own marketplace."""
        maker = "aws_options" if str(values.get("reseller_type", "AWS")).startswith("AWS") else "gcp_options"
        shown = {"reseller_type", "fraction", "netsuite_reseller_id", "starting_at", "ending_before"}
        return frozenset(shown | applies.visible(values) | {"reseller_contract_value", *OPTIONS[maker]})

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the documentation."""
        shown = self.visible(values)
        made = filled(**{k: values.get(k) for k in _PLAIN if k in shown})
        for name, keys in OPTIONS.items():
            made |= filled(**{name: filled(**{key: values.get(key) for key in keys if key in shown})})
        return made | self.kept(base)

    def place(self, path: str, values: Values) -> str:
        """What it applies to at the field that asks for it."""
        top = path.strip("/").partition("/")[0]
        if top.startswith("applicable_") and top not in self.visible(values):
            return "applicable_product_tags" if values.get("applies") != "products" else "applicable_product_ids"
        return top if top in self.visible(values) else "reseller_type" if top in OPTIONS else ""

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """Whose share of which lines, and that no total changes."""
        until = payload.get("ending_before")
        time = f"from {when.shown(instant(payload['starting_at']))}" + (
            f" until {when.shown(instant(until))}" if until else " on"
        )
        share = f"{percent(number(payload['fraction']))} % of {applies.phrase(payload, offering)}"
        return (f"{share} goes to {reseller(payload)}, {time}", "It is noted on those lines; no total changes.")


def reseller(payload: Payload) -> str:
    """`AWS`, `GCP services`."""
    return dict(TYPES).get(str(payload.get("reseller_type")), str(payload.get("reseller_type", "")))
