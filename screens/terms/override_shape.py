"""Overrides: another price or entitlement for some usage of one contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms import applies, reading
from screens.terms.kinds import MultiplierField, effect
from screens.terms.line_kinds import TierMultipliersField, TiersField, tiers
from screens.terms.offering import Offering
from screens.terms.shape import Payload, Shape, Values, filled, number
from screens.widgets import when
from screens.widgets.fields import ChoiceField, DateField, Field, ManyField, MoneyField, NumberField
from store.terms.override import Override
from store.terms.time import instant

EFFECTS = (
    ("MULTIPLIER", "Discount or surcharge"),
    ("FLAT", "New price"),
    ("TIERS", "New tiered price"),
    ("TIERED", "Tiered discount"),
    ("NONE", "Price as it is"),
)
KEPT = ("KEPT", "As it came")
"""An effect that has no fields here (percentages, subscriptions): kept as it is."""
ENTITLED = (("card", "As on the card"), ("yes", "Entitled"), ("no", "Not entitled"))
COMMITS = (("no", "All usage"), ("list", "Usage a balance pays"), ("commit", "Its commit rate"))
_FIELDS = {"MULTIPLIER": "multiplier", "FLAT": "price", "TIERS": "tiers", "TIERED": "tier_multipliers"}


class OverrideShape(Shape):
    """An override of a contract."""

    kind, noun, model = "overrides", "override", Override
    MANAGED = frozenset(
        {"starting_at", "ending_before", "entitled", "type", "multiplier", "overwrite_rate", "tiers", "priority",
         "product_id", "applicable_product_tags", "override_specifiers", "is_commit_specific", "target"}
    )  # fmt: skip
    MORE = frozenset({"priority", "commits"})

    def fields(self, offering: Offering, base: Payload) -> Sequence[Field]:
        """What it is about, what becomes of the price, entitlement, dates."""
        start = when.typed(offering.starting_at) if offering.starting_at else ""
        unit = unit_of(base)
        kept = (KEPT,) if base and self._effect(base) == "KEPT" else ()
        return [
            ChoiceField(
                path="about", label="For", required=True, default="tags" if offering.tags else "product",
                choices=(("tags", "Tags"), ("product", "A product"), ("specific", "Specific usage")),
            ),
            ManyField(path="applicable_product_tags", label="Any of the tags", required=True, choices=offering.tags),
            ChoiceField(path="product_id", label="Product", required=True, choices=offering.products),
            *applies.specifier_fields(offering),
            ChoiceField(
                path="effect", label="Price", required=True, default="MULTIPLIER", choices=(*EFFECTS, *kept)
            ),
            MultiplierField(path="multiplier", label="Discount", required=True),
            MoneyField(
                path="price", label="New price", required=True, credit_type_id=unit, help="an amount each, such as 1.90"
            ),
            TiersField(path="tiers", label="Tiers", required=True, credit_type_id=unit, now=offering.now),
            TierMultipliersField(path="tier_multipliers", label="Tiers", required=True, now=offering.now),
            ChoiceField(
                path="entitled", label="Entitlement", default="card", choices=ENTITLED, required=True,
                explains="Only usage of entitled products is billed.",
            ),
            DateField(path="starting_at", label="From", required=True, default=start, clock=lambda: offering.now),
            DateField(
                path="ending_before", label="Until", end=True, help="blank: to the contract's end",
                clock=lambda: offering.now,
            ),
            NumberField(path="priority", label="Priority", help="lower wins; needed where multipliers compete by it"),
            ChoiceField(path="commits", label="Applies to", required=True, default="no", choices=COMMITS),
        ]  # fmt: skip

    @staticmethod
    def _effect(payload: Payload) -> str:
        kind = str(payload.get("type") or "NONE").upper()
        if kind != "OVERWRITE":
            return kind
        rate = str((payload.get("overwrite_rate") or {}).get("rate_type", "")).upper()
        return {"FLAT": "FLAT", "TIERED": "TIERS"}.get(rate, "KEPT")

    def values(self, payload: Payload) -> dict[str, Any]:
        """The effect's own fields hold its numbers."""
        rate = payload.get("overwrite_rate") or {}
        kind = self._effect(payload)
        found: dict[str, Any] = filled(
            **{
                k: payload.get(k)
                for k in ("starting_at", "ending_before", "priority", "product_id", "applicable_product_tags",
                          "multiplier")
            },
            price=rate.get("price") if kind == "FLAT" else None,
            tiers=rate.get("tiers") if kind == "TIERS" else None,
            tier_multipliers=payload.get("tiers"),
        )  # fmt: skip
        found["effect"] = kind
        found["entitled"] = {True: "yes", False: "no"}.get(payload.get("entitled"), "card")  # type: ignore[arg-type]
        specific = str(payload.get("target") or "LIST_RATE").upper() == "COMMIT_RATE"
        found["commits"] = ("commit" if specific else "list") if payload.get("is_commit_specific") else "no"
        specifiers = payload.get("override_specifiers")
        if specifiers:
            return found | {"about": "specific"} | applies.specifier_values(specifiers[0])
        return found | {"about": "product" if payload.get("product_id") else "tags"}

    def visible(self, values: Values) -> frozenset[str]:
        """The fields of the target and of the effect; tiered discounts always need a priority."""
        about = {"product": {"product_id"}, "specific": set(applies.SPECIFIER.values())}
        shown = about.get(str(values.get("about")), {"applicable_product_tags"})
        if values.get("about") == "product" and values.get("applicable_product_tags"):
            shown = shown | {"applicable_product_tags"}
        number = _FIELDS.get(str(values.get("effect")))
        return frozenset(
            {"about", "effect", "entitled", "starting_at", "ending_before", *shown, *self.MORE}
            | ({number} if number else set())
        )

    def payload(self, values: Values, base: Payload) -> Payload:
        """In the order of the guide's requests."""
        made = filled(starting_at=values.get("starting_at"), ending_before=values.get("ending_before"))
        if values.get("entitled") in ("yes", "no"):
            made["entitled"] = values["entitled"] == "yes"
        made |= self._price(values, base) | self._target(values, base)
        if values.get("commits") in ("list", "commit"):
            made["is_commit_specific"] = True
        if values.get("commits") == "commit":
            made["target"] = "COMMIT_RATE"
        return made | filled(priority=values.get("priority")) | self.kept(base)

    @staticmethod
    def _price(values: Values, base: Payload) -> Payload:
        unit = unit_of(base)
        rate: Payload = {"credit_type_id": unit} if unit else {}
        match values.get("effect"):
            case "MULTIPLIER":
                return {"type": "MULTIPLIER"} | given(multiplier=values.get("multiplier"))
            case "FLAT":
                price = given(price=values.get("price"))
                return {"type": "OVERWRITE", "overwrite_rate": {"rate_type": "FLAT", **price, **rate}}
            case "TIERS":
                steps = given(tiers=values.get("tiers"))
                return {"type": "OVERWRITE", "overwrite_rate": {"rate_type": "TIERED", **steps, **rate}}
            case "TIERED":
                return {"type": "TIERED"} | given(tiers=values.get("tier_multipliers"))
            case "KEPT":
                return {k: base[k] for k in ("type", "overwrite_rate", "multiplier", "tiers") if k in base}
        return {}

    @staticmethod
    def _target(values: Values, base: Payload) -> Payload:
        match values.get("about"):
            case "product":
                return filled(
                    product_id=values.get("product_id"),
                    applicable_product_tags=values.get("applicable_product_tags") if base.get("product_id") else None,
                )
            case "specific":
                old = base.get("override_specifiers")
                return {"override_specifiers": [applies.specifier(values, old), *(old or [])[1:]]}
        return filled(applicable_product_tags=values.get("applicable_product_tags"))

    def place(self, path: str, values: Values) -> str:
        """Problems of the target at the target's fields, of the price at the effect's."""
        parts = path.strip("/").split("/")
        number = _FIELDS.get(str(values.get("effect")), "effect")
        if parts[0] == "override_specifiers":
            return applies.SPECIFIER.get(parts[2], "spec_product") if len(parts) > 2 else "spec_product"
        if parts[0] in ("overwrite_rate", "multiplier", "tiers"):
            return number
        if parts[0] == "type":
            return "entitled" if values.get("effect") == "NONE" else "effect"
        if not parts[0]:
            return {"product": "product_id", "specific": "spec_product"}.get(
                str(values.get("about")), "applicable_product_tags"
            )
        return {"is_commit_specific": "commits", "target": "commits"}.get(parts[0], parts[0])

    def sentences(self, payload: Payload, offering: Offering) -> tuple[str, ...]:
        """What changes for which usage, and from when."""
        until = payload.get("ending_before")
        time = f"from {when.shown(instant(payload['starting_at']))}" + (
            f" until {when.shown(instant(until))}" if until else " on"
        )
        return (f"{about(payload, offering)}: {change(payload)}, {time}",)


def given(**values: Any) -> Payload:
    """Those of the values that are not None."""
    return {key: value for key, value in values.items() if value is not None}


def unit_of(payload: Payload) -> str | None:
    """The credit type of an overwrite's price, None for USD unsaid."""
    unit = (payload.get("overwrite_rate") or {}).get("credit_type_id")
    return str(unit) if unit else None


def about(payload: Payload, offering: Offering, *, products: bool = True) -> str:
    """Which usage it is for: `tagged cloud (Cloud Compute, Cloud Storage)`; without the products: `tagged cloud`."""
    if payload.get("override_specifiers"):
        return " or ".join(applies.describe(s, offering) for s in payload["override_specifiers"])
    parts = [offering.product_name(payload["product_id"])] if payload.get("product_id") else []
    tags = tuple(payload.get("applicable_product_tags") or ())
    if tags:
        parts.append(f"tagged {' or '.join(tags)}" + (f" ({offering.with_tags(tags)})" if products else ""))
    return ", ".join(parts)


def change(payload: Payload) -> str:
    """What becomes of the price and of entitlement: `5 % off, entitled`."""
    kind = OverrideShape._effect(payload)
    parts = []
    if kind == "MULTIPLIER":
        parts.append(effect(number(payload.get("multiplier", 1))))
    elif kind == "FLAT":
        parts.append(f"{reading.price(payload['overwrite_rate'].get('price', 0), unit_of(payload))} each")
    elif kind == "TIERS":
        steps = payload["overwrite_rate"].get("tiers") or []
        parts.append(tiers(steps, lambda t: reading.price(t["price"], unit_of(payload))))
    elif kind == "TIERED":
        parts.append(tiers(payload.get("tiers") or [], lambda t: effect(number(t["multiplier"]))))
    elif kind == "KEPT":
        rate = payload.get("overwrite_rate") or {}
        parts.append(str(rate.get("rate_type", "another price")).replace("_", " ").lower())
    if payload.get("entitled") is not None:
        parts.append("entitled" if payload["entitled"] else "not entitled: not billed")
    return ", ".join(parts)
