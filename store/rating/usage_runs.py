"""From measured quantities to runs: group, window, convert, round, price (README, §4.5–4.8, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Segment
from store.rating.catalog import CompiledProduct, Definition
from store.rating.compiled import CompiledContract, routes
from store.rating.explain import Note, Notes, day, number, when, worth
from store.rating.measure import Combination, Measured, MeasuredPeriod
from store.rating.runs import USAGE, Cell, Run, cell
from store.rating.told import Told
from store.rating.windows import Context, context, cuts
from store.terms.catalog import Aggregation, BillableMetric, ConversionOperation, ProductType
from store.terms.money import divide, round_to
from store.terms.time import Span

ZERO = Decimal(0)
Answers = Mapping[tuple[str, tuple[str, ...]], Mapping[Combination, Measured]]
"""What was measured for one product in one period: by metric and group keys."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure for a product in a period: the cuts, and which metric by which groups."""

    product: CompiledProduct
    period: MeasuredPeriod
    metrics: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Usage that was measured but is not billed: no rate, or not entitled."""

    reason: str
    product: CompiledProduct
    context: Context
    quantity: Decimal
    events: int


def asked(contract: CompiledContract, product: CompiledProduct, period: Span, nearby: tuple[Segment, ...]) -> Asked:
    """The measuring that a product's lines of a period need; `nearby` are the segments that overlap it."""
    found = cuts(contract, product, period, nearby)
    wanted: list[tuple[str, tuple[str, ...]]] = []
    for moment in (period.start, *found[:-1]):
        definition = product.at(moment)
        key = (definition.metric_id or "", definition.groups)
        if key not in wanted:
            wanted.append(key)
    return Asked(product, MeasuredPeriod(period.start, found, routes(contract.effective, period)), tuple(wanted))


def product_runs(
    contract: CompiledContract,
    ask: Asked,
    answers: Answers,
    metrics: Mapping[str, BillableMetric],
    nearby: tuple[Segment, ...],
) -> Iterator[Run | Unbilled]:
    """The runs of one usage product in one period, bucket by bucket, and the usage that is not billed."""
    for pricing, presentation, always in _buckets(ask, answers):
        yield from _bucket_runs(contract, ask, answers, metrics, nearby, pricing, presentation, always)


def _buckets(ask: Asked, answers: Answers) -> Iterable[tuple[dict[str, str], dict[str, str], bool]]:
    """Pricing and presentation values of each bucket; the flag tells the one that shows a line even without usage."""
    found: dict[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]], None] = {}
    silent = False
    for moment in (ask.period.start, *ask.period.cuts[:-1]):
        definition = ask.product.at(moment)
        for combination in answers.get((definition.metric_id or "", definition.groups), {}):
            values = dict(zip(definition.groups, combination, strict=True))
            pricing = tuple((k, values[k]) for k in definition.pricing)
            found[pricing, tuple((k, values[k]) for k in definition.presentation)] = None
        silent = silent or not definition.pricing
    plain = bool(found) and all(not presentation for _, presentation in found)
    if silent and not any(not pricing for pricing, _ in found):
        found[(), ()] = None
        plain = True
    for pricing, presentation in sorted(found):
        yield dict(pricing), dict(presentation), plain and not pricing


def _bucket_runs(
    contract: CompiledContract,
    ask: Asked,
    answers: Answers,
    metrics: Mapping[str, BillableMetric],
    nearby: tuple[Segment, ...],
    pricing: dict[str, str],
    presentation: dict[str, str],
    always: bool,
) -> Iterator[Run | Unbilled]:
    position = converted = rounded = ZERO
    for window in _windows(contract, ask, answers, nearby, pricing, presentation):
        held = window.context
        converted += window.quantity
        quantity = _rounded(converted, held.definition) - rounded
        rounded += quantity
        if held.rate is None or held.price is None:
            if window.events or quantity:
                reason = "unpriced" if held.rate is None else "not_entitled"
                yield Unbilled(reason, ask.product, held, quantity, window.events)
            continue
        if not quantity and not always:
            continue
        metric = metrics.get(held.definition.metric_id or "")
        yield _run(contract, ask.product, window, quantity, position, _told(window, metric, quantity, ask))
        position += quantity


@dataclass(slots=True)
class _Window:
    start: datetime
    end: datetime
    context: Context
    measured: Decimal
    quantity: Decimal
    events: int


def _windows(
    contract: CompiledContract,
    ask: Asked,
    answers: Answers,
    nearby: tuple[Segment, ...],
    pricing: dict[str, str],
    presentation: dict[str, str],
) -> list[_Window]:
    """The bucket's windows with their measured and converted quantities; equal neighbours merged."""
    found: list[_Window] = []
    start = ask.period.start
    for k, end in enumerate(ask.period.cuts):
        held = context(contract, ask.product, pricing, presentation, start, nearby)
        low, high, events = _cumulative(held.definition, answers, pricing, presentation, k)
        quantity = _converted(high, held.definition) - _converted(low, held.definition)
        if found and found[-1].context.same_as(held):
            last = found[-1]
            last.end = end
            last.measured += high - low
            last.quantity += quantity
            last.events += events
        else:
            found.append(_Window(start, end, held, high - low, quantity, events))
        start = end
    return found


def _cumulative(
    definition: Definition, answers: Answers, pricing: dict[str, str], presentation: dict[str, str], k: int
) -> tuple[Decimal, Decimal, int]:
    """The metric from the period's start to both ends of the k-th window, and the events within it."""
    if tuple(pricing) != definition.pricing or tuple(presentation) != definition.presentation:
        return ZERO, ZERO, 0
    values = {**presentation, **pricing}
    combination = tuple(values[name] for name in definition.groups)
    measured = answers.get((definition.metric_id or "", definition.groups), {}).get(combination)
    if measured is None:
        return ZERO, ZERO, 0
    if k == 0:
        return ZERO, measured.values[0], measured.events[0]
    return measured.values[k - 1], measured.values[k], measured.events[k] - measured.events[k - 1]


def _converted(quantity: Decimal, definition: Definition) -> Decimal:
    conversion = definition.conversion
    if conversion is None or not quantity:
        return quantity
    if conversion.operation is ConversionOperation.MULTIPLY:
        return quantity * conversion.conversion_factor
    return divide(quantity, conversion.conversion_factor)


def _rounded(quantity: Decimal, definition: Definition) -> Decimal:
    rounding = definition.rounding
    return round_to(quantity, rounding.decimal_places, rounding.rounding_method) if rounding else quantity


def _run(
    contract: CompiledContract,
    product: CompiledProduct,
    window: _Window,
    quantity: Decimal,
    position: Decimal,
    notes: Notes,
) -> Run:
    held = window.context
    rate, price = held.rate, held.price
    assert rate is not None and price is not None  # the caller has sorted out the rest
    if quantity:
        cells = [cell(part) for part in price.table.slices(position, position + quantity)]
    else:
        step = price.table.at(position)
        cells = [Cell(position, ZERO, step, ZERO, ZERO, ZERO, position)]
    return Run(
        rank=USAGE,
        name=held.definition.name,
        product_id=product.id,
        product_type="UsageProductListItem",
        tags=held.definition.tags,
        subject=held.subject,
        start=window.start,
        end=window.end,
        unit=price.unit,
        table=price.table,
        list_table=rate.table,
        commit_table=rate.commit_table,
        minimum=price.minimum,
        specific=held.specific,
        prioritization=contract.effective.prioritization,
        cells=cells,
        notes=notes,
    )


def _told(window: _Window, metric: BillableMetric | None, quantity: Decimal, ask: Asked) -> Notes:
    return Told(lambda: _notes(window, metric, quantity, ask))


def _notes(window: _Window, metric: BillableMetric | None, quantity: Decimal, ask: Asked) -> list[Note]:
    """How the quantity and its price came to be."""
    held = window.context
    rate, price = held.rate, held.price
    assert rate is not None and price is not None  # only billed windows are explained
    notes: list[Note] = []
    if metric is not None:
        notes.append(("metric", _measured(window, metric, ask)))
    conversion, rounding = held.definition.conversion, held.definition.rounding
    if conversion is not None:
        sign = "×" if conversion.operation is ConversionOperation.MULTIPLY else "÷"
        factor = number(conversion.conversion_factor)
        notes.append(("conversion", f"{number(window.measured)} {sign} {factor} = {number(window.quantity)}"))
    if rounding is not None:
        how = rounding.rounding_method.replace("_", " ").lower()
        notes.append(
            ("rounding", f"{how} to {rounding.decimal_places} places, once over the period: {number(quantity)}")
        )
    listed = "tiers" if rate.table.tiered else worth(rate.table.steps[0].price, rate.unit)
    notes.append(("rate", f"list rate {listed} {when(rate.start, rate.end)} ({rate.path})"))
    if held.entitled_by is not None:
        notes.append(("entitlement", f"entitled by an override since {day(held.entitled_by.start)}"))
    notes.extend(price.notes)
    return notes


def _measured(window: _Window, metric: BillableMetric, ask: Asked) -> str:
    kind = metric.aggregation_type
    what = f"{kind} of {metric.aggregation_key}" if metric.aggregation_key else f"{kind}"
    span = when(window.start, window.end)
    counted = f" over {window.events} event(s)" if window.events or not window.measured else ", assumed"
    text = f"{metric.name}: {what}{counted} {span} = {number(window.measured)}"
    if kind in (Aggregation.MAX, Aggregation.UNIQUE, Aggregation.LATEST) and window.start != ask.period.start:
        text += ", as the increment since the period's earlier windows"
    return text


def usage_products(contract: CompiledContract) -> tuple[CompiledProduct, ...]:
    """The usage products that a contract's card prices."""
    return contract.of_kind(ProductType.USAGE)
