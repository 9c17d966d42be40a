"""Balances pay lines: segment by segment in their order, line by line in theirs (README, §4.12, §5).

Each unit is paid by at most one balance, and a balance is drawn at the price that holds while it pays: the line's own,
or its commit rate, or that of an override made for it. Runs inside an exact decimal context; only the quantity that a
nearly empty balance still buys is a division, and what is left is always computed by subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account, Segment, SegmentKey, deciding_key
from store.rating.explain import Notes, when, worth
from store.rating.matching import Subject, targets_balance
from store.rating.overriding import Resolved, resolve
from store.rating.prices import Step
from store.rating.runs import Cell, Part, Run
from store.rating.told import Told
from store.terms.money import divide
from store.terms.override import OverrideTarget

ZERO = Decimal(0)
State = dict[SegmentKey, Decimal]
"""Segment → how much of it is left."""


def draw_down(runs: Sequence[Run], segments: Sequence[Segment], left: State) -> State:
    """Pays the runs' cells from the segments, in place; yields how much each segment gave.

    `segments` are those the contract may draw, in their order; `left` is updated.
    """
    lines = sorted([(run, cell) for run in runs for cell in run.cells if cell.quantity > 0], key=_line_key)
    given: State = {}
    if not lines:
        return given
    for k, segment in enumerate(segments):
        remaining = left[segment.state]
        if remaining <= 0:
            continue
        payer = _Payer(segment, remaining, segments[k + 1 :])
        for run, cell, rest in [
            (run, cell, cell.rest) for run, cell in lines if _pays(segment, run.unit, run.start, run.subject)
        ]:
            payer.pay(run, cell, rest)
            if payer.left <= 0:
                break
        if payer.left != remaining:
            given[segment.state] = remaining - payer.left
            left[segment.state] = payer.left
            lines = [line for line in lines if line[1].rest > 0]
    return given


def _line_key(item: tuple[Run, Cell]) -> tuple[object, ...]:
    run, cell = item
    return (
        run.rank,
        run.start,
        -cell.step.price,
        run.name,
        tuple(run.subject.pricing.items()),
        tuple(run.subject.presentation.items()),
        cell.step.level,
    )


def _pays(segment: Segment, unit: str, start: datetime, subject: Subject) -> bool:
    """Whether a segment can pay for what starts then."""
    return segment.account.unit == unit and segment.start <= start < segment.end and segment.covers(subject)


class _Payer:
    """One segment paying one line after the other."""

    def __init__(self, segment: Segment, left: Decimal, behind: Sequence[Segment]) -> None:
        self.segment = segment
        self.left = left
        self.behind = behind

    def pay(self, run: Run, cell: Cell, rest: Decimal) -> None:
        """Pays a line; `rest` is what it had unpaid before this segment, which may have taken it for another line."""
        price = price_under(run, self.segment)
        if price is not None:
            self._at_its_price(run, price, rest)
        elif cell.rest_total > 0:
            self._at_own_price(run, cell)

    def _at_own_price(self, run: Run, cell: Cell) -> None:
        whole = cell.rest_total <= self.left
        value = cell.rest_total if whole else self.left
        quantity = cell.rest if whole else divide(cell.rest * value, cell.rest_total)
        self._take(run, cell, quantity, value, Part(
            self.segment, quantity, cell.step.price, value, cell.step, run.table.tiered, self._notes(run, value, ())
        ))  # fmt: skip
        cell.rest_total = ZERO if whole else cell.rest_total - value

    def _at_its_price(self, run: Run, price: Resolved, wanted: Decimal) -> None:
        """Takes from the lowest unpaid positions of the window, as much as the line visited still has."""
        for cell in sorted(run.cells, key=lambda c: c.start):
            if wanted <= 0 or self.left <= 0:
                return
            for part in tuple(price.table.slices(cell.rest_start, cell.rest_start + min(cell.rest, wanted))):
                unit = part.step.price
                if part.quantity <= 0 or unit == 0 or self.left <= 0:
                    break
                value = unit * part.quantity
                quantity = part.quantity
                if value > self.left:
                    value = self.left
                    quantity = divide(value, unit)
                self._take_more(run, cell, price, part.step, quantity, value)
                cell.rest_total = cell.rest * cell.step.price
                wanted -= quantity

    def _take_more(self, run: Run, cell: Cell, price: Resolved, step: Step, quantity: Decimal, value: Decimal) -> None:
        """Units of one tier under this balance are one part, whichever lines they were taken from."""
        parts = (p for c in run.cells for p in c.parts)
        same = next((p for p in parts if p.segment is self.segment and p.step is step), None)
        if same is None:
            notes = self._notes(run, value, price.notes)
            self._take(run, cell, quantity, value, Part(
                self.segment, quantity, step.price, value, step, price.table.tiered, notes
            ))  # fmt: skip
            return
        self.left += same.total
        same.quantity, same.total = same.quantity + quantity, same.total + value
        same.notes = self._notes(run, same.total, price.notes)
        self.left -= same.total
        cell.rest -= quantity
        cell.rest_start += quantity

    def _take(self, run: Run, cell: Cell, quantity: Decimal, value: Decimal, part: Part) -> None:
        cell.parts.append(part)
        cell.rest -= quantity
        cell.rest_start += quantity
        self.left -= value

    def _notes(self, run: Run, value: Decimal, price: Notes) -> Notes:
        return Told(_paid, price, run.subject, run.start, self.segment, value, self.left, self.behind)


def _paid(
    price: Notes,
    subject: Subject,
    start: datetime,
    segment: Segment,
    value: Decimal,
    left: Decimal,
    behind: Sequence[Segment],
) -> Notes:
    """Why that price, what a segment paid of what it had, and which key put it before the next that could have paid."""
    account = segment.account
    paid, had = worth(value, account.unit), worth(left, account.unit)
    span = when(segment.start, segment.end)
    whose = f" of {segment.seat[0]} {segment.seat[1]}" if segment.seat else ""
    text = f"{account.name} ({account.kind}) pays {paid} of the {had} left in its segment{whose} {span}"
    rival = next((s for s in behind if _pays(s, account.unit, start, subject)), None)
    if rival is not None:
        text += f"; drawn before {rival.account.name}: {deciding_key(segment, rival)}"
    return (*price, ("balance", text))


def price_under(run: Run, segment: Segment) -> Resolved | None:
    """The price of a run's units while this segment pays; None where it is their own (README, §5)."""
    account = segment.account
    if not run.specific and not account.at_commit_rate:
        return None
    key = (account.owner, account.id)
    if key not in run.prices:
        run.prices[key] = _price_under(run, account)
    return run.prices[key]


def _price_under(run: Run, account: Account) -> Resolved | None:
    commit_table = run.commit_table if account.at_commit_rate else None
    kind = OverrideTarget.LIST_RATE if commit_table is None else OverrideTarget.COMMIT_RATE
    candidates = []
    if run.minimum is None:
        candidates = [
            o
            for o in run.specific
            if (o.override.target or OverrideTarget.LIST_RATE) is kind
            and targets_balance(o.override, run.subject, account.id, account.recurring_id)
        ]
    if any(o.override.type is not None for o in candidates):
        return resolve(commit_table or run.list_table, run.unit, None, candidates, run.prioritization)
    if commit_table is None:
        return None
    return Resolved(commit_table, run.unit, None, None, (("rate", "the commit rate holds while this balance pays"),))
