"""One line per term, for lists of terms: what it is, what it does, how much, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from pydantic import ValidationError

from screens.terms import applies, commit, override_shape, reading
from screens.terms.charge import unit_of
from screens.terms.offering import Offering
from screens.terms.shape import Payload
from screens.widgets import when
from store.terms.schedules import ChargeSchedule, Occurrence
from store.terms.time import instant


class TermLine(NamedTuple):
    """The texts of a list's columns."""

    kind: str
    name: str
    what: str
    amount: str
    time: str


def term_line(kind: str, payload: Payload, offering: Offering) -> TermLine:
    """The line of a term of that kind (its key in a request)."""
    return _LINES[kind](payload, offering)


def _commit(payload: Payload, offering: Offering) -> TermLine:
    word = "Prepaid" if str(payload.get("type", "")).upper() == "PREPAID" else "Postpaid"
    return _balance(f"{word} commit", payload, offering)


def _credit(payload: Payload, offering: Offering) -> TermLine:
    return _balance("Credit", payload, offering)


def _balance(word: str, payload: Payload, offering: Offering) -> TermLine:
    items = (payload.get("access_schedule") or {}).get("schedule_items") or []
    time = span(items[0].get("starting_at"), items[-1].get("ending_before")) if items else ""
    return TermLine(word, _name(payload, offering), applies.phrase(payload, offering), commit.summary(payload), time)


def _charge(payload: Payload, offering: Offering) -> TermLine:
    due = occurrences(payload.get("schedule"))
    unit = unit_of(payload)
    if not due:
        return TermLine("Charge", _name(payload, offering), "", "", "")
    recurring = (payload.get("schedule") or {}).get("recurring_schedule")
    what = str(recurring.get("frequency", "")).replace("_", "-").lower() if recurring else "once"
    if len(due) > 1:
        what = f"{what if recurring else 'dated'}, {len(due)} times"
    equal = len({o.amount for o in due}) == 1
    amount = reading.amount(due[0].amount if equal else sum(o.amount for o in due), unit)
    time = when.shown(due[0].timestamp) + (f" … {when.shown(due[-1].timestamp)}" if len(due) > 1 else "")
    return TermLine("Charge", _name(payload, offering), what, amount, time)


def _override(payload: Payload, offering: Offering) -> TermLine:
    time = span(payload.get("starting_at"), payload.get("ending_before"))
    about = override_shape.about(payload, offering, products=False)
    return TermLine("Override", about, override_shape.change(payload), "", time)


_LINES: dict[str, Callable[[Payload, Offering], TermLine]] = {
    "commits": _commit,
    "credits": _credit,
    "scheduled_charges": _charge,
    "overrides": _override,
}


def occurrences(schedule: Any) -> tuple[Occurrence, ...]:
    """The dated amounts of a charge schedule; none while it is not sound."""
    with suppress(ValidationError):
        return ChargeSchedule.model_validate(schedule).occurrences()
    return ()


def span(start: Any, end: Any) -> str:
    """Two RFC 3339 texts as a range."""
    return when.span(instant(start), instant(end) if end else None) if start else ""


def _name(payload: Payload, offering: Offering) -> str:
    return str(payload.get("name") or offering.product_name(payload.get("product_id")))
