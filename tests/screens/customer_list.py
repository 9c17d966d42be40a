"""Customers made for the list, and what the list shows."""

from __future__ import annotations

from collections.abc import Iterable

from screens.customers.screen import CustomersScreen
from screens.services import Services
from store.commands.customers import create_customer
from store.terms.customer import Customer


def provision(services: Services, names: Iterable[str], **aliases: str) -> dict[str, str]:
    """Customers of these names → their ids; `aliases` by name."""
    ids = {}
    for name in names:
        with services.work() as work:
            given = (aliases[name],) if name in aliases else ()
            ids[name] = create_customer(work, request=Customer(name=name, ingest_aliases=given))
    return ids


def listed(app: object) -> list[str]:
    """The names in the list."""
    screen = app.screen_stack[0]  # type: ignore[attr-defined]
    assert isinstance(screen, CustomersScreen)
    rows = (screen.list.row(k) for k in range(screen.list.row_count))
    return [row.value.name for row in rows if row is not None]
