"""Terms by chance: prices, balances, subscriptions and overrides of every kind, now and then unsound ones."""

from __future__ import annotations

from random import Random
from typing import Any

DAYS = [
    f"2025-0{m}-{d:02}T00:00:00Z" for m in (1, 2, 3, 4) for d in (1, 10, 16, 31) if (m, d) not in ((2, 31), (4, 31))
]
HOURS = [*DAYS, "2025-01-10T05:00:00Z", "2024-12-15T00:00:00Z", "2026-01-01T00:00:00Z"]
USAGE = ("calls", "storage", "level")
AMOUNTS = (0, 1, 7, "0.1", "0.25", 3, 100, "33.33333333333333333333", 12345, 1000000)


class AnyTerms:
    """Makes terms out of a source of chance."""

    def __init__(self, chance: Random, *, unsound: bool = True) -> None:
        self.chance = chance
        self.unsound = unsound
        self.made = 0

    def maybe(self, share: float = 0.5) -> bool:
        """Heads or tails."""
        return self.chance.random() < share

    def pick(self, *values: Any) -> Any:
        """One of them."""
        return self.chance.choice(values)

    def some(self, *values: Any) -> list[Any]:
        """At least one of them."""
        return self.chance.sample(values, self.chance.randint(1, len(values)))

    def id(self, kind: str) -> str:
        """A new id; a used one now and then, where unsound ones are wanted."""
        if not (self.unsound and self.maybe(0.002)):
            self.made += 1
        return f"{kind}{self.made}"

    def moment(self, k: int) -> str:
        """An instant of the first quarter."""
        return f"2025-0{self.pick(1, 2, 3)}-{self.pick(11, 12, 20)}T0{k % 10}:00:00Z"

    def span(self) -> dict[str, Any]:
        """From some day to a later one, or none."""
        start, end = sorted(self.chance.sample(HOURS, 2))
        if self.unsound and self.maybe(0.005):
            start, end = end, start
        return {"starting_at": start, **({"ending_before": end} if self.maybe(0.6) else {})}

    def segment(self) -> dict[str, Any]:
        """A part of a balance."""
        start, end = sorted(self.chance.sample(HOURS, 2))
        return {"amount": self.pick(*AMOUNTS), "starting_at": start, "ending_before": end}

    def price(self, *kinds: str) -> dict[str, Any]:
        """A price of one of these kinds."""
        kind = self.pick(*kinds)
        if kind.startswith("TIERED"):
            most = ("0.1", "0.5", 1, 0) if "PERCENTAGE" in kind else AMOUNTS
            sized = [
                {"size": self.pick(1, 5, "2.5", 100), "price": self.pick(*most)}
                for _ in range(self.chance.randint(0, 3))
            ]
            found = {"rate_type": kind, "tiers": [*sized, {"price": self.pick(*most)}]}
        elif kind == "CUSTOM":
            found = {"rate_type": kind, "custom_rate": {"any": "thing"}}
        else:
            found = {
                "rate_type": kind,
                "price": self.pick("0.08", 1, 0) if kind == "PERCENTAGE" else self.pick(*AMOUNTS),
            }
        if "PERCENTAGE" in kind and self.maybe(0.4):
            found["minimum_config"] = {"minimum": self.pick(*AMOUNTS)}
        if kind == "SUBSCRIPTION":
            found |= {"quantity": self.pick(0, 1, 4), "is_prorated": True}
        return found

    def rates(self) -> list[dict[str, Any]]:
        """Rates of every product."""
        found: list[dict[str, Any]] = []
        tokens = self.maybe()
        for product in USAGE:
            for _ in range(self.chance.randint(1, 3)):
                rate = self.price("FLAT", "FLAT", "TIERED", "CUSTOM" if self.maybe(0.1) else "FLAT")
                if self.maybe(0.3):
                    rate["commit_rate"] = self.price("FLAT", "TIERED")
                if product == "storage":
                    rate["pricing_group_values"] = {"region": self.pick("eu", "us")}
                if product == "level" and tokens:
                    rate["credit_type_id"] = "tokens"
                found.append({"product_id": product, **rate})
        found += (
            {"product_id": "seat", **self.price("FLAT", "SUBSCRIPTION"), "billing_frequency": frequency}
            for frequency in ("MONTHLY", "WEEKLY", "QUARTERLY", "ANNUAL")
        )
        found += (
            {"product_id": product, **self.price("PERCENTAGE", "TIERED_PERCENTAGE")} for product in ("share", "shares")
        )
        for rate in found:
            rate |= {"entitled": self.maybe(0.85)} | self.span()
        self.chance.shuffle(found)
        keys = ("product_id", "pricing_group_values", "billing_frequency", "starting_at")
        return list({str([rate.get(key) for key in keys]): rate for rate in found}.values())

    def applies(self) -> dict[str, Any]:
        """What may draw a balance."""
        kind = self.pick("all", "all", "ids", "tags", "specifiers")
        if kind == "ids":
            return {"applicable_product_ids": self.some(*USAGE, "seat", "share")}
        if kind == "tags":
            return {"applicable_product_tags": self.some("base", "fast", "none")}
        if kind == "specifiers":
            return {"specifiers": [self.specifier() for _ in range(self.chance.randint(1, 2))]}
        return {}

    def specifier(self) -> dict[str, Any]:
        """One way for a line to qualify."""
        found: dict[str, Any] = self.pick(
            {"product_id": "calls"},
            {"product_tags": ["base", "fast"]},
            {"pricing_group_values": {"region": "eu"}},
            {"presentation_group_values": {"team": "a"}},
            {"product_id": "storage", "pricing_group_values": {"region": "us"}},
            {"exclude": [{"product_tags": ["fast"]}]},
        )
        return found

    def balance(self, kind: str) -> dict[str, Any]:
        """A commit or credit with its segments."""
        found: dict[str, Any] = {"id": self.id(kind), "product_id": "fee", **self.applies()}
        units = {"credit_type_id": "tokens"} if self.maybe(0.2) else {}
        postpaid = kind == "commit" and self.maybe(0.25)
        items = [self.segment() for _ in range(1 if postpaid else self.chance.randint(1, 3))]
        found["access_schedule"] = {"schedule_items": items, **units}
        if postpaid:
            due = {"timestamp": items[0]["ending_before"], "amount": items[0]["amount"]}
            found |= {"type": "POSTPAID", "invoice_schedule": {"schedule_items": [due], **units}}
        elif kind == "commit":
            found["type"] = "PREPAID"
            if self.maybe():
                found["invoice_schedule"] = self.schedule()
        if self.maybe(0.4):
            found["priority"] = self.pick(0, 1, 50, 100, -1)
        if self.maybe(0.3):
            found["rollover_fraction"] = self.pick(0, "0.4", 1)
        if self.maybe(0.3):
            found["rate_type"] = "COMMIT_RATE"
        if self.maybe(0.3):
            found["hierarchy_configuration"] = {"child_access": {"type": self.pick("ALL", "NONE")}}
        return found

    def schedule(self) -> dict[str, Any]:
        """Dated amounts, or amounts that recur."""
        if self.maybe():
            items = [
                self.pick(
                    {"timestamp": self.pick(*HOURS), "amount": self.pick(*AMOUNTS)},
                    {
                        "timestamp": self.pick(*HOURS),
                        "unit_price": self.pick(*AMOUNTS),
                        "quantity": self.pick(1, 3, "2.5"),
                    },
                )
                for _ in range(self.chance.randint(1, 3))
            ]
            return {"schedule_items": items}
        start, end = sorted(self.chance.sample(HOURS, 2))
        amount = {"amount": self.pick(*AMOUNTS)} if self.maybe() else {"unit_price": self.pick(*AMOUNTS), "quantity": 7}
        recurring = {
            "starting_at": start,
            "ending_before": end,
            "frequency": self.pick("MONTHLY", "QUARTERLY", "SEMI_ANNUAL", "ANNUAL"),
            "amount_distribution": self.pick("EACH", "DIVIDED", "DIVIDED_ROUNDED"),
            **amount,
        }
        return {"recurring_schedule": recurring, **({"do_not_invoice": True} if self.maybe(0.1) else {})}

    def recurring(self, kind: str, subscriptions: list[dict[str, Any]]) -> dict[str, Any]:
        """A balance that is created again and again."""
        found: dict[str, Any] = {
            "id": self.id(kind), "product_id": "fee", "priority": self.pick(1, 100), **self.span(), **self.applies(),
            "commit_duration": {"value": self.pick(1, 1, 2, 3)},
            "access_amount": {"unit_price": self.pick(*AMOUNTS), "quantity": self.pick(1, 2, "0.5")},
        }  # fmt: skip
        if subscriptions and self.maybe(0.6):
            found["access_amount"] = {"unit_price": self.pick(*AMOUNTS)}
            sized_by = self.pick(*subscriptions)
            seated = "seat_config" in sized_by or (self.unsound and self.maybe(0.05))
            found["subscription_config"] = {
                "subscription_id": sized_by["id"],
                "allocation": self.pick("POOLED", "INDIVIDUAL") if seated else "POOLED",
                "apply_seat_increase_config": {"is_prorated": self.maybe()},
            }
        if self.maybe():
            found["recurrence_frequency"] = self.pick("WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL")
        if not subscriptions and kind == "recredit" and self.maybe(0.2):
            found["recurrence_frequency"] = "DAILY"
        if self.maybe():
            found["proration"] = self.pick("NONE", "FIRST", "LAST", "FIRST_AND_LAST")
        if self.maybe(0.3):
            rounding = {
                "rounding_method": self.pick("HALF_UP", "FLOOR", "CEILING"),
                "decimal_places": self.pick(-2, 0, 2),
            }
            found["proration_rounding"] = {"access": rounding, "invoice": rounding}
        if kind == "recommit" and self.maybe():
            found["invoice_amount"] = {"unit_price": self.pick(*AMOUNTS), "quantity": self.pick(1, 3)}
        if self.maybe(0.3):
            found["hierarchy_configuration"] = {"child_access": {"type": "ALL"}}
        return found

    def subscription(self) -> dict[str, Any]:
        """A quantity or seats."""
        advance = self.maybe()
        proration: dict[str, Any] = {"is_prorated": self.maybe(0.7)}
        if advance and self.maybe():
            proration["invoice_behavior"] = "BILL_IMMEDIATELY"
        if self.maybe(0.3):
            proration["rounding"] = {"rounding_method": "FLOOR", "decimal_places": self.pick(-1, 0, 3)}
        found: dict[str, Any] = {
            "id": self.id("sub"),
            "subscription_rate": {
                "product_id": "seat", "billing_frequency": self.pick("MONTHLY", "WEEKLY", "QUARTERLY", "ANNUAL"),
            },
            "collection_schedule": "ADVANCE" if advance else "ARREARS",
            "proration": proration,
        }  # fmt: skip
        if self.maybe():
            found |= {
                "quantity_management_mode": "SEAT_BASED",
                "seat_config": {
                    "seat_group_key": self.pick("team", "region"),
                    "initial_seat_ids": self.some("a", "b", "eu"),
                },
            }
        else:
            found["initial_quantity"] = self.pick(0, 1, 6, "2.5")
        if self.maybe(0.3):
            found |= self.span()
        if self.maybe(0.2):
            found["billing_cycle_config"] = {"invoice_placement": self.pick("ON_USAGE_INVOICE", "ON_SCHEDULED_INVOICE")}
        return found

    def override(self, commits: list[str]) -> dict[str, Any]:
        """Any change of a price."""
        found: dict[str, Any] = self.span()
        kind = self.pick("MULTIPLIER", "MULTIPLIER", "OVERWRITE", "TIERED", "entitled")
        product = self.pick("calls", "level", "share")
        if kind == "entitled":
            return found | {"entitled": self.maybe(), "product_id": product}
        found["type"] = kind
        if kind == "MULTIPLIER":
            found |= {"multiplier": self.pick(0, "0.5", "0.33333333333333333333", 1, 2), "priority": self.pick(1, 2)}
        elif kind == "TIERED":
            tiers = [{"size": self.pick(1, 10), "multiplier": self.pick(0, "0.5")}, {"multiplier": self.pick(1, "0.9")}]
            found |= {"tiers": tiers[: self.chance.randint(1, 2)], "priority": self.pick(1, 3)}
        else:
            kinds = ("PERCENTAGE", "TIERED_PERCENTAGE") if product == "share" else ("FLAT", "TIERED")
            found["overwrite_rate"] = self.price(*kinds)
        if commits and self.maybe(0.4):
            named = {"any_commit_or_credit_ids": self.some(*commits)} if self.maybe() else {}
            target = {"target": "COMMIT_RATE"} if self.maybe(0.3) else {}
            return (
                found | target | {"is_commit_specific": True, "override_specifiers": [{"product_id": product, **named}]}
            )
        if kind != "OVERWRITE" and self.maybe(0.4):
            return found | {"applicable_product_tags": self.some("base", "fast")}
        return found | {"product_id": product}
