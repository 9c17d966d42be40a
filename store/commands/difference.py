"""What a change did to a contract, for its audit entry: only what differs, as it was and as it is."""

from __future__ import annotations

from typing import Any

from store.terms import time
from store.terms.contract import Contract
from store.terms.effective import effective
from store.terms.folding import SETTINGS
from store.terms.in_force import KINDS, Effective


def changed(before: Contract, after: Contract) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts of the contract in force that differ: before, and after. Terms are by kind and id."""
    old, new = _state(effective(before)), _state(effective(after))
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for part in old:
        if old[part] == new[part]:
            continue
        if part in KINDS:
            was[part] = {id: term for id, term in old[part].items() if new[part].get(id) != term}
            now[part] = {id: term for id, term in new[part].items() if old[part].get(id) != term}
        else:
            was[part], now[part] = old[part], new[part]
    return was, now


def _state(now: Effective) -> dict[str, Any]:
    return {
        "name": now.name,
        "ending_before": now.ending_before,
        "net_payment_terms_days": now.net_payment_terms_days,
        "custom_fields": dict(now.custom_fields),
        "archived": dict(now.archived),
        "usage_filter": [
            {
                "starting_at": entry.span.start,
                "ending_before": None if entry.span.end == time.DISTANT_FUTURE else entry.span.end,
                "group_key": entry.group_key,
                "group_values": entry.group_values,
            }
            for entry in now.filters
        ],
        **{name: getattr(now, name) for name in SETTINGS},
        "spend_trackers": now.spend_trackers,
        "professional_service_invoices": [invoice for invoice, _, _ in now.service_invoices],
        "ledger_entries": [entry for entry, _ in now.ledger_entries],
        "disabled_true_ups": sorted(now.disabled_true_ups),
        **{kind: {term.id: term for term in getattr(now, kind)} for kind in KINDS},
    }
