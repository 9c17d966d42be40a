"""Dates told from a contract's start: how a package says when, until a contract says from when (README, §2.19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from pydantic import Field

from store.terms.base import Spelled, Term

MOST = 40_000
"""No offset or duration counts more than this many units: a century of days."""


class Unit(Spelled):
    """What an offset counts: days and weeks of the clock, months and years of the calendar."""

    DAYS = "DAYS"
    WEEKS = "WEEKS"
    MONTHS = "MONTHS"
    YEARS = "YEARS"


class Offset(Term):
    """So long after the contract's start."""

    value: int = Field(ge=0, le=MOST, strict=True)
    unit: Unit


class Duration(Term):
    """So long after what it belongs to started."""

    value: int = Field(ge=1, le=MOST, strict=True)
    unit: Unit


def after(start: datetime, *steps: Offset | Duration) -> datetime:
    """The instant that far after `start`, all months of the steps counted in one, from `start`, clamped at the end.

    A segment from one month on for one month, of a contract from 31 January, so runs from 28 February to 31 March and
    meets the next one. Raises ValueError or OverflowError past year 9999.
    """
    months = sum(step.value * (12 if step.unit is Unit.YEARS else 1) for step in steps if step.unit in _CALENDAR)
    days = sum(step.value * (7 if step.unit is Unit.WEEKS else 1) for step in steps if step.unit not in _CALENDAR)
    return start + relativedelta(months=months) + timedelta(days=days)


_CALENDAR = (Unit.MONTHS, Unit.YEARS)

TOLD_BY = {"starting_at": "starting_at_offset", "ending_before": "duration", "timestamp": "date_offset",
           "invoice_generation_starting_at": "invoice_generation_starting_at_offset"}  # fmt: skip
"""A dated field, and the one that tells it from the contract's start."""


def dated(value: Any, start: datetime) -> Any:
    """A term, or a payload of terms, with every offset and duration turned into a date."""
    if isinstance(value, Term):
        given = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
        offset, duration = given.pop("starting_at_offset", None), given.pop("duration", None)
        found = {name: dated(item, start) for name, item in given.items()}
        if offset is not None:
            found["starting_at"] = after(start, offset)
        if duration is not None:
            begins = found.get("starting_at", start)
            found["ending_before"] = after(start, offset, duration) if offset is not None else after(begins, duration)
        for name in ("date_offset", "invoice_generation_starting_at_offset"):
            if found.pop(name, None) is not None:
                dated_name = "timestamp" if name == "date_offset" else "invoice_generation_starting_at"
                found[dated_name] = after(start, given[name])
        return found
    if isinstance(value, tuple):
        return tuple(dated(item, start) for item in value)
    return value
