"""What usage a balance applies to: everything, products, any of some tags, or usage described more closely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screens.terms.offering import Offering
from screens.terms.shape import Payload, Values, filled
from screens.widgets.fields import ChoiceField, Field, ManyField, PairsField

MANAGED = frozenset({"applicable_product_ids", "applicable_product_tags", "specifiers"})
SPECIFIER = {
    "product_id": "spec_product",
    "product_tags": "spec_tags",
    "pricing_group_values": "spec_pricing",
    "presentation_group_values": "spec_presentation",
}
"""A specifier's keys and the fields that stand for them."""


def fields(offering: Offering) -> list[Field]:
    """The question and the fields of each answer."""
    return [
        ChoiceField(
            path="applies", label="Applies to", required=True, default="everything",
            choices=(
                ("everything", "Everything"), ("tags", "Tags"), ("products", "Products"), ("specific", "Specific"),
            ),
        ),
        ManyField(path="applicable_product_tags", label="Any of the tags", required=True, choices=offering.tags),
        ManyField(path="applicable_product_ids", label="Which products", required=True, choices=offering.products),
        *specifier_fields(offering),
    ]  # fmt: skip


def specifier_fields(offering: Offering) -> list[Field]:
    """The conditions of one specifier; all of them must hold."""
    keys = offering.group_keys()
    pricing, presentation = keys["pricing"], keys["presentation"]
    return [
        ChoiceField(path="spec_product", label="Product", choices=offering.products, help="any product"),
        ManyField(path="spec_tags", label="With all the tags", choices=offering.tags, help="any tags"),
        PairsField(
            path="spec_pricing", label="Priced by", lines=2, help=_pair_help(pricing, "a pricing group key"),
        ),
        PairsField(
            path="spec_presentation", label="Shown by", lines=2,
            help=_pair_help(presentation, "a presentation group key"),
        ),
    ]  # fmt: skip


def _pair_help(keys: Sequence[str], kind: str) -> str:
    return f"such as {keys[0]} = value" if keys else f"no product on the card has {kind}"


def values(payload: Payload) -> dict[str, Any]:
    """The fields' values."""
    given = filled(
        applicable_product_ids=payload.get("applicable_product_ids"),
        applicable_product_tags=payload.get("applicable_product_tags"),
    )
    if payload.get("specifiers"):
        return {"applies": "specific", **specifier_values(payload["specifiers"][0])}
    if "applicable_product_ids" in given:
        return {"applies": "products", **given}
    return {"applies": "tags" if given else "everything", **given}


def specifier_values(specifier: Payload) -> dict[str, Any]:
    """The fields' values of one specifier."""
    return {field: specifier[key] for key, field in SPECIFIER.items() if specifier.get(key)}


def visible(values: Values) -> set[str]:
    """The fields of the answer given."""
    chosen = values.get("applies")
    shown = {"applies"}
    if chosen == "products":
        shown |= {"applicable_product_ids"}
        if values.get("applicable_product_tags"):
            shown |= {"applicable_product_tags"}
    elif chosen == "tags":
        shown |= {"applicable_product_tags"}
    elif chosen == "specific":
        shown |= set(SPECIFIER.values())
    return shown


def payload(values: Values, base: Payload) -> Payload:
    """The payload's part; a base with several specifiers keeps those after the first."""
    if values.get("applies") == "specific":
        return {"specifiers": [specifier(values, base.get("specifiers")), *(base.get("specifiers") or [])[1:]]}
    shown = visible(values)
    names = ("applicable_product_ids", "applicable_product_tags")
    return filled(**{name: values.get(name) for name in names if name in shown})


def specifier(values: Values, base: Sequence[Payload] | None) -> Payload:
    """One specifier; conditions that have no field are kept."""
    first = dict(base[0]) if base else {}
    others = {key: value for key, value in first.items() if key not in SPECIFIER}
    return {**filled(**{key: values.get(field) for key, field in SPECIFIER.items()}), **others}


def place(path: str) -> str:
    """The field of a problem."""
    parts = path.strip("/").split("/")
    if parts[0] == "specifiers":
        return SPECIFIER.get(parts[2], "spec_product") if len(parts) > 2 else "spec_product"
    return parts[0] if parts[0] in MANAGED else ""


def phrase(payload: Payload, offering: Offering) -> str:
    """In words: `usage tagged cloud (Cloud Compute, Storage)`."""
    given = payload.get("specifiers")
    if given:
        return " or ".join(describe(s, offering) for s in given)
    parts = [offering.product_name(i) for i in payload.get("applicable_product_ids") or ()]
    tags = tuple(payload.get("applicable_product_tags") or ())
    if tags:
        parts.append(f"usage tagged {' or '.join(tags)} ({offering.with_tags(tags)})")
    return ", ".join(parts) or "all usage"


def describe(specifier: Payload, offering: Offering) -> str:
    """One specifier in words."""
    parts = []
    if specifier.get("product_id"):
        parts.append(offering.product_name(specifier["product_id"]))
    if specifier.get("product_tags"):
        parts.append("tagged " + " and ".join(specifier["product_tags"]))
    for key in ("pricing_group_values", "presentation_group_values"):
        parts += [f"{name} = {value}" for name, value in (specifier.get(key) or {}).items()]
    parts += [f"charged {specifier['billing_frequency'].lower()}"] if specifier.get("billing_frequency") else []
    if any(specifier.get(k) for k in ("commit_ids", "recurring_commit_ids", "any_commit_or_credit_ids")):
        parts.append("while certain balances pay")
    if specifier.get("exclude"):
        parts.append("except " + ", ".join(" and ".join(e["product_tags"]) for e in specifier["exclude"]))
    return ", ".join(parts) or "all usage"
