"""The shared rating service: rates bundles, stored customers and what-ifs, over stored, assumed or replayed usage.

A what-if is the same rating twice and a comparison; there is no second code path, so a preview is what would be billed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from store.befores import Befores
from store.errors import NotFound, TermsheetError
from store.proposals import doubtful_amounts, findings_of, kin_findings, parent_named, payload_of
from store.rating.catalog import Catalog
from store.rating.difference import Comparison, compare
from store.rating.engine import rate
from store.rating.instants import default_as_of
from store.rating.measure import Usage
from store.rating.statement import Preview, Statement, Warning
from store.terms import review
from store.terms.book import Book, Bundle
from store.terms.changes import Proposal, apply
from store.terms.review import Finding
from store.usage.assumed import AssumedUsage, Assumption
from store.usage.beside import Beside
from store.usage.measure import EventUsage
from store.usage.projected import Method, ProjectedUsage, Projection, periods_ahead
from store.usage.rated import Assumed, Projected, Rated, Replayed, Stored
from store.usage.stored import StoredUsage, StoredUsages

if TYPE_CHECKING:
    from store.database import Store

__all__ = [
    "Assumed", "Assumption", "Method", "Previews", "Projected", "Projection", "Rated", "Replayed", "Stored", "WhatIf",
    "periods_ahead", "preview_bundle",
]  # fmt: skip


def preview_bundle(bundle: Bundle, *, as_of: datetime | None = None) -> Preview:
    """The statements of a bundle as of an instant (default: its `as_of`, else its last event's period end).

    Raises what the review refuses (README, *Validation*), except for rules that are no matter of money: registered
    custom fields, uniqueness keys, and in which contract's name a change was recorded.
    """
    whole = bundle.carried_out()
    moment = as_of or bundle.as_of or default_as_of(whole, bundle.events)
    findings = review.bundle(bundle)
    review.refuse(f for f in findings if f.code not in _NO_MATTER_OF_MONEY)
    if moment is None:  # neither events nor contracts: nothing to state
        return Preview((), ())
    preview = rate(whole, EventUsage(bundle.events, whole), as_of=moment)
    told = tuple(
        Warning(f.code, f.message, f.path)
        for f in findings
        if f.severity == "warning" and f.code not in _WARNED_OF_BY_RATING
    )
    return replace(preview, warnings=(*told, *preview.warnings))


_NO_MATTER_OF_MONEY = {
    "archived", "custom_field", "not_unique", "other_contract", "other_customer", "twice", "uniqueness_key",
}  # fmt: skip
_WARNED_OF_BY_RATING = {"overlapping_usage", "outside_term"}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A customer's statements before and after proposals.

    The proposals count as made when they say (`recorded_at`), else right after everything the contract has so far:
    `closed` are the statements whose numbers would change but that are final by now, and so keep their old numbers
    until they are voided and regenerated. `refusal` is why the proposals cannot be rated; `after` then equals `before`.
    """

    before: Preview
    after: Preview
    comparison: Comparison
    findings: tuple[Finding, ...]
    closed: tuple[Statement, ...] = ()
    refusal: TermsheetError | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    book: Book
    usage: StoredUsage
    changed: object
    """Where the store stood when it was read."""
    catalog: Catalog
    doubts: tuple[Warning, ...]
    """Amounts of stored terms that look mistyped."""
    befores: Befores = field(default_factory=Befores, compare=False)


class Previews:
    """Previews of stored customers, for any thread; keeps what it read of the last few while it holds."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, kept: int = 8) -> None:
        self._store = store
        self._clock = clock
        self._kept = kept
        self._usages = StoredUsages(store)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = Lock()

    def book(self, customer_id: str) -> Book:
        """The customer's book as stored now."""
        return self._read(customer_id).book

    def current(
        self,
        customer_id: str,
        *,
        as_of: datetime | None = None,
        usage: Rated | None = None,
        until: datetime | None = None,
    ) -> Preview:
        """The customer's statements as of an instant (default: now); raises `NotFound` for an unknown customer.

        With a later `until` also the statements of periods that start before it, all of them drafts, and balances as
        they would stand then.
        """
        known = self._read(customer_id)
        moment = as_of or self._clock()
        measured = self._usage(known, customer_id, known.book, usage or Stored(), moment)
        reach = max(moment, until or moment)
        found = rate(known.book, measured, as_of=reach, customers=[customer_id], catalog=known.catalog)
        found = replace(found, warnings=(*known.doubts, *found.warnings))
        return found if reach == moment else _not_yet_issued(found, moment)

    def what_if(
        self,
        customer_id: str,
        proposals: Iterable[Proposal],
        *,
        as_of: datetime | None = None,
        usage: Rated | None = None,
        until: datetime | None = None,
    ) -> WhatIf:
        """The customer's statements before and after proposals that nobody stores; `until` as in `current`."""
        made = tuple(proposals)
        known = self._read(customer_id, (p.customer_id for p in map(parent_named, made) if p is not None))
        moment = as_of or known.befores.moment(self._clock())
        ground = self._ground(known, made)
        findings = findings_of(ground, made)

        def rated(book: Book, seen: Book, of: Iterable[str] = (customer_id,)) -> Preview:
            measured = self._usage(known, customer_id, seen, usage or Stored(), moment)
            reach = max(moment, until or moment)
            found = rate(book, measured, as_of=reach, customers=of)
            found = replace(found, warnings=(*known.doubts, *found.warnings))
            return found if reach == moment else _not_yet_issued(found, moment)

        def untouched(*of: str) -> Preview:
            if isinstance(usage, Replayed) or self._store.ledger.copy:  # what others do, or a copy that lags behind
                return rated(known.book, ground, of)
            more = frozenset(ground.product) - frozenset(known.book.product)
            return known.befores.get((of, usage, moment, until, more), lambda: rated(known.book, ground, of))

        before = untouched(customer_id)
        if not made:
            return WhatIf(before, before, compare(before, before), findings)
        try:
            changed = apply(ground, made)
            after = rated(changed, changed)
        except TermsheetError as refusal:
            return WhatIf(before, before, compare(before, before), findings, (), refusal)
        kin = [c.id for c in changed.customers if c.id and c.id != customer_id]
        if kin:
            findings += kin_findings(compare(untouched(*kin), rated(changed, changed, kin)), changed)
        comparison = compare(before, after)
        final = {s.id for s in before.statements if s.status == "FINALIZED" and s.type == "USAGE"}
        closed = tuple(
            c.before
            for c in comparison.changed
            if c.before is not None and c.before.id in final and any(line.delta for line in c.lines)
        )
        return WhatIf(before, after, comparison, findings, closed)

    def _read(self, customer_id: str, beside: Iterable[str] = ()) -> _Known:
        from store import queries
        from store.queries.book import book_of, family

        kin = family(self._store, {customer_id, *beside})
        latest = tuple(queries.last_change(self._store, each) for each in kin)
        changed = (kin, latest, queries.ledger_now(self._store))
        with self._lock:
            known = self._known.get(customer_id)
            if known is not None and known.changed == changed:
                self._known.move_to_end(customer_id)
                return known
        book = book_of(self._store, kin)
        if customer_id not in book.customer:
            raise NotFound(f"there is no customer {customer_id}")
        usage = self._usages.of({each.id: (each.id, *each.aliases) for each in book.customers if each.id}, book)
        known = _Known(book, usage, changed, Catalog(book), doubtful_amounts(book, customer_id))
        with self._lock:
            self._known[customer_id] = known
            self._known.move_to_end(customer_id)
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return known

    def _usage(self, known: _Known, customer_id: str, book: Book, usage: Rated, now: datetime) -> Usage:
        stored = known.usage if book is known.book else known.usage.over(book)
        if isinstance(usage, Assumed):
            return Beside(customer_id, AssumedUsage(usage.assumptions, book), stored)
        if isinstance(usage, Replayed):
            return Beside(customer_id, self._replayed(customer_id, book, usage.customer_id), stored)
        if isinstance(usage, Projected):
            return ProjectedUsage(stored, book, usage.projection, since=now)
        return stored

    def _replayed(self, customer_id: str, book: Book, other: str) -> Usage:
        from store import queries

        return self._usages.of({customer_id: queries.customer(self._store, other).refs}, book)

    def _ground(self, known: _Known, proposals: tuple[Proposal, ...]) -> Book:
        """The customer's book with the part of the catalog that only the proposals refer to."""
        from store.queries import book as books
        from store.queries.loading import product_ids

        named: set[str] = set()
        cards: set[str] = set()
        aliases: list[str | None] = []
        packages: list[tuple[list[str], str | None]] = []
        for proposal in proposals:
            payload = payload_of(proposal)
            named |= product_ids(payload)
            cards |= {payload["rate_card_id"]} if payload.get("rate_card_id") else set()
            aliases += [payload["rate_card_alias"]] if payload.get("rate_card_alias") else []
            if payload.get("package_id") or payload.get("package_alias"):
                packages.append(([i for i in [payload.get("package_id")] if i], payload.get("package_alias")))
        if not (named - known.book.product.keys() or cards - known.book.rate_card.keys() or aliases or packages):
            return known.book
        customer_ids = [c.id for c in known.book.customers if c.id]
        with self._store.read() as session:
            found = known.book
            for alias in aliases or [None]:
                more = books.around(
                    session, customer_ids=customer_ids, card_ids=cards, card_alias=alias, product_ids=named
                )
                found = _joined(found, more)
            for ids, name in packages:
                found = _joined(found, books.around(session, package_ids=ids, package_alias=name))
        return found


def _not_yet_issued(preview: Preview, now: datetime) -> Preview:
    """A preview that reaches beyond `now`: what is issued later is a draft still."""
    statements = tuple(s._replace(status="DRAFT") if s.issued_at > now else s for s in preview.statements)
    return replace(preview, statements=statements)


def _joined(book: Book, more: Book) -> Book:
    kinds = ("billable_metrics", "products", "rate_cards", "packages", "custom_field_keys")
    merged = {}
    for kind in kinds:
        mine = getattr(book, kind)
        have = {getattr(t, "id", None) or t for t in mine}
        merged[kind] = (*mine, *(t for t in getattr(more, kind) if (getattr(t, "id", None) or t) not in have))
    return book.replace(**merged)
