"""How far ahead a proposal is rated: one that starts in time to come is told from projected usage."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from store.preview import Rated

AHEAD = relativedelta(months=3)
"""How much of the time after its start is looked at."""


def usage_for(start: datetime | None, now: datetime) -> Rated:
    """The usage that shows what a proposal does unless the operator chooses: stored, and projected in time to come."""
    from store.preview import Projected, Projection, Stored

    return Projected(Projection()) if start is not None and start > now else Stored()


def until(start: datetime | None, now: datetime) -> datetime | None:
    """The instant up to which statements are shown; None: up to now."""
    if start is None or start <= now:
        return None
    try:
        return start + AHEAD
    except (OverflowError, ValueError):
        return None
