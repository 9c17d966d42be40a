"""The short form in which conformance cases write a bundle, and how it becomes one.

A case file is YAML: `about`, an optional `base`, and `cases`; a case lies over its file's base. What they may hold:

- `products`: id → attributes. `measure: SUM units by region` stands for a metric over events whose type is the
  product's id (default `SUM units`); the type is USAGE unless said otherwise. `fee` (FIXED) is always there.
- `rates`: of the rate card `card`; entitled from 2024 on and FLAT unless said otherwise.
  `tiers: [[20, 50], [null, 25]]` are sizes and prices (in overrides: sizes and multipliers).
- `contract`: what contract `c1` of the customer `acme` says, from 2025-01-01; `contracts`: further ones.
- a commit or credit may say `segments: [[1000, 2025-01-01, 2026-01-01]]` and `invoice: [[2025-01-01, 1000]]`;
  commits are PREPAID, all are sold as `fee`, and are named by their id, unless said otherwise.
- `usage`: events such as `2025-01-05 calls 300 region=eu @alias tx:transaction`; the number is the property `units`.
- `customer`, `customers`, `metrics`, `cards`, `as_of`: as in a bundle. A date alone is its midnight, UTC.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}")
_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_MEASURE = re.compile(r"(?P<how>\w+)(?: (?P<key>\w+))?(?: by (?P<groups>[\w,+ ]+))?")


def merged(low: Any, high: Any) -> Any:
    """`high` laid over `low`: objects key by key, lists of things with ids by their id, anything else replaced."""
    if isinstance(low, dict) and isinstance(high, dict):
        both = {key: merged(low[key], high[key]) if key in low else high[key] for key in high}
        return {**low, **both}
    return high


def instant(text: str) -> str:
    """A date, hour or minute written short, as RFC 3339."""
    for pattern, rest in ((_DATE, "T00:00:00Z"), (_HOUR, ":00:00Z"), (_MINUTE, ":00Z")):
        if pattern.fullmatch(text):
            return text + rest
    return text


def bundle(case: dict[str, Any]) -> dict[str, Any]:
    """The bundle that a case (already laid over its base) stands for."""
    products = {"fee": {"type": "FIXED"}, **case.get("products", {})}
    metrics = [*case.get("metrics", [])]
    known = {metric["id"] for metric in metrics}
    made = [_product(name, dict(attributes or {}), metrics, known) for name, attributes in products.items()]
    cards = [{"id": "card", "name": "card", "rates": case.get("rates", [])}, *case.get("cards", [])]
    customers = [{"id": "acme", "name": "acme", **case.get("customer", {})}, *case.get("customers", [])]
    contracts = [{"id": "c1", **case.get("contract", {})}, *case.get("contracts", [])]
    if case.get("contract", {}) is None:
        contracts = contracts[1:]
    whole = {
        "billable_metrics": metrics,
        "products": made,
        "rate_cards": [{**card, **_card(card)} for card in cards],
        "customers": [{"name": each["id"], **each, **_balances(each)} for each in customers],
        "contracts": [_contract(each) for each in contracts],
        "events": [_event(text, k) if isinstance(text, str) else text for k, text in enumerate(case.get("usage", []))],
    }
    if "as_of" in case:
        whole["as_of"] = case["as_of"]
    document: dict[str, Any] = _dated(merged(whole, case.get("bundle", {})))
    return document


def _dated(value: Any) -> Any:
    if isinstance(value, str):
        return instant(value)
    if isinstance(value, dict):
        return {key: item if key == "properties" else _dated(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dated(item) for item in value]
    return value


def _product(name: str, given: dict[str, Any], metrics: list[Any], known: set[str]) -> dict[str, Any]:
    found = {"id": name, "name": name, "type": "USAGE", **given}
    measure = found.pop("measure", "SUM units")
    if found["type"] == "USAGE" and "billable_metric_id" not in found:
        found["billable_metric_id"] = f"{name}-metric"
    if found["type"] == "USAGE" and found["billable_metric_id"] not in known:
        metrics.append(metric(found["billable_metric_id"], name, measure))
        known.add(found["billable_metric_id"])
    return found


def metric(name: str, event_type: str, measure: str) -> dict[str, Any]:
    """The metric that `SUM units by region+team` stands for, over one event type."""
    match = _MEASURE.fullmatch(measure)
    assert match, measure
    found: dict[str, Any] = {"id": name, "name": name, "aggregation_type": match["how"]}
    found["event_type_filter"] = {"in_values": [event_type]}
    groups = [group.split("+") for group in match["groups"].split(",")] if match["groups"] else []
    filters = {key for group in groups for key in group}
    if match["key"]:
        found["aggregation_key"] = match["key"]
        filters.add(match["key"])
    if filters:
        found["property_filters"] = [{"name": key, "exists": True} for key in sorted(filters)]
    if groups:
        found["group_keys"] = groups
    return found


def _card(card: dict[str, Any]) -> dict[str, Any]:
    return {"name": card.get("name", card["id"]), "rates": [_rate(rate) for rate in card.get("rates", [])]}


def _rate(rate: dict[str, Any]) -> dict[str, Any]:
    found = {"starting_at": "2024-01-01", "entitled": True, **_price(rate)}
    if "commit_rate" in found:
        found["commit_rate"] = _price(found["commit_rate"])
    return found


def _price(rate: dict[str, Any]) -> dict[str, Any]:
    found = {"rate_type": "TIERED" if "tiers" in rate else "FLAT", **rate}
    if "tiers" in found:
        found["tiers"] = [_sized(tier, "price") for tier in found["tiers"]]
    return found


def _sized(tier: Any, value: str) -> Any:
    if not isinstance(tier, list):
        return tier
    return {**({} if tier[0] is None else {"size": tier[0]}), value: tier[1]}


def _contract(given: dict[str, Any]) -> dict[str, Any]:
    found = {"customer_id": "acme", "starting_at": "2025-01-01", **given}
    if "rate_card_id" not in found and "rate_card_alias" not in found and "package_id" not in found:
        found["rate_card_id"] = "card"
    if found.get("rate_card_id", "") is None:
        del found["rate_card_id"]
    found = {**found, **_balances(found), **_overrides(found)}
    for kind in ("amendments", "edits"):
        if kind in found:
            found[kind] = [{**each, **_balances(each), **_overrides(each)} for each in found[kind]]
    return found


def _balances(owner: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for kind in ("commits", "credits", "add_commits", "add_credits"):
        if kind in owner:
            changed[kind] = [_balance(each, commit=kind.endswith("commits")) for each in owner[kind]]
    for kind in ("recurring_commits", "recurring_credits", "scheduled_charges", "add_scheduled_charges", "discounts"):
        if kind in owner:
            changed[kind] = [{"product_id": "fee", "name": each.get("id", "fee"), **each} for each in owner[kind]]
    return changed


def _balance(given: dict[str, Any], *, commit: bool) -> dict[str, Any]:
    found = {"product_id": "fee", "name": given["id"], **({"type": "PREPAID"} if commit else {}), **given}
    segments, invoice, unit = found.pop("segments", None), found.pop("invoice", None), found.pop("unit", None)
    if segments:
        items = [{"amount": s[0], "starting_at": s[1], "ending_before": s[2]} for s in segments]
        for k, item in enumerate(items):
            item["id"] = f"{found['id']}-{k + 1}"
        found["access_schedule"] = {"schedule_items": items, **({"credit_type_id": unit} if unit else {})}
    if invoice:
        found["invoice_schedule"] = {"schedule_items": [{"timestamp": at, "amount": amount} for at, amount in invoice]}
    return found


def _overrides(owner: dict[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    for kind in ("overrides", "add_overrides"):
        if kind in owner:
            changed[kind] = [
                _override(each, each.get("starting_at") or owner.get("starting_at", "2025-01-01"))
                for each in owner[kind]
            ]
    return changed


def _override(given: dict[str, Any], start: str) -> dict[str, Any]:
    found = {**given, "starting_at": start}
    if "overwrite_rate" in found:
        found["overwrite_rate"] = _price(found["overwrite_rate"])
    if "tiers" in found:
        found["tiers"] = [_sized(tier, "multiplier") for tier in found["tiers"]]
    return found


def _event(text: str, k: int) -> dict[str, Any]:
    at, kind, *rest = text.split()
    found: dict[str, Any] = {"transaction_id": f"t{k}", "customer_id": "acme", "event_type": kind, "timestamp": at}
    properties: dict[str, Any] = {}
    for word in rest:
        if _NUMBER.fullmatch(word):
            properties["units"] = word
        elif word.startswith("@"):
            found["customer_id"] = word[1:]
        elif word.startswith("tx:"):
            found["transaction_id"] = word[3:]
        else:
            name, _, value = word.partition("=")
            properties[name] = Decimal(value[1:]) if value.startswith("%") else value
    return {**found, "properties": properties}
