"""A second, deliberately plain rating of bundles, to compare the program with: fractions, every window measured anew.

It knows what most of a usage statement's money depends on - routing, aggregation, conversion and rounding, flat and
tiered rates, commit rates, entitlement, all overrides, and balances drawn in order - for monthly statements of
contracts whose terms never change. It shares no code with the program and answers only with sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.store.conformance.model_terms import (
    ALWAYS,
    NEVER,
    UNLIMITED,
    Context,
    Line,
    Segment,
    Values,
    at,
    exact,
    matches,
    rounded,
)


class Model:
    """Rates a bundle; `totals` by contract and period start, `drawn` by segment id."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        self.products = [p for p in bundle["products"] if p["type"] == "USAGE"]
        self.metrics = {m["id"]: m for m in bundle["billable_metrics"]}
        self.rates = [r for card in bundle["rate_cards"] for r in card["rates"]]
        self.contracts = bundle["contracts"]
        self.segments = sorted(self._segments(bundle), key=lambda s: s.order)
        self.events: list[dict[str, Any]] = []
        accepted: dict[str, list[datetime]] = {}
        for event in bundle["events"]:
            name, when = event["transaction_id"], at(event["timestamp"])
            if all(abs(when - other) > timedelta(days=34) for other in accepted.get(name, ())):
                accepted.setdefault(name, []).append(when)
                self.events.append({**event, "at": when})
        granted = {s.id: s.left for s in self.segments}
        periods = sorted(self._periods(at(bundle["as_of"])), key=lambda p: (p[0], p[2]["starting_at"], p[2]["id"]))
        self.totals = {(c["id"], start): self._statement(c, start, end) for start, end, c in periods}
        self.drawn = {s.id: granted[s.id] - s.left for s in self.segments}

    def _periods(self, as_of: datetime) -> Iterator[tuple[datetime, datetime, dict[str, Any]]]:
        for contract in self.contracts:
            first, last = at(contract["starting_at"]), at(contract.get("ending_before"))
            start = first
            while start < min(last, as_of):
                month = start.replace(day=1, hour=0)
                end = min(last, (month + timedelta(days=32)).replace(day=1))
                yield start, end, contract
                start = end

    def _segments(self, bundle: dict[str, Any]) -> Iterator[Segment]:
        owners = [*self.contracts, *bundle["customers"]]
        for owner in owners:
            contract = owner if "customer_id" in owner else None
            for balance in [*owner.get("commits", []), *owner.get("credits", [])]:
                end = at(contract.get("ending_before")) if contract else NEVER
                for k, item in enumerate(balance["access_schedule"]["schedule_items"]):
                    yield Segment(
                        id=item["id"],
                        balance=balance,
                        owner=contract["id"] if contract else None,
                        start=at(item["starting_at"]),
                        end=min(at(item["ending_before"]), end),
                        left=exact(item["amount"]),
                        order=self._order(balance, item, contract, end, k),
                    )

    def _order(self, balance: Any, item: Any, contract: Any, end: datetime, place: int) -> tuple[Any, ...]:
        """The keys of README, §4.12, the first difference wins."""
        specifiers = balance.get("specifiers", [])
        scope = balance.get("applicable_contract_ids")
        return (
            balance.get("type") == "POSTPAID",
            exact(balance.get("priority", 100)),
            "invoice_schedule" in balance,
            self._reach(balance, specifiers),
            sum("product_id" not in s and "product_tags" not in s for s in specifiers),
            min(at(item["ending_before"]), end),
            at(item["starting_at"]),
            1 if contract else len(scope) if scope is not None else UNLIMITED,
        )

    def _reach(self, balance: Any, specifiers: list[Any]) -> int:
        named = [s for s in specifiers if "product_id" in s or "product_tags" in s]
        ids, tags = balance.get("applicable_product_ids"), balance.get("applicable_product_tags")
        if not (named or ids or tags):
            return UNLIMITED
        plain = [{"product_id": i} for i in ids or ()] + [{"product_tags": [t]} for t in tags or ()]
        return sum(any(self._names(s, p) for s in named + plain) for p in self.products)

    @staticmethod
    def _names(specifier: Any, product: Any) -> bool:
        return matches({k: v for k, v in specifier.items() if k.startswith("product")}, product, {}, {})

    def _statement(self, contract: dict[str, Any], start: datetime, end: datetime) -> Fraction:
        lines = [line for product in self.products for line in self._lines(contract, product, start, end)]
        due = sum((line.quantity * line.price for line in lines), Fraction(0))
        lines = sorted((line for line in lines if line.quantity > 0), key=lambda line: line.order)
        return due + sum((self._pay(segment, lines) for segment in self.segments), Fraction(0))

    def _pay(self, segment: Segment, lines: list[Line]) -> Fraction:
        """Covers what the segment can; the change of what is due."""
        change = Fraction(0)
        postpaid = segment.balance.get("type") == "POSTPAID"
        for line, wanted in [(line, line.rest) for line in lines if segment in line.context.segments]:
            unit, bounds, kind = line.context.price(segment.balance)
            own = kind == line.context.price(None)[2]
            cells = [line] if own else [x for x in lines if x.window == line.window]
            left = min(wanted, line.rest) if own else wanted
            for cell in sorted(cells, key=lambda x: x.low):
                while cell.rest > 0 and left > 0 and segment.left > 0:
                    position = cell.low + cell.paid
                    price = unit(position)
                    if price <= 0:
                        break
                    room = min([b - position for b in bounds if b > position] + [cell.rest, left])
                    taken = min(room, segment.left / price)
                    cell.paid, left = cell.paid + taken, left - taken
                    segment.left -= taken * price
                    change += taken * ((price if postpaid else 0) - cell.price)
        return change

    def _lines(self, contract: Any, product: Any, start: datetime, end: datetime) -> Iterator[Line]:
        """Lines of one product, bucket by bucket, window by window."""
        metric = self.metrics[product["billable_metric_id"]]
        keys = [*product.get("pricing_group_key", ()), *product.get("presentation_group_key", ())]
        types = metric["event_type_filter"]["in_values"]
        routed = [e for e in self.events if e["event_type"] in types and self._takes(contract, e)]
        for group in sorted({tuple(e["properties"][k] for k in keys) for e in routed if start <= e["at"] < end}):
            values = dict(zip(keys, group, strict=True))
            events = [e for e in routed if tuple(e["properties"][k] for k in keys) == group]
            pricing = {k: values[k] for k in product.get("pricing_group_key", ())}
            presentation = {k: values[k] for k in product.get("presentation_group_key", ())}
            named = sorted(pricing.items()), sorted(presentation.items())
            position = Fraction(0)
            for begin, finish, context in self._windows(contract, product, pricing, presentation, start, end):
                upto, before = (self._quantity(product, metric, events, start, t) for t in (finish, begin))
                unit, bounds, _ = context.price(None)
                low, high = sorted((position, position + upto - before))
                cuts = sorted({low, high, *(b for b in bounds if low < b < high)})
                for a, b in pairwise(cuts):
                    price = unit(max(a, Fraction(0)))
                    yield Line(
                        window=(product["id"], group, begin),
                        order=(begin, -price, product["name"], *named, a),
                        low=a,
                        quantity=(b - a) * (1 if upto >= before else -1),
                        price=price,
                        context=context,
                    )
                position += upto - before

    @staticmethod
    def _filter(contract: Any, moment: datetime) -> Any:
        entries = [contract["usage_filter"]] if "usage_filter" in contract else []
        entries = [*entries, *contract.get("usage_filter_updates", [])]
        found = [e for e in entries if at(e.get("starting_at"), ALWAYS) <= moment]
        return max(found, key=lambda e: at(e.get("starting_at"), ALWAYS)) if found else None

    def _takes(self, contract: Any, event: Any) -> bool:
        if not at(contract["starting_at"]) <= event["at"] < at(contract.get("ending_before")):
            return False
        entry = self._filter(contract, event["at"])
        return entry is None or event["properties"].get(entry["group_key"]) in entry["group_values"]

    def _quantity(self, product: Any, metric: Any, events: list[Any], start: datetime, end: datetime) -> Fraction:
        """The metric over `[start, end)`, converted and rounded."""
        seen = [e for e in events if start <= e["at"] < end]
        texts = [e["properties"].get(metric.get("aggregation_key", ""), "") for e in seen]
        how = metric["aggregation_type"]
        if how in ("COUNT", "UNIQUE"):
            found = Fraction(len(seen) if how == "COUNT" else len(set(texts)))
        else:
            numbers = [exact(t) for t in texts]
            last = max(range(len(seen)), key=lambda k: (seen[k]["at"], k), default=0)
            found = (
                sum(numbers, Fraction(0)) if how == "SUM"
                else max(numbers) if numbers and how == "MAX"
                else numbers[last] if numbers
                else Fraction(0)
            )  # fmt: skip
        conversion = product.get("quantity_conversion")
        if conversion:
            factor = exact(conversion["conversion_factor"])
            found = found * factor if conversion["operation"] == "MULTIPLY" else found / factor
        return rounded(found, product.get("quantity_rounding"))

    def _windows(
        self, contract: Any, product: Any, pricing: Values, presentation: Values, start: datetime, end: datetime
    ) -> Iterator[tuple[datetime, datetime, Context]]:
        """Rated windows, neighbours in which nothing differs made one (README, §4.4)."""
        dated = [*self.rates, *contract.get("overrides", []), *contract.get("usage_filter_updates", [])]
        cuts = {start, end, *(s.start for s in self.segments), *(s.end for s in self.segments)}
        cuts |= {at(x.get(name)) for x in dated for name in ("starting_at", "ending_before")}
        inside = sorted(c for c in cuts if start <= c <= end)
        kept: list[tuple[datetime, datetime, Context | None, Any]] = []
        for begin, finish in pairwise(inside):
            context = self._context(contract, product, pricing, presentation, begin)
            entry = self._filter(contract, begin)
            told = context and (context.signature(), entry and sorted(entry["group_values"]))
            if kept and told is not None and kept[-1][3] == told and kept[-1][1] == begin:
                kept[-1] = (kept[-1][0], finish, context, told)
            else:
                kept.append((begin, finish, context, told))
        return ((begin, finish, context) for begin, finish, context, _ in kept if context is not None)

    def _context(
        self, contract: Any, product: Any, pricing: Values, presentation: Values, moment: datetime
    ) -> Context | None:
        entries = [
            r for r in self.rates
            if r["product_id"] == product["id"] and r.get("pricing_group_values", {}) == pricing
            and at(r["starting_at"]) <= moment
        ]  # fmt: skip
        rate = max(entries, key=lambda r: at(r["starting_at"]), default=None)
        if rate is None or moment >= at(rate.get("ending_before")):
            return None
        overrides = contract.get("overrides", [])
        overrides = [o for o in overrides if self._applies(o, product, pricing, presentation, moment)]
        entitled = [rate["entitled"], *(o["entitled"] for o in overrides if "entitled" in o)][-1]
        if not entitled:
            return None
        segments = [
            s for s in self.segments
            if s.start <= moment < s.end
            and contract["id"] in ([s.owner] if s.owner else s.balance.get("applicable_contract_ids", [contract["id"]]))
            and self._draws(s.balance, product, pricing, presentation)
        ]  # fmt: skip
        explicit = contract.get("multiplier_override_prioritization") == "EXPLICIT"
        priced = [o for o in overrides if o.get("type")]
        return Context(product, pricing, presentation, rate, priced, segments, explicit)

    @staticmethod
    def _applies(override: Any, product: Any, pricing: Values, presentation: Values, moment: datetime) -> bool:
        if not at(override["starting_at"]) <= moment < at(override.get("ending_before")):
            return False
        if "applicable_product_tags" in override:
            return bool(set(override["applicable_product_tags"]) & set(product.get("tags", ())))
        return any(matches(s, product, pricing, presentation) for s in override["override_specifiers"])

    @staticmethod
    def _draws(balance: Any, product: Any, pricing: Values, presentation: Values) -> bool:
        ids, tags = balance.get("applicable_product_ids"), balance.get("applicable_product_tags")
        if balance.get("specifiers"):
            return any(matches(s, product, pricing, presentation) for s in balance["specifiers"])
        if ids or tags:
            return product["id"] in (ids or ()) or bool(set(tags or ()) & set(product.get("tags", ())))
        return True
