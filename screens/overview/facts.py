"""What the overview shows of a customer, read from the store in one go by a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from screens.services import Services

if TYPE_CHECKING:
    from store.done import Change
    from store.drafts import Draft
    from store.queries.contracts import ContractView
    from store.queries.customers import CustomerView

CHANGES_SHOWN = 100
"""How many of the latest changes are read."""


@dataclass(frozen=True)
class Facts:
    """Everything but the rated part."""

    customer: CustomerView
    contracts: tuple[ContractView, ...] = ()
    changes: tuple[Change, ...] = ()
    drafts: tuple[Draft, ...] = ()
    """The operator's own drafts about this customer, the one saved last first."""
    names: dict[str, str] = field(default_factory=dict)
    """Contract id → what to call it."""


def load(services: Services, customer_id: str) -> Facts:
    """Reads them; blocks, so only a worker calls it. Raises NotFound, StoreUnavailable."""
    store = services.store()  # before the imports: it makes them safe from another worker's
    from store import drafts
    from store.queries import audit, contracts, customers

    held = contracts.contracts_of(store, customer_id)
    return Facts(
        customer=customers.customer(store, customer_id),
        contracts=held,
        changes=audit.changes_of(store, customer_id, limit=CHANGES_SHOWN),
        drafts=tuple(d for d in drafts.list_for(store, services.operator) if d.customer_id == customer_id),
        names=contract_names(held),
    )


def contract_names(contracts: tuple[ContractView, ...]) -> dict[str, str]:
    """Contract id → title; where two share one, their starts tell them apart."""
    titles = [view.title for view in contracts]
    return {
        view.id: view.title if titles.count(view.title) == 1 else f"{view.title} ({view.starting_at:%Y-%m-%d})"
        for view in contracts
    }
