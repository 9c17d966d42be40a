"""Books told as stories: `book().sells("Calls", price=7).contract().uses("Calls", 300).preview()`; names are ids."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.rating.statement import Line, Preview, Statement
from store.terms import money, time
from store.terms.book import Bundle

Json = dict[str, Any]
Number = int | str | Decimal
LONG_AGO = "2020-01-01"


def at(day: str) -> str:
    """A day (or an instant) as an RFC 3339 timestamp."""
    return day if "T" in day else f"{day}T00:00:00Z"


def exact(number: Number) -> Decimal:
    """A number of a story as a decimal."""
    return Decimal(number)


def tiers(*steps: tuple[Number | None, Number]) -> list[Json]:
    """Tiers from (width, price) pairs; width None is the open one."""
    return [{**({} if size is None else {"size": exact(size)}), "price": exact(price)} for size, price in steps]


def segment(amount: Number, start: str, end: str, **more: Any) -> Json:
    """One segment of an access schedule."""
    return {"amount": exact(amount), "starting_at": at(start), "ending_before": at(end), **more}


class BookStory:
    """A bundle in the making; each step returns the story itself."""

    def __init__(self) -> None:
        self.payload: Json = {
            "billable_metrics": [],
            "products": [{"id": "fixed", "name": "Fixed", "type": "FIXED"}],
            "rate_cards": [{"id": "card", "name": "Card", "rates": []}],
            "customers": [],
            "contracts": [],
            "events": [],
        }

    def metric(self, name: str, kind: str = "SUM", *, groups: tuple[str, ...] = (), **more: Any) -> BookStory:
        """A metric over events whose type is its name; its value is the property `value`."""
        filters: list[Json] = [{"name": group, "exists": True} for group in groups]
        keyed: Json = {}
        if kind != "COUNT":
            filters.append({"name": "value", "exists": True})
            keyed["aggregation_key"] = "value"
        self.payload["billable_metrics"].append(
            {
                "id": name,
                "name": name,
                "aggregation_type": kind,
                "event_type_filter": {"in_values": [name]},
                **keyed,
                **({"property_filters": filters} if filters else {}),
                **({"group_keys": [list(groups)]} if groups else {}),
                **more,
            }
        )
        return self

    def product(self, name: str, *, metric: str | None = None, **more: Any) -> BookStory:
        """A usage product of the metric of its own name, unless told otherwise."""
        self.payload["products"].append(
            {"id": name, "name": name, "type": "USAGE", "billable_metric_id": metric or name, **more}
        )
        return self

    def rate(self, product: str, price: Number | list[Json], *, start: str = LONG_AGO, **more: Any) -> BookStory:
        """A flat or tiered rate on the card; entitled unless told otherwise."""
        tiered = {"rate_type": "TIERED", "tiers": price}
        priced = tiered if isinstance(price, list) else {"rate_type": "FLAT", "price": exact(price)}
        rate = {"product_id": product, "starting_at": at(start), "entitled": True}
        self.payload["rate_cards"][0]["rates"].append(rate | priced | more)
        return self

    def sells(
        self,
        name: str,
        *,
        price: Number | list[Json] | None = None,
        kind: str = "SUM",
        pricing: tuple[str, ...] = (),
        presentation: tuple[str, ...] = (),
        groups: tuple[str, ...] = (),
        **more: Any,
    ) -> BookStory:
        """A metric, its product and, with a price, its rate, all of one name."""
        grouped = tuple(dict.fromkeys((*pricing, *presentation, *groups)))
        keys: Json = {"pricing_group_key": list(pricing)} if pricing else {}
        if presentation:
            keys["presentation_group_key"] = list(presentation)
        self.metric(name, kind, groups=grouped)
        self.product(name, **keys, **more)
        return self if price is None else self.rate(name, price)

    def customer(self, name: str = "acme", **more: Any) -> BookStory:
        """A customer."""
        self.payload["customers"].append({"id": name, "name": name, **more})
        return self

    def contract(
        self, name: str = "contract", *, start: str = "2025-01-01", end: str | None = None, **more: Any
    ) -> BookStory:
        """A contract of the last customer (of `acme` if there is none yet) on the card."""
        if not self.payload["customers"]:
            self.customer()
        customer = self.payload["customers"][-1]["id"]
        ends = {"ending_before": at(end)} if end else {}
        self.payload["contracts"].append(
            {"id": name, "customer_id": customer, "rate_card_id": "card", "starting_at": at(start), **ends, **more}
        )
        return self

    def _last(self, kind: str, term: Json) -> BookStory:
        self.payload["contracts"][-1].setdefault(kind, []).append(term)
        return self

    def override(self, *, start: str = LONG_AGO, **more: Any) -> BookStory:
        """An override of the last contract."""
        return self._last("overrides", {"starting_at": at(start), **more})

    def multiplier(self, factor: Number, product: str, **more: Any) -> BookStory:
        """A multiplier on one product of the last contract."""
        return self.override(type="MULTIPLIER", multiplier=exact(factor), product_id=product, **more)

    def overwrite(self, price: Number, product: str, **more: Any) -> BookStory:
        """A flat price in place of the list price."""
        rate = {"rate_type": "FLAT", "price": exact(price)}
        return self.override(type="OVERWRITE", overwrite_rate=rate, product_id=product, **more)

    def balance(self, kind: str, name: str, *segments: Json, **more: Any) -> Json:
        """A commit or credit as a request has it."""
        return {
            "id": name,
            "name": name,
            "product_id": "fixed",
            "access_schedule": {"schedule_items": list(segments)},
            **({} if kind == "CREDIT" else {"type": kind}),
            **more,
        }

    def credit(self, name: str, *segments: Json, **more: Any) -> BookStory:
        """A credit of the last contract."""
        return self._last("credits", self.balance("CREDIT", name, *segments, **more))

    def commit(self, name: str, *segments: Json, paid: Number | None = None, **more: Any) -> BookStory:
        """A prepaid commit of the last contract; `paid` is invoiced at the first segment's start."""
        if paid is not None:
            item = {"timestamp": segments[0]["starting_at"], "amount": exact(paid)}
            more["invoice_schedule"] = {"schedule_items": [item]}
        return self._last("commits", self.balance("PREPAID", name, *segments, **more))

    def postpaid(self, name: str, part: Json, *, due: str | None = None, **more: Any) -> BookStory:
        """A postpaid commit of the last contract, trued up at its segment's end unless told otherwise."""
        schedule = {
            "schedule_items": [{"timestamp": at(due) if due else part["ending_before"], "amount": part["amount"]}]
        }
        return self._last("commits", self.balance("POSTPAID", name, part, invoice_schedule=schedule, **more))

    def charge(self, name: str, **schedule: Any) -> BookStory:
        """A scheduled charge of the last contract."""
        return self._last("scheduled_charges", {"id": name, "name": name, "product_id": "fixed", "schedule": schedule})

    def amended(self, start: str, **terms: Any) -> BookStory:
        """An amendment of the last contract."""
        return self._last("amendments", {"starting_at": at(start), **terms})

    def edited(self, **terms: Any) -> BookStory:
        """An edit of the last contract."""
        return self._last("edits", terms)

    def refiltered(self, start: str, key: str, *values: str, **more: Any) -> BookStory:
        """A usage-filter update of the last contract."""
        term = {"starting_at": at(start), "group_key": key, "group_values": list(values), **more}
        return self._last("usage_filter_updates", term)

    def ended(self, end: str, *, recorded: str) -> BookStory:
        """An end-date update of the last contract."""
        return self._last("end_date_updates", {"ending_before": at(end), "recorded_at": at(recorded)})

    def uses(
        self,
        name: str,
        value: Number | None = None,
        *,
        on: str = "2025-01-05",
        who: str | None = None,
        id: str | None = None,
        **properties: str,
    ) -> BookStory:
        """One event of a metric, by the last customer unless told otherwise."""
        given, events = {} if value is None else {"value": str(value)}, self.payload["events"]
        events.append(
            {
                "transaction_id": id or f"t{len(events)}",
                "customer_id": who or self.payload["customers"][-1]["id"],
                "event_type": name,
                "timestamp": at(on),
                "properties": {**given, **properties},
            }
        )
        return self

    def seen(self, as_of: str) -> BookStory:
        """The instant the book is seen from."""
        self.payload["as_of"] = at(as_of)
        return self

    def bundle(self) -> Bundle:
        """The story as a bundle."""
        return parse_bundle(self.payload)

    def preview(self, as_of: str | None = None) -> Preview:
        """The statements of the story."""
        return preview_bundle(self.bundle(), as_of=time.instant(at(as_of)) if as_of else None)


def book() -> BookStory:
    """An empty story."""
    return BookStory()


def usage(preview: Preview, contract: str | None = None) -> list[Statement]:
    """The usage statements, of one contract if it is named."""
    return [s for s in preview.statements if s.type == "USAGE" and contract in (None, s.contract_id)]


def scheduled(preview: Preview) -> list[Statement]:
    """The scheduled invoices."""
    return [s for s in preview.statements if s.type == "SCHEDULED"]


def only(preview: Preview) -> Statement:
    """The one usage statement."""
    (found,) = usage(preview)
    return found


def amounts(statement: Statement, name: str | None = None) -> list[Decimal]:
    """The totals of the product lines (of one name), covered or not; applied lines left out."""
    return [
        line.total for line in statement.lines if line.type != "applied_commit_or_credit" and name in (None, line.name)
    ]


def drawn(statement: Statement) -> dict[str, Decimal]:
    """How much each balance paid, as positive amounts."""
    found: dict[str, Decimal] = {}
    for line in statement.lines:
        if line.type == "applied_commit_or_credit" and line.applied:
            found[line.applied.id] = money.add(found.get(line.applied.id, Decimal(0)), line.total.copy_negate())
    return found


def paid_by(statement: Statement, name: str) -> list[tuple[str | None, Decimal, Decimal]]:
    """Of each line of a product: who paid it (None: nobody), its quantity and its total."""
    return [
        (line.applied.id if line.applied else None, line.quantity or Decimal(0), line.total)
        for line in statement.lines
        if line.name == name
    ]


def left(preview: Preview) -> dict[str, Decimal]:
    """What each balance has left."""
    return {b.id: b.balance for b in preview.balances}


def entries(preview: Preview, balance: str) -> list[tuple[str, str, Decimal]]:
    """The ledger of a balance: type, day, amount."""
    (found,) = [b for b in preview.balances if b.id == balance]
    return [(e.type, time.stamp(e.timestamp)[:10], e.amount) for e in found.ledger]


def windows(statement: Statement, name: str) -> list[tuple[str, str, Decimal]]:
    """Of each line of a product: from, until, total."""
    return [
        (time.stamp(line.starting_at)[:10], time.stamp(line.ending_before)[:10], line.total)
        for line in statement.lines
        if line.name == name and line.starting_at and line.ending_before
    ]


def line_of(statement: Statement, name: str) -> Line:
    """The one line of a name."""
    (found,) = [line for line in statement.lines if line.name == name]
    return found
