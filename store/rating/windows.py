"""Where a period is cut, and what holds between two cuts (README, §4.4).

A period is cut at every instant at which a rate, an override, the product's definition, the usage filter or the
availability of a balance changes. What holds in a window is its context; neighbours with the same context are one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from store.rating.accounts import Segment
from store.rating.asking import Asked, Moments
from store.rating.compiled import CompiledContract
from store.rating.frame import Bucket, Context, Frame
from store.rating.matching import Subject
from store.rating.measure import Combination
from store.rating.overriding import applicable, entitled, resolve
from store.rating.products import CompiledProduct, Definition
from store.terms.time import Span


def moments(contract: CompiledContract, period: Span, nearby: tuple[Segment, ...]) -> Moments:
    """When a contract changes within a period, for one product or ("") for all; `nearby` segments overlap it."""
    found = [(o.override.product_id or "", m) for o in contract.overrides for m in (o.start, o.end)]
    found += [("", m) for s in nearby for m in (s.start, s.end)]
    found += [("", m) for entry in contract.effective.filters for m in entry.span]
    start, end = period
    return tuple(sorted({item for item in found if start < item[1] < end}))


def frames(contract: CompiledContract, ask: Asked, bucket: Bucket, nearby: tuple[Segment, ...]) -> tuple[Frame, ...]:
    """The windows of a bucket: neighbours in which the same holds, and the same balances can pay, are one."""
    found: list[Frame] = []
    pricing, presentation = dict(bucket[0]), dict(bucket[1])
    start, cuts = ask.period.start, ask.period.cuts
    before: object = None
    for k, end in enumerate(cuts):
        held = context(contract, ask.product, pricing, presentation, start)
        if found and held.same_as(found[-1].context) and _around(contract, held, nearby) == before:
            found[-1].end, found[-1].last = end, k + 1
        else:
            wanted = (ask.product.id, held.definition.metric_id or "", held.definition.groups)
            combination = _combination(held.definition, pricing, presentation)
            found.append(Frame(start, end, held, k, k + 1, wanted, combination))
            before = _around(contract, held, nearby) if len(cuts) > 1 else None
        start = end
    return tuple(found)


def _around(contract: CompiledContract, held: Context, nearby: tuple[Segment, ...]) -> object:
    """The balances that can pay in a window, and the usage that is taken; no matter where nothing is billed."""
    if not held.entitled:
        return None
    at = held.start
    entry = contract.effective.filter_at(at)
    taken = None if entry is None else (entry.group_key, frozenset(entry.group_values))
    return taken, [s for s in nearby if s.start <= at < s.end and s.covers(held.subject)]


def _combination(definition: Definition, pricing: dict[str, str], presentation: dict[str, str]) -> Combination | None:
    if tuple(pricing) != definition.pricing or tuple(presentation) != definition.presentation:
        return None
    values = {**presentation, **pricing}
    return tuple(values[name] for name in definition.groups)


def context(
    contract: CompiledContract,
    product: CompiledProduct,
    pricing: Mapping[str, str],
    presentation: Mapping[str, str],
    moment: datetime,
) -> Context:
    """What holds for a bucket from an instant on."""
    definition = product.at(moment)
    subject = Subject(product.id, definition.tag_set, pricing, presentation)
    combo = tuple(sorted(pricing.items())) if pricing else ()
    rate = contract.card.at(product.id, combo, None, moment) if contract.card else None
    general, specific = applicable(contract.overrides, subject, moment)
    billed, by = entitled(rate, general) if rate else (False, None)
    price = None
    if rate and billed:
        price = resolve(rate.table, rate.unit, rate.minimum, general, contract.effective.prioritization)
        if not price.table.steps:
            price = None
    return Context(
        start=moment,
        definition=definition,
        subject=subject,
        rate=rate,
        entitled=billed,
        entitled_by=by,
        price=price,
        specific=specific,
    )
