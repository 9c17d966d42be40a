"""The shared rating service: rates bundles, stored customers, and what-ifs, with stored or assumed usage."""

from __future__ import annotations

from datetime import datetime

from store.errors import Invalid
from store.rating.engine import rate
from store.rating.instants import default_as_of
from store.rating.statement import Preview
from store.terms.book import Bundle
from store.usage.measure import EventUsage


def preview_bundle(bundle: Bundle, *, as_of: datetime | None = None) -> Preview:
    """The statements of a bundle as of an instant (default: its `as_of`, else its last event's period end)."""
    moment = as_of or bundle.as_of or default_as_of(bundle, bundle.events)
    if moment is None:
        raise Invalid("is required where a bundle has neither events nor contracts", path="/as_of")
    return rate(bundle, EventUsage(bundle.events, bundle), as_of=moment)
