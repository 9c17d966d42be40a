"""Which statements a customer has as of an instant, each with the contract as it was known when it closed.

A statement takes changes until its grace has passed; afterwards it stays as it is (README, §3, §4.15). A contract that
was recorded after a period had ended still gets that grace from the moment it was recorded.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import datetime

from store.errors import Invalid, NotFound
from store.rating.accounts import Segment
from store.rating.asking import Asked
from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract, compile_contract
from store.rating.frame import Bucket, Frame
from store.rating.kept import Kept
from store.rating.measure import Route
from store.rating.names import uuid_of
from store.rating.periods import GRACE, boundaries, clipped
from store.terms import time
from store.terms.contract import Contract
from store.terms.effective import changes_of, effective
from store.terms.time import Span


@dataclass(slots=True, eq=False)
class Planned:
    """A usage statement to be made: its period and the contract that it follows."""

    contract: CompiledContract
    period: Span
    issued_at: datetime
    closes_at: datetime
    """From when on recorded changes no longer reach it."""
    statement_id: str
    order: tuple[datetime, datetime, str]
    """Statements of a customer are settled in this order: balances go to the earliest."""
    nearby: tuple[Segment, ...] = ()
    """The segments that overlap its period, in drawing order; set, as all that follows, once balances are known."""
    routes: tuple[Route, ...] = ()
    asks: tuple[Asked, ...] = ()
    """What to measure for each product."""
    plain: bool = False
    """Whether nothing of the contract itself changes a price, or anything else within the period."""
    frames: dict[str, Kept[Bucket, tuple[Frame, ...]]] = field(default_factory=dict)
    """By product, the windows of each bucket once found, where the contract has its own."""


class History:
    """One contract through time: compiled once for each state that its changes bring about."""

    def __init__(self, contract: Contract, path: str, catalog: Catalog, renewed: datetime | None) -> None:
        self.contract = contract
        self.path = path
        self.catalog = catalog
        self.renewed = renewed
        self.recorded = [contract.recorded(change) for change, _ in changes_of(contract)]
        self.created = contract.recorded_at or contract.starting_at
        self._end = contract.ending_before or time.DISTANT_FUTURE
        self._end_moves = bool(contract.end_date_updates) or any(
            "update_contract_end_date" in edit.model_fields_set for edit in contract.edits
        )
        self._states: dict[tuple[int, bool], CompiledContract] = {}

    def as_of(self, moment: datetime) -> CompiledContract:
        """The contract with everything recorded up to an instant."""
        archived = self.contract.archived_at is not None and self.contract.archived_at <= moment
        key = (bisect_right(self.recorded, moment), archived)
        if key not in self._states:
            self._states[key] = self._compiled(as_of=moment)
        return self._states[key]

    def before(self, moment: datetime) -> CompiledContract:
        """The contract with everything recorded before an instant."""
        archived = self.contract.archived_at is not None and self.contract.archived_at < moment
        key = (bisect_left(self.recorded, moment), archived)
        if key not in self._states:
            self._states[key] = self._compiled(before=moment)
        return self._states[key]

    def _compiled(self, *, as_of: datetime | None = None, before: datetime | None = None) -> CompiledContract:
        try:
            found = effective(self.contract, as_of=as_of, before=before, renewed=self.renewed)
        except (Invalid, NotFound) as refused:
            raise refused.under(self.path) from None
        return compile_contract(found, self.catalog, self.path)

    def end_known(self, moment: datetime) -> datetime:
        """The end of the contract as it was known at an instant; a renewal is not foreseen."""
        return effective(self.contract, as_of=moment).span.end if self._end_moves else self._end

    def known_until(self, moment: datetime) -> tuple[CompiledContract, ...]:
        """The states that the changes recorded up to an instant brought about, oldest first."""
        return tuple(self.as_of(r) for r in sorted({self.created, *self.recorded}) if r <= moment)

    def until_gone(self, segment: Segment, moment: datetime) -> Segment:
        """A segment that a change took away, ended when that was recorded: nothing draws it from then on."""
        if segment.account.recurring_id is not None:  # which items there are is no state's own to say
            return segment
        seen = False
        for recorded in sorted(r for r in {self.created, *self.recorded} if r <= moment):
            accounts = self.as_of(recorded).accounts
            held = any(s.state == segment.state for account in accounts for s in account.segments)
            if seen and not held:
                return replace(segment, end=min(segment.end, recorded))
            seen = seen or held
        return segment

    @property
    def states(self) -> tuple[CompiledContract, ...]:
        """Every state that was asked for."""
        return tuple(self._states.values())

    def statements(self, as_of: datetime) -> tuple[Planned, ...]:
        """The usage statements whose period started before `as_of`; those cancelled by an archiving are left out."""
        found: list[Planned] = []
        now = self.as_of(as_of)
        schedule = self.contract.usage_statement_schedule
        for full in boundaries(schedule, self.contract.starting_at):
            if full.start >= as_of:
                break
            closes = max(full.end, self.created) + GRACE
            known = now if closes > as_of else self.before(closes)
            period = clipped(full, known.effective.span, schedule)
            if period is None:
                if full.start >= max(now.effective.span.end, known.effective.span.end):
                    break
                continue
            if period.end < full.end:
                closes = max(period.end, self.created) + GRACE
                earlier = now if closes > as_of else self.before(closes)
                known = earlier if clipped(full, earlier.effective.span, schedule) == period else known
            cancelled = now.effective.archived_at is not None and closes > now.effective.archived_at
            if period.start < as_of and not cancelled:
                name = f"{known.id}:USAGE:{time.stamp(period.start)}"
                order = (period.start, known.effective.span.start, known.id)
                found.append(Planned(known, period, period.end + GRACE, closes, uuid_of(name), order))
        return tuple(found)
