"""Statements as they are without proposals, kept while what-ifs are asked: what nobody proposes to change stays."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock

from store.rating.kept import Kept
from store.rating.statement import Preview

KEPT = 6
"""How many a reading of the book keeps: whoever shares balances is one more, and so is each usage tried."""


class Befores:
    """The previews of one reading of a book; for any thread."""

    def __init__(self) -> None:
        self._known: Kept[Hashable, Preview] = Kept(KEPT)
        self._seen: datetime | None = None
        self._lock = Lock()

    def moment(self, now: datetime) -> datetime:
        """Now; within a minute the first instant that was asked about, so that one `before` serves for all of it.

        Statements are cut and issued on whole minutes: none is passed over. Events that arrive make a new reading.
        """
        with self._lock:
            if self._seen is None or _minute(self._seen) != _minute(now):
                self._seen = now
            return self._seen

    def get(self, key: Hashable, make: Callable[[], Preview]) -> Preview:
        """The preview of that key; made where it is not known."""
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = make()
            with self._lock:
                self._known.keep(key, known)
        return known


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
