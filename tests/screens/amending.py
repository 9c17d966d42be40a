"""The amendment editor on the guide's customer, and how its terms are typed."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from screens.amendment.screen import AmendmentScreen
from screens.services import Services
from store.queries.book import customer_book
from store.terms.contract import Amendment
from tests.screens.demo_store import WIDGETS
from tests.screens.reading import settle

CLOUD = {
    "starting_at": "2024-11-01T00:00:00Z",
    "type": "MULTIPLIER",
    "multiplier": Decimal("0.95"),
    "entitled": True,
    "applicable_product_tags": ["cloud"],
}


TENTH = {**CLOUD, "starting_at": "2025-11-01T00:00:00Z", "multiplier": Decimal("0.9")}


async def fresh(pilot: Any, screen: AmendmentScreen) -> None:
    """Until what is shown answers what is typed."""
    await pilot.pause()
    async with asyncio.timeout(10):
        await screen.fresh.wait()
    await settle(pilot)


async def opened(pilot: Any, services: Services, customer: str = WIDGETS, **more: Any) -> AmendmentScreen:
    """The editor, with the statement as it is."""
    screen = AmendmentScreen(services, customer, **more)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    await fresh(pilot, screen)
    return screen


async def put(pilot: Any, screen: AmendmentScreen, start: str, **terms: Any) -> None:
    """Start and terms, as if they had been typed."""
    if start:
        screen.form.row("starting_at").text = start
    screen.pane.load({**screen.pane.terms, **terms})
    screen.later()
    await fresh(pilot, screen)


def amendments(services: Services, customer: str = WIDGETS) -> tuple[Amendment, ...]:
    """What is stored."""
    return tuple(a for c in customer_book(services.store(), customer).contracts for a in c.amendments)
