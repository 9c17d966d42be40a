"""A contract and its terms as the API shows them: as created, what changed it, and as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.queries import ContractView
from store.rating.report import credit_type
from store.terms import document, money, time
from store.terms.balances import Balance, RecurringBalance, priority
from store.terms.contract import (
    Amendment,
    Change,
    Contract,
    ContractTerms,
    EndDateUpdate,
    UsageFilterUpdate,
    UsageStatementSchedule,
)
from store.terms.contract import StatementDay as Day
from store.terms.effective import CHANGE_KINDS, KINDS, Effective, effective
from store.terms.folding import SETTINGS
from store.terms.manual_entry import ManualEntry
from store.terms.schedules import AccessSchedule, ChargeSchedule
from store.terms.service_invoice import ServiceInvoice

Names = Mapping[str, str]
"""Product id → name."""


def contract(view: ContractView, names: Names) -> dict[str, Any]:
    """A contract with its `initial` and `current` terms, its amendments, and its filter over time."""
    kept, now = view.contract, effective(view.contract)
    made = {"created_at": view.created_at}
    filters = usage_filter(now)
    return {
        "id": view.id,
        "customer_id": view.customer_id,
        "initial": initial(kept, names) | made | filters,
        "amendments": [_amendment(a, names) for a in kept.amendments],
        "current": current(now, names) | made | filters,
        **filters,
        "custom_fields": dict(now.custom_fields),
        "subscriptions": _terms(now.subscriptions, names),
        "scheduled_charges_on_usage_invoices": kept.scheduled_charges_on_usage_invoices,
        "multiplier_override_prioritization": now.prioritization,
        "uniqueness_key": kept.uniqueness_key,
        "package_id": kept.made_from_package,
        "archived_at": view.archived_at,
        "version": view.version,
    }


ALWAYS = ("commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges", "overrides")
"""Lists that are shown even when they are empty."""
APART = ("id", "customer_id", "made_from_package", "recorded_at", "archived_at", "amendments", "usage_filter_updates",
         "edits", "end_date_updates", "professional_service_invoices", "ledger_entries", "usage_filter",
         "usage_statement_schedule")  # fmt: skip
"""Fields of a contract that are shown elsewhere, or in another form."""


def initial(kept: Contract, names: Names) -> dict[str, Any]:
    """The terms the contract was created with; every term has the id that it goes by."""
    bare = kept.model_copy(update=dict.fromkeys(CHANGE_KINDS, ()) | {"archived_at": None})
    first = effective(bare)
    shown = {name: value for name, value in document.plain(bare.payload()).items() if name not in APART}
    return shown | _lists(first, names) | {"usage_statement_schedule": _schedule(kept)}


def current(now: Effective, names: Names) -> dict[str, Any]:
    """The terms in force with everything recorded so far."""
    shown = initial(now.contract, names) | _lists(now, names)
    shown["name"] = now.name
    shown["ending_before"] = now.ending_before
    if now.net_payment_terms_days is not None:
        shown["net_payment_terms_days"] = now.net_payment_terms_days
    for name in SETTINGS:
        if getattr(now, name) is not None:
            shown[name] = document.plain(getattr(now, name))
    if now.spend_trackers or "spend_trackers" in shown:
        shown["spend_trackers"] = document.plain(now.spend_trackers)
    return shown | {"custom_fields": dict(now.custom_fields)}


def usage_filter(now: Effective) -> dict[str, Any]:
    """The filter the contract began with, the last one, and every update in the order recorded."""
    kept = now.contract
    first = kept.usage_filter
    entries = [] if first is None else [_filter(first, first.starting_at or kept.starting_at)]
    updates = [_filter(u, u.starting_at) for u in kept.usage_filter_updates]
    if not entries and not updates:
        return {"usage_filter": None}
    last = now.filters[-1] if now.filters else None
    shown = _filter(last, last.span.start) if last else (entries + updates)[-1]
    return {"usage_filter": {"initial": entries[0] if entries else None, "current": shown, "updates": updates}}


def _filter(entry: Any, start: Any) -> dict[str, Any]:
    return {"group_key": entry.group_key, "group_values": entry.group_values, "starting_at": start}


def _amendment(amendment: Amendment, names: Names) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": amendment.id,
        "starting_at": amendment.starting_at,
        "created_at": amendment.recorded_at,
    }
    for kind in ("commits", "credits", "scheduled_charges", "overrides", "discounts", "professional_services",
                 "reseller_royalties"):  # fmt: skip
        if getattr(amendment, kind) or kind in ALWAYS:
            shown[kind] = _terms(getattr(amendment, kind), names)
    plain = document.plain(amendment.payload())
    return shown | {name: plain[name] for name in _PLAIN if name in plain}


_PLAIN = ("custom_fields", "total_contract_value", "salesforce_opportunity_id",
          "netsuite_sales_order_id")  # fmt: skip


def edit(kept: Contract, change: Change) -> dict[str, Any]:
    """One recorded change in the form of an edit: an amendment adds, a filter and a new end are edits too."""
    given: dict[str, Any] = {
        name: value for name, value in document.plain(change.payload()).items() if name not in _NOT_OF_AN_EDIT
    }
    if isinstance(change, Amendment):
        lists = {f"add_{kind}": given.pop(kind) for kind in KINDS if kind in given}
        given = lists | ({"starting_at": given["starting_at"]} if "starting_at" in given else {})
    elif isinstance(change, UsageFilterUpdate):
        given = {"add_usage_filters": [given]}
    elif isinstance(change, ServiceInvoice):
        given = {"professional_service_invoice": given}
    elif isinstance(change, ManualEntry):
        given = {"ledger_entry": given}
    elif isinstance(change, EndDateUpdate):
        given = {"update_contract_end_date": change.ending_before}
    return {"id": change.id, "timestamp": kept.recorded(change), **given}


_NOT_OF_AN_EDIT = ("id", "recorded_at", "customer_id", "contract_id", "allow_ending_before_finalized_invoice")


def _lists(held: Effective, names: Names) -> dict[str, Any]:
    return {kind: _terms(getattr(held, kind), names) for kind in KINDS if getattr(held, kind) or kind in ALWAYS}


def _terms(terms: tuple[Any, ...], names: Names) -> list[dict[str, Any]]:
    return [term(each, names) for each in terms]


def term(each: Any, names: Names) -> dict[str, Any]:
    """One commit, charge, override …: as sent, with the product's name and every schedule as dated items."""
    shown = dict(document.plain(each.payload()))
    if getattr(each, "product_id", None):
        shown["product"] = {"id": each.product_id, "name": names.get(each.product_id, "")}
    if isinstance(each, Balance | RecurringBalance):
        shown |= {"priority": priority(each), "rate_type": each.rate_type}
    for name in ("access_schedule", "invoice_schedule", "schedule"):
        schedule = getattr(each, name, None)
        if schedule is not None:
            shown[name] = shown[name] | _items(schedule)
    return shown


def _items(schedule: AccessSchedule | ChargeSchedule) -> dict[str, Any]:
    unit = {"credit_type": credit_type(schedule.credit_type_id or money.USD)}
    if isinstance(schedule, AccessSchedule):
        return unit
    dated = [
        {
            "id": due.item_id,
            "timestamp": due.timestamp,
            "unit_price": due.unit_price,
            "quantity": due.quantity,
            "amount": due.amount,
        }
        for due in schedule.occurrences()
    ]
    return unit | {"schedule_items": dated}


def _schedule(kept: ContractTerms) -> dict[str, Any]:
    """The stored form of a statement schedule: its frequency and the instant it is anchored at."""
    given = kept.usage_statement_schedule or UsageStatementSchedule.model_validate({"frequency": "MONTHLY"})
    anchor = {
        Day.CONTRACT_START: kept.starting_at,
        Day.CUSTOM_DATE: given.billing_anchor_date,
    }.get(given.day or Day.FIRST_OF_MONTH, time.first_of_month(kept.starting_at))
    return {"frequency": given.frequency, "billing_anchor_date": anchor}
