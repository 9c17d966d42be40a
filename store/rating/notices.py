"""What an operator must know beside the numbers: usage that is not billed, money that may go missing or twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from store.rating.compiled import CompiledContract
from store.rating.explain import day, groups, number
from store.rating.plan import Planned
from store.rating.products import CompiledProduct
from store.rating.statement import Unmatched, Warning
from store.rating.usage_runs import Unbilled
from store.terms.in_force import FilterEntry
from store.terms.time import Span


class Notices:
    """Collects notices while a book is rated; equal ones are said once."""

    def __init__(self) -> None:
        self._warnings: dict[tuple[str, str, str], Warning] = {}
        self._unbilled: dict[tuple[str, str, str, str], tuple[int, Mapping[str, Any], str]] = {}

    @property
    def warnings(self) -> tuple[Warning, ...]:
        """Every warning, in the order found."""
        return tuple(self._warnings.values())

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """Usage that was measured and not billed."""
        return tuple(Unmatched(key[0], events, detail, text) for key, (events, detail, text) in self._unbilled.items())

    def warn(self, code: str, message: str, path: str = "") -> None:
        """Adds a warning unless it was given already."""
        self._warnings.setdefault((code, path, message), Warning(code, message, path))

    def unbilled(self, planned: Planned, found: Unbilled) -> None:
        """Usage of a product without a rate, or one that the contract does not entitle."""
        contract = planned.contract
        subject = found.context.subject
        values = {**subject.pricing, **subject.presentation}
        if found.reason == "not_entitled" and _billed_by_another(contract, found):
            return
        key = (found.reason, contract.id, found.product.id, groups(values))
        events, _, _ = self._unbilled.get(key, (0, {}, ""))
        detail = {
            "customer_id": contract.customer_id,
            "contract_id": contract.id,
            "product_id": found.product.id,
            "group_values": values,
        }
        where = f" ({groups(values)})" if values else ""
        name = found.context.definition.name
        text = f"{name}{where} {_WHY_UNBILLED[found.reason]}"
        self._unbilled[key] = (events + found.events, detail, text)
        if found.reason in _NOT_PRICED:
            message = f"{name}{where}: {number(found.quantity)} used {_NOT_PRICED[found.reason]}"
            self.warn(found.reason, f"{message} in the statement from {day(planned.period.start)}", contract.path)

    def not_numeric(self, path: str, metric_id: str, events: int) -> None:
        """Events whose value is not a number, which sums, maxima and latest readings ignore."""
        told = "1 event" if events == 1 else f"{events} events"
        does = "has a value that is not a number and is" if events == 1 else "have a value that is not a number and are"
        self.warn("non_numeric_value", f"{told} of metric {metric_id} {does} ignored", path)

    def composite_changes(self, planned: Planned, product: CompiledProduct, moment: datetime) -> None:
        """A composite whose rate or base changes within a statement, which it is charged for as at its start."""
        text = (
            f"{product.at(moment).name}: its rate changes on {day(moment)}; the statement from "
            f"{day(planned.period.start)} charges all of it as at its start"
        )
        self.warn("composite_rate_changes", text, planned.contract.path)

    def overlaps(self, contracts: Iterable[CompiledContract], until: Span) -> None:
        """Contracts of one customer that take the same usage for a product they share (README, §4.2)."""
        known = list(contracts)
        for k, one in enumerate(known):
            for other in known[k + 1 :]:
                self._overlap(one, other, until)

    def _overlap(self, one: CompiledContract, other: CompiledContract, until: Span) -> None:
        both = one.effective.span.clip(other.effective.span)
        both = both.clip(until) if both else None
        if both is None or one.effective.archived_at or other.effective.archived_at:
            return
        mine = {p.id: p.product.name for p in one.assortment.usage}
        shared = [mine[p.id] for p in other.assortment.usage if p.id in mine]
        if not shared:
            return
        moments = {both.start}
        for entry in (*one.effective.filters, *other.effective.filters):
            moments.add(max(entry.span.start, both.start))
        for moment in sorted(m for m in moments if both.holds(m)):
            common = _common(one.effective.filter_at(moment), other.effective.filter_at(moment))
            if common is not None:
                names = ", ".join(shared[:3]) + (" …" if len(shared) > 3 else "")
                self.warn(
                    "overlapping_usage",
                    f"contracts {one.id} and {other.id} both take {common} from {day(moment)} on: "
                    f"{names} is billed twice",
                    other.path,
                )
                return


_WHY_UNBILLED = {
    "unpriced": "has usage but no rate",
    "not_entitled": "is not entitled",
    "custom_rate": "has a CUSTOM rate, which a preview cannot price",
}
_NOT_PRICED = {
    "unpriced": "without a rate is not billed",
    "custom_rate": "at a CUSTOM rate is not priced, and so missing",
}


def _common(one: FilterEntry | None, other: FilterEntry | None) -> str | None:
    """What two filters both let through, in words; None where that is nothing."""
    if one is None and other is None:
        return "all usage"
    if one is None or other is None:
        entry = one or other
        assert entry is not None  # one of them is
        return f"usage with {entry.group_key} {', '.join(entry.group_values)}"
    if one.group_key != other.group_key:
        return f"usage that matches both their filters ({one.group_key}, {other.group_key})"
    shared = [v for v in one.group_values if v in other.group_values]
    return f"usage with {one.group_key} {', '.join(shared)}" if shared else None


def _billed_by_another(contract: CompiledContract, found: Unbilled) -> bool:
    """Whether another product of the contract bills the same metric, so that the usage is not lost."""
    metric = found.context.definition.metric_id
    others = (p for p in contract.assortment.usage if p.id != found.product.id)
    return any(p.at(found.context.start).metric_id == metric for p in others)
