"""Bundles of everything at once, by chance: every kind of term, sound and unsound, in any combination."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from tests.store.rating.any_terms import DAYS, HOURS, USAGE, AnyTerms

_NUMBER = re.compile(r"\d+\.\d+")


class Anything(AnyTerms):
    """Makes one bundle out of a source of chance."""

    def contract(self, customer: str, parents: list[tuple[str, str]], renewable: list[str]) -> dict[str, Any]:
        """A contract of everything."""
        found: dict[str, Any] = {"id": self.id("contract"), "customer_id": customer, "rate_card_id": "card"}
        found |= self.span()
        many = self.chance.randint
        found["subscriptions"] = [self.subscription() for _ in range(many(0, 2))]
        seats = [s["id"] for s in found["subscriptions"]]
        found["commits"] = [self.balance("commit") for _ in range(many(0, 2))]
        found["credits"] = [self.balance("credit") for _ in range(many(0, 2))]
        found["recurring_commits"] = [self.recurring("recommit", found["subscriptions"]) for _ in range(many(0, 1))]
        found["recurring_credits"] = [self.recurring("recredit", found["subscriptions"]) for _ in range(many(0, 1))]
        held = [b["id"] for b in (*found["commits"], *found["credits"])]
        found["overrides"] = [self.override(held) for _ in range(many(0, 3))]
        for kind in ("scheduled_charges", "discounts"):
            terms = (
                {"id": self.id("charge"), "product_id": "fee", "schedule": self.schedule()} for _ in range(many(0, 1))
            )
            found[kind] = list(terms)
        if self.maybe(0.3):
            found["scheduled_charges_on_usage_invoices"] = "ALL"
        if self.maybe():
            day = self.pick("FIRST_OF_MONTH", "CONTRACT_START", "CUSTOM_DATE")
            anchor = {"billing_anchor_date": self.pick(*HOURS)} if day == "CUSTOM_DATE" else {}
            frequency = self.pick("MONTHLY", "WEEKLY", "QUARTERLY", "ANNUAL")
            found["usage_statement_schedule"] = {"frequency": frequency, "day": day, **anchor}
        if self.maybe(0.3):
            found["usage_filter"] = {"group_key": "region", "group_values": self.some("eu", "us")}
        if renewable and self.maybe():
            found["transition"] = {"type": "RENEWAL", "from_contract_id": self.pick(*renewable)}
            found["starting_at"] = self.pick(*HOURS)
            found.pop("ending_before", None)
        if parents and self.maybe():
            contract, owner = self.pick(*parents)
            place: dict[str, Any] = {"parent": {"contract_id": contract, "customer_id": owner}}
            if self.maybe():
                place |= {"payer": "PARENT", "usage_statement_behavior": self.pick("CONSOLIDATE", "SEPARATE")}
            found["hierarchy_configuration"] = place
        elif self.maybe():
            found["hierarchy_configuration"] = {"parent_behavior": {"invoice_consolidation_type": "CONCATENATE"}}
        self.change(found, held, seats)
        return found

    def change(self, contract: dict[str, Any], held: list[str], seats: list[str]) -> None:
        """What is recorded for a contract later."""
        at = {"recorded_at": self.pick(*HOURS)} if self.maybe() else {}
        if self.maybe(0.3):
            day = self.pick(*HOURS)
            contract["amendments"] = [{"starting_at": day, "credits": [self.balance("credit")], **at}]
        if self.maybe(0.2):
            later = [hour for hour in HOURS if hour > contract["starting_at"]] or [HOURS[-1]]
            contract["end_date_updates"] = [{"ending_before": self.pick(*later), **at}]
        if self.maybe(0.2):
            update = {"group_key": "region", "group_values": self.some("eu", "us"), "starting_at": self.pick(*HOURS)}
            contract["usage_filter_updates"] = [update | at]
        edit: dict[str, Any] = {}
        if self.maybe(0.3):
            edit["add_commits"] = [self.balance("commit")]
        if seats and self.maybe(0.6):
            when, update = self.pick(*HOURS), {"subscription_id": self.pick(*seats)}
            seated = next(s for s in contract["subscriptions"] if s["id"] == update["subscription_id"])
            if "seat_config" in seated:
                lists = {
                    "add_seat_ids": [{"seat_ids": self.some("c", "us"), "starting_at": when}],
                    "remove_seat_ids": [{"seat_ids": self.some("a", "b"), "starting_at": self.pick(*HOURS)}],
                    "add_unassigned_seats": [{"quantity": 2, "starting_at": when}],
                }
                update["seat_updates"] = {name: lists[name] for name in self.some(*lists)}
            else:
                update["quantity_updates"] = [{"quantity": self.pick(1, 9), "starting_at": when}]
            edit["update_subscriptions"] = [update]
        commits = [c["id"] for c in contract["commits"]]
        if commits and self.maybe(0.2):
            edit["archive_commits"] = [{"id": self.pick(*commits)}]
        if edit:
            contract["edits"] = [edit | at]
        if held and self.maybe(0.3):
            one = self.pick(*held)
            entry = {
                "balance_id": one,
                "segment_id": f"{one}/segments/0",
                "amount": self.pick(5, -5),
                "reason": "mended",
            }
            contract["ledger_entries"] = [entry | at]
        if self.maybe(0.05):
            contract["archived_at"] = self.pick(*HOURS)

    def bundle(self) -> dict[str, Any]:
        """The whole bundle."""
        groups = [["region", "team"]]
        filters = [{"name": n, "exists": True} for n in ("value", "region", "team")]
        kinds = {"calls": "SUM", "storage": self.pick("SUM", "UNIQUE"), "level": self.pick("MAX", "LATEST", "COUNT")}
        metrics = [
            {
                "id": n, "name": n, "aggregation_type": kind, "group_keys": groups, "property_filters": filters,
                "event_type_filter": {"in_values": [n]}, **({} if kind == "COUNT" else {"aggregation_key": "value"}),
            }
            for n, kind in kinds.items()
        ]  # fmt: skip
        rounding = {"quantity_rounding": {"rounding_method": self.pick("ROUND_UP", "ROUND_DOWN"), "decimal_places": 1}}
        converted = {"quantity_conversion": {"conversion_factor": self.pick(3, "0.5"), "operation": "DIVIDE"}}
        products: list[dict[str, Any]] = [
            {
                "id": "calls", "type": "USAGE", "billable_metric_id": "calls", "tags": ["base", "fast"],
                **(rounding if self.maybe(0.3) else {}), **(converted if self.maybe(0.3) else {}),
                **({"presentation_group_key": ["team"]} if self.maybe() else {}),
            },
            {"id": "storage", "type": "USAGE", "billable_metric_id": "storage", "tags": ["base"],
             "pricing_group_key": ["region"]},
            {"id": "level", "type": "USAGE", "billable_metric_id": "level"},
            {"id": "seat", "type": "SUBSCRIPTION", "tags": ["fast"]},
            {"id": "share", "type": "COMPOSITE", "composite_tags": ["base"],
             "composite_scope": self.pick("CUSTOMER", "CONTRACT")},
            {"id": "shares", "type": "COMPOSITE", "composite_product_ids": ["share", "calls"],
             "include_composite_spend": self.maybe(), "exclude_free_usage": self.maybe()},
            {"id": "fee", "type": "FIXED"},
        ]  # fmt: skip
        if self.maybe(0.3):
            products[0]["updates"] = [{"starting_at": self.pick(*HOURS), **self.pick({"tags": ["fast"]}, converted)}]
        contracts: list[dict[str, Any]] = []
        for _ in range(self.chance.randint(1, 3)):
            parents = [
                (c["id"], c["customer_id"])
                for c in contracts
                if "parent" not in c.get("hierarchy_configuration", {}) and "archived_at" not in c
            ]
            customer = self.pick("acme", "beta")
            renewable = [c["id"] for c in contracts if c["customer_id"] == customer and "archived_at" not in c]
            contracts.append(self.contract(customer, parents, renewable))
        events = [
            {
                "transaction_id": f"t{k}", "customer_id": self.pick("acme", "beta", "alias"),
                "event_type": self.pick(*USAGE), "timestamp": self.moment(k),
                "properties": {"value": self.pick("1", "2.5", "1000", "-3", "0.333"), "region": self.pick("eu", "us"),
                               "team": self.pick("a", "b")},
            }
            for k in range(self.chance.randint(0, 20))
        ]  # fmt: skip
        shared = [self.balance("credit") | {"priority": 1} for _ in range(self.chance.randint(0, 1))]
        found: dict[str, Any] = _exact({
            "billable_metrics": metrics,
            "products": [{"name": p["id"], **p} for p in products],
            "rate_cards": [{
                "id": "card", "name": "card", "rates": self.rates(),
                "credit_type_conversions": [
                    {"custom_credit_type_id": "tokens", "fiat_per_custom_credit": self.pick(25, "0.3")},
                ],
            }],
            "customers": [
                {"id": "acme", "name": "acme", "ingest_aliases": ["alias"], "credits": shared},
                {"id": "beta", "name": "beta"},
            ],
            "contracts": contracts,
            "events": events,
            "as_of": self.pick(*DAYS, "2025-12-01T00:00:00Z"),
        })  # fmt: skip
        return found


def _exact(value: Any) -> Any:
    """Numbers written as text become numbers, except in events' properties."""
    if isinstance(value, dict):
        return {name: item if name == "properties" else _exact(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
