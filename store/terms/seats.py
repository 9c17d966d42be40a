"""How many of a subscription there are at an instant, and, where they are seats, whose (README, §2.14, §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from store.terms.charges import Subscription
from store.terms.edits import SubscriptionUpdate
from store.terms.recurring import RecurringBalance
from store.terms.time import Span

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class QuantityChange:
    """From `starting_at` on a subscription has this quantity, or so much more or less, or other seats, than before."""

    starting_at: datetime
    quantity: Decimal | None = None
    delta: Decimal | None = None
    assigned: tuple[str, ...] = ()
    """Seats that somebody gets; seats that nobody has yet are taken first."""
    removed: tuple[str, ...] = ()
    unassigned: Decimal | None = None
    """So many more, or fewer, seats that nobody has; never fewer than none."""


@dataclass(frozen=True, slots=True)
class Seats:
    """A quantity: seats by id, in the order they were assigned, and what nobody has by id."""

    ids: tuple[str, ...]
    unassigned: Decimal

    @property
    def quantity(self) -> Decimal:
        """All of them."""
        return len(self.ids) + self.unassigned

    def after(self, change: QuantityChange) -> Seats:
        """What a change makes of them."""
        if change.quantity is not None:
            return Seats(self.ids, change.quantity - len(self.ids))
        if change.delta is not None:
            return Seats(self.ids, self.unassigned + change.delta)
        if change.unassigned is not None:
            return Seats(self.ids, max(ZERO, self.unassigned + change.unassigned))
        new = tuple(seat for seat in dict.fromkeys(change.assigned) if seat not in self.ids)
        gone = set(change.removed)
        kept = tuple(seat for seat in (*self.ids, *new) if seat not in gone)
        return Seats(kept, max(ZERO, self.unassigned - len(new)))


def seated(term: RecurringBalance | None) -> bool:
    """Whether each seat of a subscription has a balance of its own."""
    link = term.subscription_config if term else None
    return link is not None and link.allocation == "INDIVIDUAL"


MOST_SEATS = 1000
"""How many seats of a subscription may have balances of their own, unless an account was given more (README, §2.14)."""


def too_many_seats(
    subscription: Subscription, changes: Iterable[QuantityChange], terms: Iterable[RecurringBalance]
) -> str | None:
    """What is said of seats beyond the cap, where each has a balance of its own."""
    names = {subscription.id, subscription.temporary_id} - {None}
    if not any(t.subscription_config and seated(t) and t.subscription_config.subscription_id in names for t in terms):
        return None
    changes = tuple(changes)
    moments = (change.starting_at for change in changes)
    most = max((seats_at(subscription, changes, m).quantity for m in moments), default=ZERO)
    most = max(most, first_seats(subscription).quantity)
    return f"comes to {most} seats with balances of their own; {MOST_SEATS} is the cap" if most > MOST_SEATS else None


def first_seats(subscription: Subscription) -> Seats:
    """What a subscription starts with: its seats, or its bare quantity."""
    if subscription.seat_config is not None:
        seats = subscription.seat_config
        return Seats(tuple(dict.fromkeys(seats.initial_seat_ids)), seats.initial_unassigned_seats or ZERO)
    return Seats((), subscription.initial_quantity or ZERO)


def seats_at(subscription: Subscription, changes: Iterable[QuantityChange], moment: datetime) -> Seats:
    """The seats at an instant: the first ones after every change that has started, in the order sent."""
    found = first_seats(subscription)
    for change in sorted(changes, key=lambda c: c.starting_at):
        if change.starting_at <= moment:
            found = found.after(change)
    return found


def seats_within(
    subscription: Subscription, changes: tuple[QuantityChange, ...], period: Span
) -> Iterator[tuple[datetime, Seats]]:
    """The seats at the start of a period, and again at each instant within it at which they change."""
    yield period.start, seats_at(subscription, changes, period.start)
    for moment in sorted({c.starting_at for c in changes if period.start < c.starting_at < period.end}):
        yield moment, seats_at(subscription, changes, moment)


def changes_in(update: SubscriptionUpdate) -> Iterator[QuantityChange]:
    """What an update changes, in the order in which changes of one instant count."""
    for q in update.quantity_updates:
        yield QuantityChange(q.starting_at, quantity=q.quantity, delta=q.quantity_delta)
    seats = update.seat_updates
    if seats is not None:
        yield from (QuantityChange(s.starting_at, assigned=s.seat_ids) for s in seats.add_seat_ids)
        yield from (QuantityChange(s.starting_at, unassigned=s.quantity) for s in seats.add_unassigned_seats)
        yield from (QuantityChange(s.starting_at, removed=s.seat_ids) for s in seats.remove_seat_ids)
        yield from (QuantityChange(s.starting_at, unassigned=-s.quantity) for s in seats.remove_unassigned_seats)
