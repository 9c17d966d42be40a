"""Which events count: of one `transaction_id`, the first accepted within 34 days of event time (README, §2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from store.terms.event import DEDUPE_WINDOW


class Seen:
    """The transaction ids taken so far, each with the event times it was taken at; refused ones leave no trace."""

    def __init__(self, taken: Iterable[tuple[str, datetime]] = ()) -> None:
        self._times: dict[str, list[datetime]] = {}
        for transaction_id, moment in taken:
            self._times.setdefault(transaction_id, []).append(moment)

    def take(self, transaction_id: str, moment: datetime) -> bool:
        """Takes an event unless one of its id was taken within 34 days of its time; whether it was taken."""
        times = self._times.get(transaction_id)
        if times is None:
            self._times[transaction_id] = [moment]
            return True
        if any(abs(moment - other) <= DEDUPE_WINDOW for other in times):
            return False
        times.append(moment)
        return True
