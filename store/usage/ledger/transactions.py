"""When events of some transactions were accepted, looked up in the months that could hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from store.terms.event import DEDUPE_WINDOW, Event
from store.usage.ledger.columns import LiveFile, month_of
from store.usage.ledger.files import live_files, reading

if TYPE_CHECKING:
    from store.database import Store


def taken_near(store: Store, events: Sequence[Event]) -> list[tuple[str, datetime]]:
    """The transactions of these events that are stored within the window of repeats, each with its event time."""
    ids = list({event.transaction_id for event in events})
    months = sorted({month_of(moment) for event in events for moment in _around(event.timestamp)})

    def ask(files: tuple[LiveFile, ...]) -> list[tuple[str, datetime]]:
        with store.ledger.cursor() as cursor:
            cursor.execute(
                "SELECT transaction_id, timestamp FROM read_parquet(?::VARCHAR[]) "
                "WHERE transaction_id IN (SELECT unnest(?::VARCHAR[]))",
                [[file.path for file in files], ids],
            )
            return [(id, moment.replace(tzinfo=UTC)) for id, moment in cursor.fetchall()]

    return reading(store, ask, months) if live_files(store, months) else []


def _around(moment: datetime) -> Iterator[datetime]:
    """Instants in every month that the window touches, as far as there are dates."""
    for halves in range(-2, 3):
        try:
            yield moment + halves * DEDUPE_WINDOW / 2
        except OverflowError:
            continue
