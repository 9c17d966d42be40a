"""Customers that parents and children tie together: shared balances, and invoices that show all (README, §2.17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from store.rating.catalog import Catalog
from store.rating.compiled import CompiledContract
from store.rating.customer_terms import customer_terms
from store.rating.invoices import listing_order
from store.rating.ledger import Ledger
from store.rating.lines import total
from store.rating.measure import Usage
from store.rating.names import uuid_of
from store.rating.notices import Notices
from store.rating.stated import stated
from store.rating.statement import Constituent, Line, Origin, Party, Statement
from store.rating.walk import CustomerWalk, settle
from store.terms import shown
from store.terms.hierarchy import Consolidation, Payer, StatementBehavior


class Family:
    """The walks of customers that are rated together, by customer; mostly that is one customer alone."""

    def __init__(self, catalog: Catalog, usage: Usage, as_of: datetime, notices: Mapping[str, Notices]) -> None:
        """`notices` has the customers to be rated, and where to say what of each."""
        ledger = Ledger()
        self.catalog = catalog
        self.walks = {
            key: CustomerWalk(customer_terms(catalog, key, as_of), usage, found, ledger)
            for key, found in notices.items()
        }
        settle(tuple(self.walks.values()), as_of)
        self.statements = {key: tuple(stated(walk.statements(), walk.terms.now)) for key, walk in self.walks.items()}
        if any(key in catalog.children for walk in self.walks.values() for key in walk.terms.now):
            self._consolidate()

    def _consolidate(self) -> None:
        """Says who pays, and adds what parents' invoices show of their children's."""
        states = {key: state for walk in self.walks.values() for key, state in walk.terms.now.items()}
        known = {
            key: tuple(_paid_for(statement, states[statement.contract_id]) for statement in found)
            for key, found in self.statements.items()
        }
        every = [statement for found in known.values() for statement in found]
        for key, walk in self.walks.items():
            added = [s for state in walk.terms.now.values() for s in self._of_parent(state, states, every, walk)]
            self.statements[key] = tuple(sorted((*known[key], *added), key=listing_order))

    def _of_parent(
        self,
        state: CompiledContract,
        states: Mapping[str, CompiledContract],
        every: Sequence[Statement],
        walk: CustomerWalk,
    ) -> Iterator[Statement]:
        joining = [
            child
            for child in self.catalog.children.get(state.id, ())
            if child in states and _behavior(states[child]) is StatementBehavior.CONSOLIDATE
        ]
        place = state.effective.hierarchy_configuration
        concatenates = place and place.parent_behavior and place.parent_behavior.invoice_consolidation_type
        if not joining:
            return
        if concatenates is not Consolidation.CONCATENATE:
            text = "its children's statements are to be consolidated, but its parent_behavior is not CONCATENATE"
            walk.notices.warn("not_consolidated", text, f"{state.path}/hierarchy_configuration")
            return
        theirs = [s for s in every if s.type == "USAGE" and s.contract_id in joining]
        for own in (s for s in every if s.type == "USAGE" and s.contract_id == state.id):
            mine = [s for s in theirs if s.end and own.start and own.end and own.start < s.end <= own.end]
            theirs = [s for s in theirs if s not in mine]
            found = [s for s in mine if s.credit_type_id == own.credit_type_id]
            for other in (s for s in mine if s.credit_type_id != own.credit_type_id):
                _apart(other, "it is in another currency than its parent's", state, walk.notices)
            if found:
                yield _concatenated(own, found, walk.as_of)
        for other in theirs:
            _apart(other, "no statement of its parent covers its end", state, walk.notices)


def _behavior(state: CompiledContract) -> StatementBehavior | None:
    place = state.effective.hierarchy_configuration
    return place.usage_statement_behavior if place else None


def _paid_for(statement: Statement, state: CompiledContract) -> Statement:
    place = state.effective.hierarchy_configuration
    if place is None or place.parent is None or place.payer is not Payer.PARENT:
        return statement
    return statement._replace(payer=Party(place.parent.customer_id, place.parent.contract_id))


def _apart(statement: Statement, why: str, parent: CompiledContract, notices: Notices) -> None:
    when = shown.span(statement.start, statement.end)
    text = f"the statement {when} of contract {statement.contract_id} stays by itself: {why}"
    notices.warn("not_consolidated", text, f"{parent.path}/hierarchy_configuration")


def _concatenated(own: Statement, children: Sequence[Statement], as_of: datetime) -> Statement:
    """The parent's lines, then each child's with where they come from."""
    lines = [*own.lines, *(line for child in children for line in _copied(child))]
    issued_at = max(s.issued_at for s in (own, *children))
    return own._replace(
        id=uuid_of(f"{own.id}:CONSOLIDATED"),
        type="USAGE_CONSOLIDATED",
        status="FINALIZED" if issued_at <= as_of else "DRAFT",
        issued_at=issued_at,
        lines=tuple(lines),
        total=total(lines, own.credit_type_id),
        constituents=tuple(Constituent(s.id, s.customer_id, s.contract_id) for s in (own, *children)),
    )


def _copied(child: Statement) -> Iterator[Line]:
    for k, line in enumerate(child.lines):
        item = uuid_of(f"{child.id}:{k}")
        yield line._replace(origin=Origin(child.customer_id, child.contract_id, child.id, item))
