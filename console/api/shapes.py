"""A contract as the API shows it: as created, what changed it, and as it is now."""

from __future__ import annotations

from typing import Any

from console.api.terms_shown import Known, made_by, terms
from store.queries import ContractView
from store.terms import document, time
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
from store.terms.effective import effective
from store.terms.folding import SETTINGS
from store.terms.gated import SpendTracker
from store.terms.in_force import CHANGE_KINDS, KINDS, Effective
from store.terms.manual_entry import ManualEntry
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp


def contract(view: ContractView, known: Known) -> dict[str, Any]:
    """A contract with its `initial` and `current` terms, its amendments, and its filter over time."""
    kept, now = view.contract, effective(view.contract)
    made = _made(view, known)
    filters = usage_filter(now)
    first = initial(kept, known)
    return {
        "id": view.id,
        "customer_id": view.customer_id,
        "initial": first | made | filters,
        "amendments": [_amendment(kept, a, known) for a in kept.amendments],
        "current": current(first, now, known) | made | filters,
        **filters,
        "custom_fields": dict(now.custom_fields),
        "subscriptions": terms(now.subscriptions, known, now),
        "scheduled_charges_on_usage_invoices": kept.scheduled_charges_on_usage_invoices,
        "multiplier_override_prioritization": now.prioritization,
        "uniqueness_key": kept.uniqueness_key,
        "package_id": kept.made_from_package,
        "archived_at": view.archived_at,
        "version": view.version,
    }


def _made(view: ContractView, known: Known) -> dict[str, Any]:
    """When and by whom, and its place among other contracts: what it renews, what renews it, its children."""
    found: dict[str, Any] = {"created_by": "", **made_by(known.made, view.id), "created_at": view.created_at}
    before = view.contract.transition
    pairs = [(before.from_contract_id, view.id)] if before else []
    pairs += [(view.id, known.renewals[view.id])] if view.id in known.renewals else []
    found["transitions"] = [{"type": "RENEWAL", "from_contract_id": a, "to_contract_id": b} for a, b in pairs]
    place = view.contract.hierarchy_configuration
    if (place is not None and place.parent is None) or known.children.get(view.id):
        children = {"children": known.children.get(view.id, [])}
        found["hierarchy_configuration"] = (document.plain(place) if place else {}) | children
    return found


def second(view: ContractView, known: Known) -> dict[str, Any]:
    """A contract as the second version of the API shows it: as it is now, and its filter over time."""
    now = effective(view.contract)
    shown = current(initial(view.contract, known), now, known)
    if now.reseller_royalties:
        shown["reseller_royalties"] = _by_reseller(shown["reseller_royalties"])
    return shown | _made(view, known) | {
        "id": view.id,
        "customer_id": view.customer_id,
        "archived_at": view.archived_at,
        "multiplier_override_prioritization": now.prioritization,
        "subscriptions": terms(now.subscriptions, known, now),
        "usage_filter": [
            {
                "group_key": entry.group_key,
                "group_values": entry.group_values,
                "starting_at": entry.span.start,
                "ending_before": None if entry.span.end == time.DISTANT_FUTURE else entry.span.end,
            }
            for entry in now.filters
        ],
    }  # fmt: skip


def _by_reseller(royalties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for royalty in royalties:
        found.setdefault(royalty["reseller_type"], []).append(royalty)
    return [{"reseller_type": reseller, "segments": parts} for reseller, parts in found.items()]


ALWAYS = ("commits", "credits", "recurring_commits", "recurring_credits", "scheduled_charges", "overrides")
"""Lists that are shown even when they are empty."""
APART = ("id", "customer_id", "made_from_package", "recorded_at", "archived_at", "amendments", "usage_filter_updates",
         "edits", "end_date_updates", "professional_service_invoices", "ledger_entries", "disabled_true_ups",
         "usage_filter", "usage_statement_schedule")  # fmt: skip
"""Fields of a contract that are shown elsewhere, or in another form."""


def initial(kept: Contract, known: Known) -> dict[str, Any]:
    """The terms the contract was created with; every term has the id that it goes by."""
    bare = kept.model_copy(update=dict.fromkeys(CHANGE_KINDS, ()) | {"archived_at": None})
    first = effective(bare)
    shown = {name: value for name, value in document.plain(bare.payload()).items() if name not in APART}
    if kept.spend_trackers:
        shown["spend_trackers"] = trackers(kept.spend_trackers)
    return shown | _lists(first, known) | {"usage_statement_schedule": _schedule(kept)}


def trackers(found: tuple[SpendTracker, ...]) -> list[dict[str, Any]]:
    """Spend trackers, with what goes without saying."""
    unsaid = {"reset_frequency": "BILLING_PERIOD", "applicable_spend_specifiers": []}
    return [unsaid | dict(document.plain(tracker)) for tracker in found]


def current(first: dict[str, Any], now: Effective, known: Known) -> dict[str, Any]:
    """The terms in force with everything recorded so far; `first` are the initial ones, as shown."""
    shown = first | _lists(now, known)
    shown["name"] = now.name
    shown["ending_before"] = now.ending_before
    if now.net_payment_terms_days is not None:
        shown["net_payment_terms_days"] = now.net_payment_terms_days
    for name in SETTINGS:
        if getattr(now, name) is not None:
            shown[name] = document.plain(getattr(now, name))
    if now.spend_trackers or "spend_trackers" in shown:
        shown["spend_trackers"] = trackers(now.spend_trackers)
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


def _amendment(kept: Contract, amendment: Amendment, known: Known) -> dict[str, Any]:
    at = kept.recorded(amendment)
    shown: dict[str, Any] = {"id": amendment.id, "starting_at": amendment.starting_at, "created_by": ""}
    shown |= made_by(known.made, amendment.id) | {"created_at": at}
    for kind in ("commits", "credits", "scheduled_charges", "overrides", "discounts", "professional_services",
                 "reseller_royalties"):  # fmt: skip
        if getattr(amendment, kind) or kind in ALWAYS:
            shown[kind] = terms(getattr(amendment, kind), known, at)
    plain = document.plain(amendment.payload())
    return shown | {name: plain[name] for name in _PLAIN if name in plain}


_PLAIN = ("custom_fields", "total_contract_value", "salesforce_opportunity_id",
          "netsuite_sales_order_id")  # fmt: skip


def edit(kept: Contract, change: Change, known: Known) -> dict[str, Any]:
    """One recorded change in the form of an edit: an amendment adds, a filter and a new end are edits too."""
    at, held = kept.recorded(change), effective(kept)
    given: dict[str, Any] = {
        name: value for name, value in document.plain(change.payload()).items() if name not in _NOT_OF_AN_EDIT
    }
    for kind in KINDS:
        added = getattr(change, f"add_{kind}", ())
        if added:
            given[f"add_{kind}"] = terms(added, known, held)
    if isinstance(change, Amendment):
        lists = {f"add_{kind}": terms(getattr(change, kind), known, held) for kind in KINDS if given.pop(kind, None)}
        given = lists | ({"starting_at": given["starting_at"]} if "starting_at" in given else {})
    elif isinstance(change, UsageFilterUpdate):
        given = {"add_usage_filters": [given]}
    elif isinstance(change, ServiceInvoice):
        given = {"professional_service_invoice": given}
    elif isinstance(change, ManualEntry):
        given = {"ledger_entry": given}
    elif isinstance(change, DisabledTrueUp):
        given = {"disabled_true_up": given}
    elif isinstance(change, EndDateUpdate):
        given = {"update_contract_end_date": change.ending_before}
    return {"id": change.id, "timestamp": at, **given}


_NOT_OF_AN_EDIT = ("id", "recorded_at", "customer_id", "contract_id", "allow_ending_before_finalized_invoice")


def _lists(held: Effective, known: Known) -> dict[str, Any]:
    return {kind: terms(getattr(held, kind), known, held) for kind in KINDS if getattr(held, kind) or kind in ALWAYS}


def _schedule(kept: ContractTerms) -> dict[str, Any]:
    """The stored form of a statement schedule: its frequency and the instant it is anchored at."""
    given = kept.usage_statement_schedule or UsageStatementSchedule.model_validate({"frequency": "MONTHLY"})
    anchor = {
        Day.CONTRACT_START: kept.starting_at,
        Day.CUSTOM_DATE: given.billing_anchor_date,
    }.get(given.day or Day.FIRST_OF_MONTH, time.first_of_month(kept.starting_at))
    return {"frequency": given.frequency, "billing_anchor_date": anchor}
