"""What a renewal carries over: part of what the old contract's balances have left (README, §4.13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account, Segment, add_segment
from store.rating.compiled import CompiledContract
from store.rating.ledger import Ledger, Moved
from store.terms.hierarchy import reached

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False)
class Rollover:
    """One balance of a renewed contract (of one seat, where each has its own), and the segment it becomes in the
    renewing one; empty until it happens."""

    origin: Account
    segment: Segment
    at: datetime
    old: str
    """The contract that was renewed."""

    def happen(self, ledger: Ledger) -> None:
        """Moves min(remaining, fraction × original amount), taking it from the origin's segments in their order."""
        open_ = [s for s in _open(self.origin, self.at) if s.seat == self.segment.seat]
        remaining = {s.state: max(ledger.left(s), ZERO) for s in open_}
        original = sum((s.amount for s in open_), ZERO)
        fraction = self.origin.rollover_fraction or ZERO
        moved = min(sum(remaining.values(), ZERO), fraction * original)
        ledger.carried[self.segment.state] = moved
        for segment in open_:
            part = min(remaining[segment.state], moved)
            if part > 0:
                ledger.moved[segment.state] = Moved(self.at, part)
                moved -= part


def _open(account: Account, moment: datetime) -> list[Segment]:
    """The segments that a renewal finds not yet expired; one that ends just then still counts."""
    return [s for s in account.segments if s.end >= moment]


def rollovers(old: CompiledContract, new: CompiledContract) -> Iterator[Rollover]:
    """What the new contract may take over from the old one that it renews."""
    at = new.effective.span.start
    for origin in old.accounts:
        open_ = _open(origin, at)
        if not origin.rollover_fraction or origin.archived_at is not None or not open_:
            continue
        for seat in dict.fromkeys(s.seat for s in open_):
            segment = _carried(origin, [s for s in open_ if s.seat == seat], old, new)
            segment.seat = seat
            yield Rollover(origin, segment, at, old.id)


def _carried(origin: Account, open_: Sequence[Segment], old: CompiledContract, new: CompiledContract) -> Segment:
    """The segment that a balance becomes: as long as the one that had started last, from the renewal on."""
    at, (first, *_) = new.effective.span.start, open_
    started = [s for s in open_ if s.start < at]
    model = max(started, key=lambda s: s.start) if started else min(open_, key=lambda s: s.start)
    carried = replace(
        origin,
        id=f"{origin.id}/rollover" + (f"/{first.seat[1]}" if first.seat else ""),
        contract_id=new.id,
        contracts=frozenset({new.id}),
        children=reached(getattr(origin.term, "hierarchy_configuration", None), new.children),
        path=new.path + "/transition",
        rollover=True,
        rolled_from=origin.id,
        rolled_out_of=old.id,
        segments=[],
    )
    end = at + (model.stated_end - model.start)
    return add_segment(carried, f"{model.id}/rollover", ZERO, at, end, new.effective.span, new.reach)


def happen_before(pending: Iterable[Rollover], moment: datetime, ledger: Ledger) -> list[Rollover]:
    """Lets every rollover due by an instant happen; yields those still to come."""
    later: list[Rollover] = []
    for rollover in pending:
        if rollover.at <= moment:
            rollover.happen(ledger)
        else:
            later.append(rollover)
    return later
