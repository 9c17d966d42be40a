"""From measured quantities to runs: group, window, convert, round, price (README, §4.5–4.8, §5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from store.rating.asking import Asked
from store.rating.compiled import CompiledContract
from store.rating.explain import Note, Notes, day, number, when, worth
from store.rating.frame import Bucket, Context, Frame, Wanted
from store.rating.kept import Kept
from store.rating.measure import Combination, Measured
from store.rating.plan import Planned
from store.rating.products import CompiledProduct
from store.rating.runs import USAGE, Cell, Run, cell
from store.rating.told import Told
from store.rating.windows import frames
from store.terms.catalog import Aggregation, BillableMetric, ConversionOperation, QuantityConversion, QuantityRounding
from store.terms.money import divide, round_to

ZERO = Decimal(0)
Answers = Mapping[Wanted, Mapping[Combination, Measured]]
"""What was measured for one statement."""


@dataclass(frozen=True, slots=True)
class Unbilled:
    """Usage that was measured but is not billed: no rate, or not entitled."""

    reason: str
    product: CompiledProduct
    context: Context
    quantity: Decimal
    events: int


def add_runs(
    runs: list[Run], planned: Planned, ask: Asked, answers: Answers, metrics: Mapping[str, BillableMetric]
) -> list[Unbilled]:
    """Adds the runs of one usage product in one period, bucket by bucket; yields the usage that is not billed."""
    left: list[Unbilled] = []
    for bucket, always in _buckets(ask, answers):
        position = so_far = rounded = ZERO
        for frame in _frames(planned, ask, bucket):
            held = frame.context
            definition = held.definition
            low, high, events = _cumulative(frame, answers)
            measured = converted = high - low
            if definition.conversion is not None:
                converted = _converted(high, definition.conversion) - _converted(low, definition.conversion)
            so_far += converted
            quantity = _rounded(so_far, definition.rounding) - rounded
            rounded += quantity
            if held.rate is None or held.price is None:
                if events or quantity:
                    reason = "unpriced" if held.rate is None else "custom_rate" if held.entitled else "not_entitled"
                    left.append(Unbilled(reason, ask.product, held, quantity, events))
            elif quantity or always:
                metric = metrics.get(definition.metric_id or "")
                notes = Told(_notes, frame, measured, converted, so_far, quantity, rounded, events, metric, ask)
                runs.append(_run(planned.contract, ask.product, frame, quantity, position, notes))
                position += quantity
    return left


def _frames(planned: Planned, ask: Asked, bucket: Bucket) -> tuple[Frame, ...]:
    """The windows of a bucket, found once: for each contract, or for all that leave the card's prices alone."""
    kept = ask.frames if planned.plain else planned.frames.setdefault(ask.product.id, Kept(1_000))
    found = kept.get(bucket)
    return kept.keep(bucket, frames(planned.contract, ask, bucket, planned.nearby)) if found is None else found


def _buckets(ask: Asked, answers: Answers) -> Iterable[tuple[Bucket, bool]]:
    """Each bucket, in order; the flag tells the one that shows a line even without usage."""
    if not ask.product.grouped:
        return ((((), ()), True),)
    found: dict[Bucket, None] = {}
    silent = False
    for definition in ask.definitions:
        for combination in answers.get((ask.product.id, definition.metric_id or "", definition.groups), ()):
            values = dict(zip(definition.groups, combination, strict=True))
            pricing = tuple((k, values[k]) for k in definition.pricing)
            found[pricing, tuple((k, values[k]) for k in definition.presentation)] = None
        silent = silent or not definition.pricing
    plain = bool(found) and all(not presentation for _, presentation in found)
    if silent and not any(not pricing for pricing, _ in found):
        found[(), ()] = None
        plain = True
    return [((pricing, presentation), plain and not pricing) for pricing, presentation in sorted(found)]


def _cumulative(frame: Frame, answers: Answers) -> tuple[Decimal, Decimal, int]:
    """The metric from the period's start to both ends of a window, and the events within it."""
    found = answers.get(frame.wanted)
    measured = found.get(frame.combination) if found and frame.combination is not None else None
    if measured is None:
        return ZERO, ZERO, 0
    values, events = measured
    k = frame.last - 1
    if frame.first == 0:
        return ZERO, values[k], events[k]
    return values[frame.first - 1], values[k], events[k] - events[frame.first - 1]


def _converted(quantity: Decimal, conversion: QuantityConversion) -> Decimal:
    if not quantity:
        return quantity
    if conversion.operation is ConversionOperation.MULTIPLY:
        return quantity * conversion.conversion_factor
    return divide(quantity, conversion.conversion_factor)


def _rounded(quantity: Decimal, rounding: QuantityRounding | None) -> Decimal:
    return round_to(quantity, rounding.decimal_places, rounding.rounding_method) if rounding else quantity


def _run(
    contract: CompiledContract,
    product: CompiledProduct,
    frame: Frame,
    quantity: Decimal,
    position: Decimal,
    notes: Notes,
) -> Run:
    held = frame.context
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
        start=frame.start,
        end=frame.end,
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


def _notes(
    frame: Frame,
    measured: Decimal,
    converted: Decimal,
    so_far: Decimal,
    quantity: Decimal,
    rounded: Decimal,
    events: int,
    metric: BillableMetric | None,
    ask: Asked,
) -> list[Note]:
    """How the quantity and its price came to be."""
    held = frame.context
    rate, price = held.rate, held.price
    assert rate is not None and price is not None  # only billed windows are explained
    notes: list[Note] = []
    if metric is not None:
        notes.append(("metric", _measured(frame, measured, events, metric, ask)))
    conversion, rounding = held.definition.conversion, held.definition.rounding
    if conversion is not None:
        sign = "×" if conversion.operation is ConversionOperation.MULTIPLY else "÷"
        factor = number(conversion.conversion_factor)
        notes.append(("conversion", f"{number(measured)} {sign} {factor} = {number(converted)}"))
    if rounding is not None:
        how = rounding.rounding_method.replace("_", " ").lower()
        text = f"{how} to {rounding.decimal_places} places, once over the period: "
        if rounded != quantity or so_far != converted:
            before = number(rounded - quantity)
            text += f"{number(so_far)} so far is {number(rounded)}, less {before} of earlier windows: "
        notes.append(("rounding", text + number(quantity)))
    listed = "custom"
    if rate.table.steps:
        listed = "tiers" if rate.table.tiered else worth(rate.table.steps[0].price, rate.unit)
    notes.append(("rate", f"list rate {listed} {when(rate.start, rate.end)} ({rate.path})"))
    if held.entitled_by is not None:
        notes.append(("entitlement", f"entitled by an override since {day(held.entitled_by.start)}"))
    notes.extend(price.notes)
    return notes


def _measured(frame: Frame, measured: Decimal, events: int, metric: BillableMetric, ask: Asked) -> str:
    kind = metric.aggregation_type
    what = f"{kind} of {metric.aggregation_key}" if metric.aggregation_key else f"{kind}"
    if metric.sql is not None:
        what = "its SQL query"
    span = when(frame.start, frame.end)
    counted = f" over {events} event{'s' if events != 1 else ''}" if events or not measured else ", assumed"
    text = f"{metric.name}: {what}{counted} {span} = {number(measured)}"
    if kind in (Aggregation.MAX, Aggregation.UNIQUE, Aggregation.LATEST) and frame.start != ask.period.start:
        text += ", as the increment since the period's earlier windows"
    return text
