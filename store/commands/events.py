"""Usage events, taken into the ledger in the order given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from store.database import Work
from store.terms.event import Event

BATCH = 50_000
"""Events per file and month."""


def accept_events(work: Work, events: Iterable[Event], *, source: str = "") -> int:
    """Adds the events that are new, in their order, and returns how many; `source` is where they came from.

    An event is known if its transaction id was taken within 34 days of its time, by the store or earlier in `events`.
    """
    from store.usage.ledger.accepting import take
    from store.usage.ledger.batch import rows_of, seal

    accepted = duplicate = 0
    for chunk in _chunks(events):
        taken = take(work, seal(rows_of(chunk)))
        accepted += taken.accepted
        duplicate += taken.duplicate
    note(work, accepted, duplicate, source)
    return accepted


def note(work: Work, accepted: int, duplicate: int, source: str) -> None:
    """The audit entry of events taken; none where all were known."""
    if accepted:
        counts = {"accepted": accepted, "duplicate": duplicate}
        work.audit(action="ingest", entity="usage_event", entity_id=source, before=None, after=counts)


def _chunks(events: Iterable[Event]) -> Iterator[list[Event]]:
    rest = iter(events)
    while chunk := list(islice(rest, BATCH)):
        yield chunk
