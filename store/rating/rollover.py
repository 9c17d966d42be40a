"""What a renewal carries over: part of what the old contract's balances have left (README, §4.13)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from store.rating.accounts import Account, Segment, add_segment
from store.rating.compiled import CompiledContract
from store.rating.ledger import Ledger
from store.terms.hierarchy import reached

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, eq=False)
class Rollover:
    """One balance of a renewed contract, and the segment it becomes in the renewing one; empty until it happens."""

    origin: Account
    segment: Segment
    at: datetime
    old: str
    """The contract that was renewed."""

    def happen(self, ledger: Ledger) -> None:
        """Moves min(remaining, fraction × original amount), taking it from the origin's segments in their order."""
        open_ = _open(self.origin, self.at)
        remaining = {s.state: max(ledger.left(s), ZERO) for s in open_}
        original = sum((s.amount for s in open_), ZERO)
        fraction = self.origin.rollover_fraction or ZERO
        moved = min(sum(remaining.values(), ZERO), fraction * original)
        ledger.carried[self.segment.state] = moved
        for segment in open_:
            part = min(remaining[segment.state], moved)
            if part > 0:
                ledger.moved[segment.state] = (self.at, part)
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
        started = [s for s in open_ if s.start < at]
        model = max(started, key=lambda s: s.start) if started else min(open_, key=lambda s: s.start)
        carried = replace(
            origin,
            id=f"{origin.id}/rollover",
            contract_id=new.id,
            contracts=frozenset({new.id}),
            children=reached(getattr(origin.term, "hierarchy_configuration", None), new.children),
            path=new.path + "/transition",
            rollover=True,
            rolled_from=origin.id,
            rolled_out_of=old.id,
            segments=[],
        )
        segment_id = f"{model.id}/rollover"
        end = at + (model.stated_end - model.start)
        segment = add_segment(carried, segment_id, ZERO, at, end, new.effective.span, new.reach)
        yield Rollover(origin, segment, at, old.id)


def happen_before(pending: Iterable[Rollover], moment: datetime, ledger: Ledger) -> list[Rollover]:
    """Lets every rollover due by an instant happen; yields those still to come."""
    later: list[Rollover] = []
    for rollover in pending:
        if rollover.at <= moment:
            rollover.happen(ledger)
        else:
            later.append(rollover)
    return later
