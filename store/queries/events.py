"""Stored usage events, in the order they were accepted: the ledger's answers, for those who read the book."""

from __future__ import annotations

from store.usage.ledger.events import count_events, events_of
from store.usage.ledger.files import ledger_now

__all__ = ["count_events", "events_of", "ledger_now"]
