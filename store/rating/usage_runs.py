"""From measured quantities to runs: group, window, convert, round, price (README, §4.5–4.8, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Segment
from store.rating.catalog import Combo, CompiledProduct, Definition
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


Bucket = tuple[Combo, Combo]
"""Pricing and presentation values of what is billed apart from other usage of its product."""


@dataclass(slots=True, eq=False)
class Frame:
    """A window of a bucket: from the `first` to before the `last` of its period's cuts the same holds."""

    start: datetime
    end: datetime
    context: Context
    first: int
    last: int
    combination: Combination | None
    """Under which its usage was measured; None where the product is grouped otherwise then."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What to measure for a product in a period: the cuts, and which metric by which groups."""

    product: CompiledProduct
    period: MeasuredPeriod
    definitions: tuple[Definition, ...]
    """Those in force during the period, one of each that is measured differently or has other group keys."""
    metrics: tuple[tuple[str, tuple[str, ...]], ...]
    frames: dict[Bucket, list[Frame]] = field(default_factory=dict)
    """The windows of each bucket, once found."""


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
    definitions = product.definitions
    if len(definitions) > 1:
        inside = (product.at(moment) for moment in (period.start, *found[:-1]))
        definitions = tuple({id(d): d for d in inside}.values())
    wanted = tuple(dict.fromkeys((d.metric_id or "", d.groups) for d in definitions))
    measured = MeasuredPeriod(period.start, found, routes(contract.effective, period))
    return Asked(product, measured, definitions, wanted)


def product_runs(
    contract: CompiledContract,
    ask: Asked,
    answers: Answers,
    metrics: Mapping[str, BillableMetric],
    nearby: tuple[Segment, ...],
) -> Iterator[Run | Unbilled]:
    """The runs of one usage product in one period, bucket by bucket, and the usage that is not billed."""
    for bucket, always in _buckets(ask, answers):
        frames = ask.frames.get(bucket)
        if frames is None:
            frames = ask.frames[bucket] = _frames(contract, ask, bucket, nearby)
        yield from _bucket_runs(contract, ask, answers, metrics, frames, always)


def _buckets(ask: Asked, answers: Answers) -> Iterable[tuple[Bucket, bool]]:
    """Each bucket, in order; the flag tells the one that shows a line even without usage."""
    if not ask.product.grouped:
        return ((((), ()), True),)
    found: dict[Bucket, None] = {}
    silent = False
    for definition in ask.definitions:
        for combination in answers.get((definition.metric_id or "", definition.groups), ()):
            values = dict(zip(definition.groups, combination, strict=True))
            pricing = tuple((k, values[k]) for k in definition.pricing)
            found[pricing, tuple((k, values[k]) for k in definition.presentation)] = None
        silent = silent or not definition.pricing
    plain = bool(found) and all(not presentation for _, presentation in found)
    if silent and not any(not pricing for pricing, _ in found):
        found[(), ()] = None
        plain = True
    return [((pricing, presentation), plain and not pricing) for pricing, presentation in sorted(found)]


def _bucket_runs(
    contract: CompiledContract,
    ask: Asked,
    answers: Answers,
    metrics: Mapping[str, BillableMetric],
    frames: Iterable[Frame],
    always: bool,
) -> Iterator[Run | Unbilled]:
    position = converted = rounded = ZERO
    for frame in frames:
        held = frame.context
        definition = held.definition
        low, high, events = _cumulative(frame, answers)
        measured = quantity = high - low
        if definition.conversion is not None:
            quantity = _converted(high, definition) - _converted(low, definition)
        window = _Window(frame.start, frame.end, held, measured, quantity, events)
        converted += quantity
        quantity = _rounded(converted, definition) - rounded
        rounded += quantity
        if held.rate is None or held.price is None:
            if events or quantity:
                reason = "unpriced" if held.rate is None else "not_entitled"
                yield Unbilled(reason, ask.product, held, quantity, events)
            continue
        if not quantity and not always:
            continue
        metric = metrics.get(definition.metric_id or "")
        yield _run(contract, ask.product, window, quantity, position, _told(window, metric, quantity, ask))
        position += quantity


@dataclass(slots=True, eq=False)
class _Window:
    start: datetime
    end: datetime
    context: Context
    measured: Decimal
    quantity: Decimal
    events: int


def _frames(contract: CompiledContract, ask: Asked, bucket: Bucket, nearby: tuple[Segment, ...]) -> list[Frame]:
    """The bucket's windows; neighbours in which the same holds are one."""
    found: list[Frame] = []
    pricing, presentation = dict(bucket[0]), dict(bucket[1])
    start = ask.period.start
    for k, end in enumerate(ask.period.cuts):
        held = context(contract, ask.product, pricing, presentation, start, nearby)
        if found and found[-1].context.same_as(held):
            found[-1].end, found[-1].last = end, k + 1
        else:
            combination = _combination(held.definition, pricing, presentation)
            found.append(Frame(start, end, held, k, k + 1, combination))
        start = end
    return found


def _combination(definition: Definition, pricing: dict[str, str], presentation: dict[str, str]) -> Combination | None:
    if tuple(pricing) != definition.pricing or tuple(presentation) != definition.presentation:
        return None
    values = {**presentation, **pricing}
    return tuple(values[name] for name in definition.groups)


def _cumulative(frame: Frame, answers: Answers) -> tuple[Decimal, Decimal, int]:
    """The metric from the period's start to both ends of a window, and the events within it."""
    definition = frame.context.definition
    found = answers.get((definition.metric_id or "", definition.groups))
    measured = found.get(frame.combination) if found and frame.combination is not None else None
    if measured is None:
        return ZERO, ZERO, 0
    values, events = measured
    k = frame.last - 1
    if frame.first == 0:
        return ZERO, values[k], events[k]
    return values[frame.first - 1], values[k], events[k] - events[frame.first - 1]


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
        steps = price.table.steps
        if len(steps) == 1 and quantity > 0:
            total = quantity * steps[0].price
            cells = [Cell(position, quantity, steps[0], total, quantity, total, position)]
        else:
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
