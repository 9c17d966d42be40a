"""What the amendment editor reads from the store, once. Blocking: for workers only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screens.names import contract_names
from screens.services import Services
from screens.terms.offering import Choices, Offering
from screens.widgets import when
from screens.widgets.draft_keeper import latest
from store.rating.periods import statement_periods
from store.terms.book import Book
from store.terms.effective import effective_in
from store.terms.in_force import Effective

if TYPE_CHECKING:
    from store.drafts import Draft


@dataclass(frozen=True)
class Known:
    """The customer's book, the whole catalog, and the contracts that can be amended."""

    customer_id: str
    book: Book
    catalog: Book
    """Everything that can be sold: an amendment may name products that the customer never had."""
    contracts: tuple[Effective, ...]
    names: Mapping[str, str]
    versions: Mapping[str, int]
    draft: Draft | None = None
    """The operator's last unfinished amendment of this customer."""

    @property
    def customer_name(self) -> str:
        """The customer's name."""
        return self.book.customer[self.customer_id].name

    def contract(self, contract_id: str) -> Effective | None:
        """A contract that can be amended."""
        return next((c for c in self.contracts if c.id == contract_id), None)

    def choices(self, now: datetime) -> list[tuple[str, str]]:
        """The contracts to choose from, each with its state and span (after a tab: only the list shows it)."""
        return [(c.id, f"{self.names[c.id]}\t{state(c, now)}  {_span(c)}") for c in self.contracts]

    def offering(self, contract_id: str, start: datetime | None, now: datetime) -> Offering:
        """What terms can be about: the catalog as seen from that contract."""
        contract = self.contract(contract_id)
        card = self.book.card_of(contract.contract) if contract else None
        return Offering(now, start, contract.ending_before if contract else None, self.catalog, card)

    def subscriptions(self, contract_id: str) -> Choices:
        """The contract's subscriptions, by id and name."""
        contract = self.contract(contract_id)
        found = contract.subscriptions if contract else ()
        named = ((s.id or "", s.name, self.catalog.product.get(s.subscription_rate.product_id)) for s in found)
        return tuple((id, name or (product.name if product else id)) for id, name, product in named)

    def start_for(self, contract_id: str, now: datetime) -> datetime | None:
        """When an amendment starts unless told otherwise: with the statement period that is being used up."""
        contract = self.contract(contract_id)
        if contract is None:
            return None
        periods = statement_periods(contract.schedule, contract.span, now)
        return periods[-1].start if periods else contract.span.start


def load(services: Services, customer_id: str) -> Known:
    """Read it. Raises `NotFound`."""
    from store.queries.book import catalog, customer_book
    from store.queries.contracts import contracts_of

    store = services.store()
    services.previews()  # imported here, so that the screen need not wait for it
    book = customer_book(store, customer_id)
    with store.read() as session:
        everything = catalog(session, rates=False)
    views = contracts_of(store, customer_id, archived=False)
    contracts = tuple(effective_in(book, view.id) for view in views)
    return Known(
        customer_id,
        book,
        everything,
        contracts,
        contract_names(contracts, book),
        {view.id: view.version for view in views},
        latest(services, "amendment", customer_id),
    )


def state(contract: Effective, now: datetime) -> str:
    """A contract's state as glyph and word."""
    if now < contract.span.start:
        return "◌ to come"
    return "● active" if now < contract.span.end else "○ ended"


def _span(contract: Effective) -> str:
    return when.span(contract.span.start, contract.ending_before)
