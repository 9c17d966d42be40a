"""The fold behind `store.terms.effective`: takes one recorded change after the other, in place."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from store.errors import Invalid, NotFound
from store.terms import time
from store.terms.balances import Balance
from store.terms.billing import BillingProviderUpdate
from store.terms.contract import (
    Amendment,
    Change,
    Contract,
    ContractEdit,
    EndDateUpdate,
    UsageFilter,
    UsageFilterUpdate,
)
from store.terms.editing import updated_balance, updated_charge, updated_recurring, updated_subscription
from store.terms.edits import SubscriptionUpdate
from store.terms.in_force import KINDS, Effective, prioritization, timeline
from store.terms.manual_entry import ManualEntry
from store.terms.override import Override
from store.terms.recurring import RecurringBalance
from store.terms.schedules import AccessItem
from store.terms.seats import QuantityChange, changes_in, seated
from store.terms.service_invoice import ServiceInvoice
from store.terms.threshold_updates import updated
from store.terms.time import Span
from store.terms.trueup import DisabledTrueUp

SETTINGS = (
    "spend_threshold_configuration", "prepaid_balance_threshold_configuration", "billing_provider_configuration",
    "revenue_system_configuration",
)  # fmt: skip
"""What a contract has one of."""
THRESHOLDS = SETTINGS[:2]

_BALANCES = ("commits", "credits", "recurring_commits", "recurring_credits")
"""Kinds whose terms share one space of ids, because overrides and ledgers refer to them alike."""


_NONE: dict[str, Any] = {}


class Fold:
    """The state of a contract while its changes are taken in order."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.terms: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.temporary: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.recorded: dict[str, datetime] = {}
        self.archived: dict[str, datetime] = {}
        self.name = contract.name
        self.net_days = contract.net_payment_terms_days
        self.custom_fields = dict(contract.custom_fields)
        self.first_end = contract.ending_before or time.DISTANT_FUTURE
        self.ends = self.first_end
        self.cut: datetime | None = None
        self.settings: dict[str, Any] = {name: getattr(contract, name) for name in SETTINGS}
        self.trackers = {tracker.alias: tracker for tracker in contract.spend_trackers}
        self.service_invoices: list[tuple[ServiceInvoice, datetime, str]] = []
        self.ledger_entries: list[tuple[ManualEntry, datetime]] = []
        self.untrued: dict[str, datetime] = {}
        self.provider_updates: list[BillingProviderUpdate] = []
        self.earlier: dict[str, tuple[tuple[datetime, RecurringBalance], ...]] = {}
        self.quantities: dict[str, tuple[QuantityChange, ...]] = {}
        self.filters: list[tuple[datetime, UsageFilter]] = []
        if contract.usage_filter:
            start = contract.usage_filter.starting_at or contract.starting_at
            self.filters.append((start, contract.usage_filter))
        self._add(contract, "", "", contract.recorded_at or contract.starting_at, None)

    def take(self, change: Change, path: str, recorded: datetime) -> None:
        """One change, in the order recorded."""
        if isinstance(change, Amendment):
            self._add(change, path, "", recorded, change.starting_at)
            self.custom_fields.update(change.custom_fields)
        elif isinstance(change, UsageFilterUpdate):
            self.filters.append((change.starting_at, change))
        elif isinstance(change, EndDateUpdate):
            self.end(change.ending_before or time.DISTANT_FUTURE)
        elif isinstance(change, ServiceInvoice):
            self._invoice(change, path, recorded)
        elif isinstance(change, ManualEntry):
            self._enter(change, path, recorded)
        elif isinstance(change, DisabledTrueUp):
            self.untrued.setdefault(self._known("commits", change.commit_id, f"{path}/commit_id"), recorded)
        else:
            self._edit(change, path, recorded)

    def end(self, moment: datetime) -> None:
        """Moves the end; an earlier one also takes away the charges dated from it on."""
        moment = max(moment, self.contract.starting_at)
        if moment < self.ends:
            self.cut = moment if self.cut is None else min(self.cut, moment)
        self.ends = moment

    def _add(self, payload: Any, path: str, prefix: str, recorded: datetime, start: datetime | None) -> None:
        given: dict[str, str] = {}
        for kind in KINDS:
            for k, term in enumerate(getattr(payload, prefix + kind, ())):
                where = f"{path}/{prefix}{kind}/{k}"
                temporary = getattr(term, "temporary_id", None)
                key = self._free(term.id or temporary or f"{self.contract.id}{where}", term, kind, where)
                if temporary:
                    given[temporary] = key
                placed = term if term.id == key else term.model_copy(update={"id": key})
                self.terms[kind][key] = _no_earlier(placed, start)
                self.paths[key] = where
                self.recorded[key] = recorded
        self.temporary.update(given)
        if any(name != key for name, key in self.temporary.items()):
            self._resolve(self.temporary)

    def _free(self, key: str, term: Any, kind: str, where: str) -> str:
        """The id of a new term: a `temporary_id` that an earlier payload took gives way; a given id must be its own."""
        kinds = _BALANCES if kind in _BALANCES else (kind,)
        if not any(key in self.terms[k] for k in kinds):
            return key
        if term.id is not None:
            raise Invalid("is the id of another term of the contract", path=f"{where}/id")
        return f"{self.contract.id}{where}"

    def _resolve(self, given: dict[str, str]) -> None:
        for kind in ("overrides", "recurring_commits", "recurring_credits"):
            for key, term in self.terms[kind].items():
                self.terms[kind][key] = _resolved(term, given)

    def _edit(self, edit: ContractEdit, path: str, recorded: datetime) -> None:
        self._add(edit, path, "add_", recorded, None)
        if edit.update_contract_name is not None:
            self.name = edit.update_contract_name
        if edit.update_net_payment_terms_days is not None:
            self.net_days = edit.update_net_payment_terms_days
        if "update_contract_end_date" in edit.model_fields_set:
            self.end(edit.update_contract_end_date or time.DISTANT_FUTURE)
        for kind, name in (("commits", "commit_id"), ("credits", "credit_id")):
            for k, update in enumerate(getattr(edit, f"update_{kind}")):
                where = f"{path}/update_{kind}/{k}"
                key = self._known(kind, getattr(update, name), f"{where}/{name}")
                self.terms[kind][key] = updated_balance(self.terms[kind][key], update, path=where)
        self._edit_recurring(edit, path, recorded)
        self._edit_settings(edit, path)
        for k, charge in enumerate(edit.update_scheduled_charges):
            where = f"{path}/update_scheduled_charges/{k}"
            key = self._known("scheduled_charges", charge.scheduled_charge_id, f"{where}/scheduled_charge_id")
            changed = updated_charge(self.terms["scheduled_charges"][key], charge, path=where)
            self.terms["scheduled_charges"][key] = changed
        for k, subscription in enumerate(edit.update_subscriptions):
            self._edit_subscription(subscription, f"{path}/update_subscriptions/{k}")
        for kind in ("commits", "credits", "scheduled_charges"):
            for k, gone in enumerate(getattr(edit, f"archive_{kind}")):
                self.archived[self._known(kind, gone.id, f"{path}/archive_{kind}/{k}/id")] = recorded
        for k, gone in enumerate(edit.remove_overrides):
            del self.terms["overrides"][self._known("overrides", gone.id, f"{path}/remove_overrides/{k}/id")]

    def _invoice(self, change: ServiceInvoice, path: str, recorded: datetime) -> None:
        for k, line in enumerate(change.line_items):
            where = f"{path}/line_items/{k}/professional_service_id"
            self._known("professional_services", line.professional_service_id, where)
        self.service_invoices.append((change, recorded, path))

    def _enter(self, change: ManualEntry, path: str, recorded: datetime) -> None:
        key = self.temporary.get(change.balance_id, change.balance_id)
        wrong = change.misplaced(self.terms["commits"].get(key) or self.terms["credits"].get(key))
        if change.recurring is not None and wrong is not None:
            term_id, _ = change.recurring
            made_by = self.temporary.get(term_id, term_id)
            key = made_by + change.balance_id[len(term_id) :]
            term = self.terms["recurring_commits"].get(made_by) or self.terms["recurring_credits"].get(made_by)
            wrong = change.misplaced_in(term, seated(term))
        if wrong is not None:
            raise NotFound(wrong.message, path=path + wrong.path)
        self.ledger_entries.append((change.model_copy(update={"balance_id": key}), recorded))

    def _edit_recurring(self, edit: ContractEdit, path: str, recorded: datetime) -> None:
        for kind, name in (("recurring_commits", "recurring_commit_id"), ("recurring_credits", "recurring_credit_id")):
            for k, update in enumerate(getattr(edit, f"update_{kind}")):
                key = self._known(kind, getattr(update, name), f"{path}/update_{kind}/{k}/{name}")
                was = self.terms[kind][key]
                self.terms[kind][key] = updated_recurring(was, update)
                self.earlier[key] = (*self.earlier.get(key, ()), (recorded, was))

    def _edit_settings(self, edit: ContractEdit, path: str) -> None:
        for name in THRESHOLDS:
            added, update = getattr(edit, f"add_{name}"), getattr(edit, f"update_{name}")
            self.settings[name] = added or self.settings[name]
            if update is not None:
                if self.settings[name] is None:
                    raise NotFound(f"the contract has no {name}", path=f"{path}/update_{name}")
                self.settings[name] = updated(self.settings[name], update)
        billing, revenue = edit.add_billing_provider_configuration_update, edit.add_revenue_system_configuration_update
        if billing is not None:
            self.settings["billing_provider_configuration"] = billing.billing_provider_configuration
            self.provider_updates.append(billing)
        if revenue is not None:
            self.settings["revenue_system_configuration"] = revenue.revenue_system_configuration
        for k, alias in enumerate(edit.archive_spend_trackers):
            if alias not in self.trackers:
                raise NotFound(f"the contract has no spend tracker {alias}", path=f"{path}/archive_spend_trackers/{k}")
            del self.trackers[alias]
        self.trackers |= {tracker.alias: tracker for tracker in edit.add_spend_trackers}

    def _edit_subscription(self, update: SubscriptionUpdate, path: str) -> None:
        key = self._known("subscriptions", update.subscription_id, f"{path}/subscription_id")
        self.terms["subscriptions"][key] = updated_subscription(self.terms["subscriptions"][key], update)
        self.quantities[key] = (*self.quantities.get(key, ()), *changes_in(update))

    def _known(self, kind: str, key: str | None, path: str) -> str:
        key = self.temporary.get(key or "", key)
        if key is None or key not in self.terms[kind]:
            raise NotFound(f"the contract has no such term ({kind}: {key})", path=path)
        return key

    def done(self, archived_at: datetime | None) -> Effective:
        """The contract after the last change taken."""
        span = Span(self.contract.starting_at, self.ends)
        terms: dict[str, Any] = {kind: tuple(self.terms.get(kind, _NONE).values()) for kind in KINDS}
        return Effective(
            contract=self.contract,
            name=self.name,
            span=span,
            first_end=self.first_end,
            cut=self.cut,
            archived_at=archived_at,
            filters=timeline(span, self.filters),
            prioritization=prioritization(self.contract.multiplier_override_prioritization, terms["overrides"]),
            net_payment_terms_days=self.net_days,
            custom_fields=self.custom_fields,
            quantities=self.quantities,
            archived=self.archived,
            spend_trackers=tuple(self.trackers.values()),
            service_invoices=tuple(self.service_invoices),
            ledger_entries=tuple(self.ledger_entries),
            disabled_true_ups=self.untrued,
            billing_provider_updates=tuple(self.provider_updates),
            earlier=self.earlier,
            **self.settings,
            paths=self.paths,
            recorded=self.recorded,
            **terms,
        )


def _no_earlier(term: Any, start: datetime | None) -> Any:
    """An amendment's override or segment, kept from starting before the amendment; charges keep their dates."""
    if start is None:
        return term
    if isinstance(term, Override):
        return term if term.starting_at >= start else term.model_copy(update={"starting_at": start})
    if isinstance(term, Balance) and any(i.starting_at < start for i in term.access_schedule.schedule_items):
        items = tuple(_late(item, start) for item in term.access_schedule.schedule_items)
        return term.model_copy(
            update={"access_schedule": term.access_schedule.model_copy(update={"schedule_items": items})}
        )
    return term


def _late(item: AccessItem, start: datetime) -> AccessItem:
    begins = min(max(item.starting_at, start), item.ending_before)
    return item.model_copy(update={"starting_at": begins})


def _resolved(term: Any, given: dict[str, str]) -> Any:
    """The term with `temporary_id`s of its payload replaced by the ids they stand for."""
    if isinstance(term, Override):
        specifiers = tuple(
            s.model_copy(
                update={
                    name: tuple(given.get(ref, ref) for ref in refs)
                    for name in ("commit_ids", "recurring_commit_ids", "any_commit_or_credit_ids")
                    if (refs := getattr(s, name)) is not None
                }
            )
            for s in term.override_specifiers or ()
        )
        return term.model_copy(update={"override_specifiers": specifiers or None})
    link = getattr(term, "subscription_config", None)
    if link and link.subscription_id in given:
        changed = link.model_copy(update={"subscription_id": given[link.subscription_id]})
        return term.model_copy(update={"subscription_config": changed})
    return term
