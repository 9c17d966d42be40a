"""Bundles made by chance: small books in which rates, overrides, filters and balances meet in every way."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.store.conformance import shorthand

_REGIONS, _SIZES, _TEAMS, _TAGS = ["eu", "us", "ap"], ["s", "l"], ["a", "b"], ["x", "y", "z"]
_START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 59
"""January and February 2025."""


def bundle(seed: int) -> dict[str, Any]:
    """The book of that number; always the same one."""
    return _Maker(random.Random(seed)).bundle()


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.pick = chance.choice
        self.prices = [Decimal(p) for p in chance.sample(range(1, 400), 300)]

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def day(self, low: int, high: int) -> str:
        hour = self.pick([0, 0, 0, 7, 13])
        return _stamp(_START + timedelta(days=self.chance.randrange(low, high), hours=hour))

    def later(self, start: str, low: int, high: int) -> str:
        return _stamp(datetime.fromisoformat(start) + timedelta(days=self.chance.randrange(low, high)))

    def price(self, *, tiered: float = 0.6) -> dict[str, Any]:
        """A flat or tiered price; no two prices of a book are the same."""
        if not self.likely(tiered):
            return {"price": self.prices.pop() / self.pick([1, 1, 2, 4])}
        sized = [[self.chance.randrange(1, 15), self.prices.pop()] for _ in range(self.pick([1, 2]))]
        return {"tiers": [*sized, [None, self.prices.pop()]]}

    def bundle(self) -> dict[str, Any]:
        self.products = {f"p{k}": self._product() for k in range(self.pick([1, 2, 3]))}
        rates = [rate for name in self.products for rate in self._rates(name)]
        contracts = [self._contract(f"c{k + 1}") for k in range(self.pick([1, 1, 2]))]
        customer: dict[str, Any] = {"ingest_aliases": ["alias"], "credits": []}
        for k in range(self.pick([0, 1, 2, 3, 4])):
            self._balance(f"b{k}", contracts, customer)
        for contract in contracts:
            self._overrides(contract)
        return shorthand.bundle({
            "products": self.products,
            "rates": rates,
            "customer": customer,
            "contract": contracts[0],
            "contracts": contracts[1:],
            "usage": [self._event(k) for k in range(self.chance.randrange(3, 30))],
            "as_of": _stamp(_START + timedelta(days=DAYS)),
        })  # fmt: skip

    def _product(self) -> dict[str, Any]:
        measure = self.pick(["SUM units", "SUM units", "COUNT", "MAX units", "LATEST units", "UNIQUE user"])
        found: dict[str, Any] = {"measure": f"{measure} by region+size+team"}
        found["tags"] = self.chance.sample(_TAGS, self.pick([0, 1, 2]))
        pricing = self.pick([None, None, ["region"], ["region", "size"]])
        if pricing:
            found["pricing_group_key"] = pricing
        if self.likely(0.35):
            found["presentation_group_key"] = ["team"]
        if self.likely(0.5):
            factor, operation = self.pick([(2, "DIVIDE"), (Decimal("2.5"), "MULTIPLY"), (10, "DIVIDE")])
            found["quantity_conversion"] = {"conversion_factor": factor, "operation": operation}
        if self.likely(0.6):
            method = self.pick(["ROUND_UP", "ROUND_HALF_UP", "ROUND_DOWN"])
            found["quantity_rounding"] = {"rounding_method": method, "decimal_places": self.pick([0, 1])}
        return found

    def _rates(self, name: str) -> list[dict[str, Any]]:
        keys = self.products[name].get("pricing_group_key", [])
        groups: list[dict[str, str]] = [{}]
        for key in keys:
            groups = [{**g, key: v} for g in groups for v in (_REGIONS if key == "region" else _SIZES)]
        found = []
        for k, group in enumerate(groups):
            if k and self.likely(0.1):
                continue
            starts = dict.fromkeys(["2024-11-22T00:00:00Z", *(self.day(0, 60) for _ in range(self.pick([0, 0, 1, 2])))])
            for start in starts:
                rate = {"product_id": name, "starting_at": start, "entitled": self.likely(0.92), **self.price()}
                if group:
                    rate["pricing_group_values"] = group
                if self.likely(0.1):
                    rate["ending_before"] = self.later(start, 5, 90)
                if self.likely(0.3):
                    rate["commit_rate"] = self.price(tiered=0.4)
                found.append(rate)
        return found

    def _contract(self, name: str) -> dict[str, Any]:
        start = self.pick(["2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", self.day(0, 30)])
        found: dict[str, Any] = {"id": name, "starting_at": start, "commits": [], "credits": []}
        if self.likely(0.25):
            found["ending_before"] = self.later(start, 10, 60)
        if self.likely(0.4):
            found["usage_filter"] = self._filter()
            changes = sorted({self.day(1, 58) for _ in range(self.pick([0, 1, 2]))})
            found["usage_filter_updates"] = [{**self._filter(), "starting_at": at} for at in changes if at > start]
        return found

    def _filter(self) -> dict[str, Any]:
        return {"group_key": "region", "group_values": self.chance.sample(_REGIONS, self.pick([1, 2]))}

    def _balance(self, name: str, contracts: list[Any], customer: dict[str, Any]) -> None:
        kind, contract = self.pick(["PREPAID", "PREPAID", "credit", "POSTPAID", "customer"]), self.pick(contracts)
        found: dict[str, Any] = {"id": name, "priority": self.pick([100, 100, 1, 2, 50]), "segments": []}
        found["rate_type"] = self.pick(["LIST_RATE", "LIST_RATE", "COMMIT_RATE"])
        for _ in range(1 if kind == "POSTPAID" else self.pick([1, 1, 2])):
            start = self.pick(["2024-12-27T00:00:00Z", "2025-01-01T00:00:00Z", self.day(0, 50)])
            found["segments"].append([self.chance.randrange(1, 3000), start, self.later(start, 5, 120)])
        if kind == "POSTPAID":
            found |= {"type": kind, "invoice": [["2026-02-05", found["segments"][0][0]]]}
        elif kind == "PREPAID" and self.likely(0.5):
            found["invoice"] = [["2025-01-01", 5]]
        elif kind == "customer" and self.likely(0.35):
            found["applicable_contract_ids"] = [contract["id"]]
        product = self.pick(list(self.products))
        reach = self.chance.random()
        if reach < 0.25:
            found |= {"applicable_product_ids": [product], "applicable_product_tags": self.pick([[], ["x"]])}
        elif reach < 0.4:
            found["applicable_product_tags"] = self.chance.sample(_TAGS, self.pick([1, 2]))
        elif reach < 0.65:
            options: list[dict[str, Any]] = [
                {"product_id": product}, {"product_tags": ["x"]}, {"pricing_group_values": {"region": "eu"}},
                {"presentation_group_values": {"team": "a"}},
                {"product_id": product, "presentation_group_values": {"team": "b"}},
            ]  # fmt: skip
            found["specifiers"] = [self.pick(options) for _ in range(self.pick([1, 2]))]
        owner = customer if kind == "customer" else contract
        owner["commits" if kind in ("PREPAID", "POSTPAID") else "credits"].append(found)

    def _overrides(self, contract: dict[str, Any]) -> None:
        found = [self._override(contract) for _ in range(self.pick([0, 1, 1, 2, 3, 4]))]
        contract["overrides"] = found
        if self.likely(0.4) or any(o.get("type") == "TIERED" for o in found):
            contract["multiplier_override_prioritization"] = "EXPLICIT"

    def _override(self, contract: dict[str, Any]) -> dict[str, Any]:
        name = self.pick(list(self.products))
        product, kind = self.products[name], self.pick(["MULTIPLIER"] * 3 + ["OVERWRITE", "TIERED", None])
        keys, start = product.get("pricing_group_key", []), self.day(-10, 55)
        found: dict[str, Any] = {"starting_at": start}
        wanted: dict[str, Any] = {"product_id": name}
        if self.likely(0.5):
            found["ending_before"] = self.later(start, 1, 40)
        if kind is None or self.likely(0.15):
            found["entitled"] = self.likely(0.6)
        if kind:
            found["type"] = kind
        if kind in ("MULTIPLIER", "TIERED"):
            found["priority"] = self.pick([1, 2, 3])
        if kind == "MULTIPLIER":
            found["multiplier"] = Decimal(self.pick([1, 2, 3, 5, 6, 8, 9, 10, 12, 15])) / 10
        elif kind == "TIERED":
            sized = [[self.chance.randrange(1, 20), Decimal(self.pick([3, 6, 8, 11])) / 10] for _ in range(2)]
            found["tiers"] = [*sized, *self.pick([[], [[None, Decimal("0.3")]]])]
        elif kind == "OVERWRITE":
            found["overwrite_rate"] = self.price(tiered=0.5)
            values = {k: self.pick(_REGIONS if k == "region" else _SIZES) for k in keys}
            wanted |= {"pricing_group_values": values} if values else {}
        if kind != "OVERWRITE":
            if self.likely(0.3):
                return {**found, "applicable_product_tags": [self.pick(_TAGS)]}
            if keys and self.likely(0.5):
                wanted["pricing_group_values"] = {"region": self.pick(_REGIONS)}
            if kind and "presentation_group_key" in product and self.likely(0.4):
                wanted["presentation_group_values"] = {"team": self.pick(_TEAMS)}
        if kind and "entitled" not in found and self.likely(0.3):
            found["is_commit_specific"] = True
            balances = [b["id"] for b in (*contract["commits"], *contract["credits"])]
            if balances and self.likely(0.5):
                wanted["any_commit_or_credit_ids"] = [self.pick(balances)]
            if self.likely(0.6):
                found["target"] = self.pick(["LIST_RATE", "COMMIT_RATE"])
        return {**found, "override_specifiers": [wanted]}

    def _event(self, number: int) -> dict[str, Any]:
        name = self.pick(list(self.products))
        minutes, seconds = self.chance.randrange(-2 * 1440, (DAYS + 1) * 1440), self.chance.randrange(60)
        units = Decimal(self.chance.randrange(0, 40)) / self.pick([1, 1, 1, 2, 4])
        if "SUM" in self.products[name]["measure"] and self.likely(0.15):
            units = -units
        return {
            "transaction_id": f"t{number if self.likely(0.93) else self.chance.randrange(30)}",
            "customer_id": self.pick(["acme", "acme", "alias"]),
            "event_type": name,
            "timestamp": _stamp(_START + timedelta(minutes=minutes, seconds=seconds)),
            "properties": {
                "region": self.pick(_REGIONS),
                "size": self.pick(_SIZES),
                "team": self.pick(_TEAMS),
                "user": self.pick("mnop"),
                "units": format(units, "f"),
            },
        }
