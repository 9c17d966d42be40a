"""Runs as statement lines: the paid part, its applied line, then what is left (README, §2.21, §7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from store.rating.explain import Note, Notes, number, worth
from store.rating.prices import Step, tier_position
from store.rating.runs import COMPOSITE, SUBSCRIPTION, Part, Run
from store.rating.statement import Applied, Line, TierPosition
from store.rating.told import Told
from store.terms import shown

ZERO = Decimal(0)


def lines_of(runs: Iterable[Run]) -> tuple[Line, ...]:
    """Every line of the runs, in their order."""
    found: list[Line] = []
    for run in runs:
        for cell in run.cells:
            for part in cell.parts:
                applied = _applied(part)
                found.append(_line(run, part.step, part.tiered, part.quantity, part.price, part.total, part, applied))
                found.append(_applied_line(run, part, applied))
            if cell.rest or not cell.parts:
                found.append(_line(run, cell.step, run.table.tiered, cell.rest, cell.step.price, cell.rest_total))
    return tuple(found)


def _line(
    run: Run,
    step: Step,
    tiered: bool,
    quantity: Decimal,
    price: Decimal,
    total: Decimal,
    part: Part | None = None,
    applied: Applied | None = None,
) -> Line:
    tier = tier_position(step) if tiered else None
    listed = run.list_table.steps[0].price if run.list_table.steps and not run.list_table.tiered else None
    return Line(
        type="subscription" if run.rank == SUBSCRIPTION else "usage",
        name=run.name,
        total=total,
        quantity=quantity,
        unit_price=price,
        product_id=run.product_id,
        product_type=run.product_type,
        product_tags=run.tags,
        credit_type_id=run.unit,
        starting_at=run.start,
        ending_before=run.end,
        pricing_group_values=run.subject.pricing,
        presentation_group_values=run.subject.presentation,
        tier=tier,
        applied=applied,
        list_price=None if run.rank == COMPOSITE else listed,
        commit_id=applied.id if applied else None,
        subscription_id=run.subscription_id,
        is_prorated=run.is_prorated,
        explanation=Told(_notes, run, step, tier, price, part),
    )


def _notes(run: Run, step: Step, tier: TierPosition | None, price: Decimal, part: Part | None) -> list[Note]:
    """How the line came to be: its usage and price, its tier, who paid it."""
    notes: list[Note] = list(run.notes)
    special = part is not None and any(label != "balance" for label, _ in part.notes)
    if special:  # one price holds for a unit of usage: the balance's own, so the other is not told as if it held too
        notes = [(label, f"outside this balance: {text}" if label == "override" else text) for label, text in notes]
    if tier is not None:
        rate = shown.percent(price) if run.rank == COMPOSITE else worth(price, run.unit)
        upto = "on" if step.end is None else f"up to {number(step.end)}"
        notes.append(("tier", f"tier {tier.level}: units above {number(step.start)} {upto} at {rate} each"))
    if part is not None:
        beaten = ", before the contract's own" if any(label == "override" for label, _ in notes) else ""
        first = f"while this balance pays{beaten}: "
        notes += [(label, first + text if label == "override" else text) for label, text in part.notes]
    return notes


def _applied(part: Part) -> Applied:
    account = part.segment.account
    return Applied(account.id, account.kind, part.segment.id, account.name)


def _applied_line(run: Run, part: Part, applied: Applied) -> Line:
    """The negative line beside a paid one."""
    account = part.segment.account
    return Line(
        type="applied_commit_or_credit",
        name=f"{account.name} applied",
        total=-part.total,
        product_id=account.product_id,
        credit_type_id=run.unit,
        starting_at=run.start,
        ending_before=run.end,
        applied=applied,
        commit_id=account.id,
        explanation=Told(_last, part),
    )


def _last(part: Part) -> Notes:
    """What the balance says of a paid part, without what the price says."""
    return part.notes[-1:]


def counts(line: Line, fiat: str) -> bool:
    """Whether a line is part of the total: not in custom units, not what a postpaid commit only counts."""
    if line.credit_type_id != fiat:
        return False
    applied = line.applied
    return applied is None or applied.type != "POSTPAID" or line.type != "applied_commit_or_credit"


def total(lines: Iterable[Line], fiat: str) -> Decimal:
    """What the customer is asked to pay (README, §4.15)."""
    return sum([line.total for line in lines if counts(line, fiat)], ZERO)
