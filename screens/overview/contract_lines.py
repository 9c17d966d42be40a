"""Everything a contract says, as rows: what it is, its terms in force, and what was recorded since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from screens.overview import wording
from screens.terms.linking import with_subscriptions
from screens.terms.offering import Offering
from screens.terms.summary import term_line
from screens.widgets.table import Cell, Row, heading
from store.terms import document, money, shown
from store.terms.book import Book
from store.terms.contract import Amendment, Change, ContractEdit, EndDateUpdate, UsageFilterUpdate
from store.terms.effective import changes_of, effective_in
from store.terms.in_force import KINDS, Effective
from store.terms.manual_entry import ManualEntry
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

if TYPE_CHECKING:
    from store.queries.contracts import ContractView

TITLES = {
    "commits": "Commits", "credits": "Credits", "recurring_commits": "Recurring commits",
    "recurring_credits": "Recurring credits", "scheduled_charges": "Scheduled charges", "overrides": "Overrides",
    "subscriptions": "Subscriptions", "discounts": "Discounts", "professional_services": "Professional services",
    "reseller_royalties": "Reseller royalties",
}  # fmt: skip


def contract_rows(view: ContractView, book: Book, now: datetime) -> Iterator[Row]:
    """Facts, filter timeline, terms by kind, history. A row's `value` is what Enter shows as JSON."""
    contract = book.contract.get(view.id, view.contract)
    held = effective_in(book, view.id) if view.id in book.contract else None
    yield from _facts(view, book, now)
    if held is not None:
        yield from _filters(held)
        yield from _terms(held, book, now)
    history = list(changes_of(contract))
    if history:
        yield heading("")
        yield heading("Recorded since it was created", "strong")
    for change, path in history:
        what = said(change)
        recorded = f"{contract.recorded(change):%Y-%m-%d %H:%M}"
        yield Row(path, (Cell(recorded, "muted"), what, "", ""), indent=2, value=document.plain(change))


def _facts(view: ContractView, book: Book, now: datetime) -> Iterator[Row]:
    card = book.card_of(view.contract)
    net = view.contract.net_payment_terms_days
    pairs = [
        ("State", wording.state(view, now)[0]),
        ("Id", view.id),
        ("Term", shown.span(view.starting_at, view.ending_before)),
        ("Rate card", card.name if card else view.rate_card_name or "none: usage has no price"),
        ("Statements", wording.cadence(view.contract)),
        ("Usage taken", wording.filters(view.contract, now)),
        ("Payment", f"net {net} days" if net is not None else ""),
        ("Custom fields", ", ".join(f"{k} = {v}" for k, v in view.contract.custom_fields.items())),
    ]
    for label, text in pairs:
        if text:
            yield Row(label, (Cell(label, "muted"), text, "", ""))


def _filters(held: Effective) -> Iterator[Row]:
    if len(held.filters) > 1:
        yield heading("")
        yield heading("Usage filter over time", "strong")
        for entry in held.filters:
            span = shown.span(entry.span.start, entry.span.end)
            yield Row(("filter", entry.span.start), (Cell(span, "muted"), wording.taken(entry), "", ""), indent=2)


def _terms(held: Effective, book: Book, now: datetime) -> Iterator[Row]:
    card = book.card_of(held.contract)
    plain = Offering(now=now, starting_at=held.span.start, ending_before=held.ending_before, book=book, card=card)
    offering = with_subscriptions(plain, (), {"subscriptions": [document.plain(s) for s in held.subscriptions]})
    for kind in KINDS:
        terms = getattr(held, kind)
        if not terms:
            continue
        yield heading("")
        yield heading(TITLES[kind], "strong")
        for term in terms:
            payload: Any = document.plain(term)
            gone = term.id in held.archived
            added = held.paths.get(term.id or "", "")
            name, what, amount, time = _line(kind, payload, offering)
            if gone:
                what = f"archived {shown.day(held.archived[term.id])} · {what}"
            elif added.startswith(("/amendments", "/edits")):
                what = f"{what} · added {shown.day(held.recorded[term.id])}"
            yield Row(
                term.id, (name, what, amount, Cell(time, "muted")), "muted" if gone else "", indent=2, value=payload
            )


def _line(kind: str, payload: dict[str, Any], offering: Offering) -> tuple[str, str, str, str]:
    line = term_line(kind, payload, offering)
    return line.name, f"{line.kind}: {line.what}" if line.what else line.kind, line.amount, line.time


def _one(kind: str) -> str:
    """One term of a kind, in words: `reseller royalty`."""
    title = TITLES[kind].lower()
    return title[:-3] + "y" if title.endswith("ies") else title[:-1]


def said(change: Change) -> str:
    """What a recorded change does: `Amendment from 2024-11-01: 1 override`."""
    if isinstance(change, EndDateUpdate):
        return f"End moved to {shown.day(change.ending_before)}"
    if isinstance(change, UsageFilterUpdate):
        values = " or ".join(change.group_values)
        return f"Usage filter from {shown.day(change.starting_at)}: {change.group_key} = {values}"
    if isinstance(change, Amendment):
        return f"Amendment from {shown.day(change.starting_at)}: {_added(change, '')}"
    if isinstance(change, ServiceInvoice):
        return f"Invoice of {shown.day(change.issued_at)} for professional services"
    if isinstance(change, ManualEntry):
        return f"Manual ledger entry of {money.text(change.amount)}: {change.reason}"
    if isinstance(change, DisabledTrueUp):
        return f"No true-up of commit {change.commit_id}"
    assert isinstance(change, ContractEdit)
    parts = [_added(change, "add_")] if _added(change, "add_") else []
    parts += [
        name.replace("_", " ") for name in sorted(change.model_fields_set)
        if name.startswith("add_") and name.removeprefix("add_") not in TITLES
    ]  # fmt: skip
    parts += [
        name.replace("_", " ") for name in sorted(change.model_fields_set)
        if name.startswith(("update_", "archive_", "remove_"))
    ]  # fmt: skip
    return "Edit: " + (", ".join(parts) or "nothing")


def _added(change: Any, prefix: str) -> str:
    found = []
    for kind, title in TITLES.items():
        terms = getattr(change, prefix + kind, ())
        if terms:
            found.append(f"{len(terms)} {_one(kind) if len(terms) == 1 else title.lower()}")
    return ", ".join(found)
