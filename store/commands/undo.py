"""Taking the last change of a customer back: by a counter-change, recorded like any other; nothing is erased.

Only what the domain lets one set again can be taken back: names, aliases, custom fields, ends, and the values of a
usage filter. What was added to a contract stays, and is put right by adding to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from store.commands.contract_changes import edit_contract, set_usage_filter, update_end_date
from store.commands.custom_fields import set_custom_fields
from store.commands.customers import set_ingest_aliases, set_name
from store.database import Work
from store.done import Change
from store.errors import Conflict, Invalid
from store.queries.audit import change_of
from store.tables.audit import AuditEntry
from store.terms import time
from store.terms.base import parse
from store.terms.contract import ContractEdit, EndDateUpdate, UsageFilterUpdate


def undo_last(work: Work, *, customer_id: str, seq: int | None = None) -> str:
    """Takes the last change of a customer back and returns what it was, as the end of a sentence.

    `seq`: the entry that was seen as the last one; if others came since, it is refused with them. Raises `Conflict`, or
    `Invalid` where that change cannot be taken back.
    """
    entry = col(AuditEntry.seq)
    latest = select(AuditEntry).where(col(AuditEntry.customer_id) == customer_id).order_by(entry.desc())
    rows = work.session.scalars(latest.where(entry > seq) if seq is not None else latest.limit(1)).all()
    if seq is not None:
        if rows:
            stale = Conflict("something else was done since")
            stale.changes = tuple(map(change_of, rows))
            raise stale
        rows = work.session.scalars(latest.limit(1)).all()
    if not rows:
        raise Invalid("nothing was done to this customer yet")
    change = change_of(rows[0])
    counter = counter_change(change)
    if counter is None:
        raise Invalid(f"what {change.who} did last cannot be taken back: {change.summary}", hint=why_not(change))
    work.by = replace(work.by, reason=work.by.reason or f"takes back entry {change.seq}")
    counter(work)
    return change.summary


_ADDED = "what was added stays; put it right by another amendment or edit"
_BALANCE = "a balance stays; give it an end, or archive it, by an edit"
_FOR_GOOD = "archiving is for good"
_BY_HAND = "what was booked stays; book as much the other way"
WHY_NOT = {
    ("create", "customer"): "a customer stays; archive it, or rename it",
    ("archive", "customer"): _FOR_GOOD,
    ("create", "contract"): "a contract stays; archive it, or give it an end",
    ("archive", "contract"): _FOR_GOOD,
    ("amend", "contract"): _ADDED,
    ("edit", "contract"): _ADDED,
    (
        "set_usage_filter",
        "contract",
    ): "the contract took all usage before, which no filter says; name every value it takes",
    ("invoice_services", "contract"): "an invoice that was made stays",
    ("add_ledger_entry", "contract"): _BY_HAND,
    ("add_ledger_entry", "customer"): _BY_HAND,
    ("disable_true_up", "contract"): "a true-up that was taken away stays away",
    ("create_commit", "commit"): _BALANCE,
    ("create_credit", "credit"): _BALANCE,
}
"""Why a change of that kind has no counter-change, and what to do instead."""


def why_not(change: Change) -> str:
    """Why a change cannot be taken back, as the end of a sentence."""
    if change.action == "edit" and _renames_alone(change):
        return "it had no name before, and a name can only be put in place of another"
    return WHY_NOT.get((change.action, change.entity), _ADDED)


def counter_change(change: Change) -> Callable[[Work], object] | None:
    """What takes a change back; None where nothing does."""
    find = COUNTERS.get((change.action, change.entity))
    return find(change) if find is not None else None


def _name(change: Change) -> Callable[[Work], object]:
    return lambda work: set_name(work, customer_id=change.entity_id, name=change.before["name"])


def _aliases(change: Change) -> Callable[[Work], object]:
    aliases = change.before["ingest_aliases"]
    return lambda work: set_ingest_aliases(work, customer_id=change.entity_id, aliases=aliases)


def _fields(change: Change) -> Callable[[Work], object]:
    was, became = change.before["custom_fields"], change.after["custom_fields"]
    gone = [key for key in became if key not in was]
    return lambda work: set_custom_fields(
        work, entity=change.entity, entity_id=change.entity_id, custom_fields=was, remove=gone
    )


def _end(change: Change) -> Callable[[Work], object] | None:
    if "ending_before" not in change.before:
        return None
    payload = _contract(change) | _given("ending_before", change.before["ending_before"])
    return lambda work: update_end_date(work, request=parse(EndDateUpdate, payload))


def _edit(change: Change) -> Callable[[Work], object] | None:
    """Of edits, those of the name alone."""
    if not _renames_alone(change) or not change.before.get("name"):
        return None
    payload = _contract(change) | {"update_contract_name": change.before["name"]}
    return lambda work: edit_contract(work, request=parse(ContractEdit, payload))


def _renames_alone(change: Change) -> bool:
    return set(change.after["request"]) - {"customer_id", "contract_id"} == {"update_contract_name"}


def _filter(change: Change) -> Callable[[Work], object] | None:
    """From the same date on what was taken then before."""
    start = time.instant(change.after["request"]["starting_at"])
    for entry in change.before.get("usage_filter") or ():
        begins, ends = (time.instant(at) if at else None for at in (entry["starting_at"], entry["ending_before"]))
        if (begins is None or begins <= start) and (ends is None or start < ends):
            values = {"group_key": entry["group_key"], "group_values": entry["group_values"]}
            payload = _contract(change) | values | {"starting_at": change.after["request"]["starting_at"]}
            return lambda work: set_usage_filter(work, request=parse(UsageFilterUpdate, payload))
    return None


def _contract(change: Change) -> dict[str, Any]:
    return {"customer_id": change.customer_id, "contract_id": change.entity_id}


def _given(name: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {name: value}


COUNTERS: dict[tuple[str, str], Callable[[Change], Callable[[Work], object] | None]] = {
    ("set_name", "customer"): _name,
    ("set_ingest_aliases", "customer"): _aliases,
    ("set_custom_fields", "customer"): _fields,
    ("set_custom_fields", "contract"): _fields,
    ("update_end_date", "contract"): _end,
    ("edit", "contract"): _edit,
    ("set_usage_filter", "contract"): _filter,
}
