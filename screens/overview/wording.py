"""Contracts, drafts and warnings in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.terms import shown
from store.terms.contract import Contract, StatementDay
from store.terms.effective import effective
from store.terms.in_force import FilterEntry

if TYPE_CHECKING:
    from store.drafts import Draft
    from store.queries.contracts import ContractView

DRAFT_KINDS = {"contract": "a contract", "amendment": "an amendment", "usage_filter": "a usage filter change",
               "customer": "a customer"}  # fmt: skip


def state(view: ContractView, now: datetime) -> tuple[str, str]:
    """Whether a contract runs, as glyph and word, and its tone."""
    if view.archived_at is not None:
        return "✗ archived", "muted"
    if view.starting_at > now:
        return "◌ upcoming", "accent"
    if view.ending_before is not None and view.ending_before <= now:
        return "○ ended", "muted"
    return "● active", "good"


def cadence(contract: Contract) -> str:
    """How often usage is stated: `monthly on the 1st`, `quarterly from its start`."""
    schedule = contract.usage_statement_schedule
    if schedule is None:
        return "monthly on the 1st"
    how = schedule.frequency.lower()
    if schedule.day is StatementDay.CONTRACT_START:
        return f"{how} from its start"
    if schedule.day is StatementDay.CUSTOM_DATE and schedule.billing_anchor_date is not None:
        return f"{how} from {shown.day(schedule.billing_anchor_date)}"
    return f"{how} on the 1st"


def filters(contract: Contract, now: datetime) -> str:
    """Which usage a contract takes, and the next change of it."""
    entries = effective(contract).filters
    if not entries:
        return "all usage"
    current = next((e for e in entries if e.span.holds(now)), None)
    coming = [e for e in entries if e.span.start > now]
    if current is None and coming:
        return f"{taken(coming[0])} from {shown.day(coming[0].span.start)}"
    text = taken(current or entries[-1])
    return text + (f", {taken(coming[0])} from {shown.day(coming[0].span.start)}" if coming else "")


def taken(entry: FilterEntry) -> str:
    """`region = US or EU`."""
    return f"{entry.group_key} = {' or '.join(entry.group_values)}"


def draft_line(draft: Draft, now: datetime) -> str:
    """`Draft of a contract from 10:42`, with the day where it is not today's."""
    near = now - draft.saved_at < timedelta(hours=20)
    when = f"{draft.saved_at:%H:%M}" if near else f"{draft.saved_at:%Y-%m-%d %H:%M}"
    title = f" “{draft.title}”" if draft.title else ""
    return f"Draft of {DRAFT_KINDS.get(draft.kind, draft.kind)}{title} from {when} UTC"
