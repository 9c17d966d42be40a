"""Every screen on a PostgreSQL store, and a store that is kept busy by others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from console.demo import book_text
from screens.amendment.screen import AmendmentScreen
from screens.catalog.screen import CatalogScreen
from screens.customers.screen import CustomersScreen
from screens.history.screen import HistoryScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.timeline.screen import TimelineScreen
from screens.wizard.screen import WizardScreen
from store import bundle, drafts
from store.commands import set_name
from store.database import Actor, Store
from store.queries import customer
from store.terms import document
from tests import postgres
from tests.screens.demo_store import TODAY, WIDGETS
from tests.screens.reading import console, screen_text, settle, tap


@pytest.fixture
def server() -> Iterator[Services]:
    """Services on the demo's book in a PostgreSQL store."""
    with postgres.store_database() as url:
        store = Store.open(url)
        with store.work(by=Actor("demo", "cli"), now=TODAY) as work:
            bundle.import_bundle(work, bundle.parse_bundle(document.read(book_text()), stored=True))
        store.close()
        services = Services(url=url, operator="ann", clock=lambda: TODAY)
        yield services
        services.close()


async def test_customers_are_listed_and_found_while_typing(server: Services) -> None:
    async with console(server).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomersScreen)
        assert "WidgetsExpress" in screen_text(pilot.app)
        await pilot.press("slash", *"widg")
        await pilot.pause(0.2)
        await settle(pilot)
        assert "1 match" in screen_text(pilot.app)
        await tap(pilot, "enter")
        assert isinstance(pilot.app.screen, OverviewScreen)


@pytest.mark.parametrize(
    "make",
    [OverviewScreen, WizardScreen, AmendmentScreen, TimelineScreen, StatementScreen, HistoryScreen, CatalogScreen],
)
async def test_every_screen_opens(server: Services, make: type[OverviewScreen]) -> None:
    async with console(server).run_test(size=(120, 40)) as pilot:
        screen = make(server) if make is CatalogScreen else make(server, WIDGETS)  # type: ignore[call-arg]
        await pilot.app.push_screen(screen)
        await settle(pilot)
        text = screen_text(pilot.app)
        assert pilot.app.screen is screen and "Store unavailable" not in text and "Refused" not in text


async def test_a_draft_and_a_change_reach_the_server(server: Services) -> None:
    async with console(server).run_test(size=(120, 40)) as pilot:
        screen = WizardScreen(server, WIDGETS)
        await pilot.app.push_screen(screen)
        await settle(pilot)
        await pilot.press(*"Half")
        screen.keeper.write()
        (kept,) = drafts.list_for(server.store(), "ann")
        assert "Half" in document.write(kept.payload)
        with server.work() as work:
            set_name(work, customer_id=WIDGETS, name="Renamed")
        assert customer(server.store(), WIDGETS).name == "Renamed"


async def test_a_console_says_that_it_waits_for_another_program(server: Services) -> None:
    async with console(server).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        other, done = Store.open(server.url), threading.Event()
        with other.work(by=Actor("bob", "cli"), now=TODAY):

            def rename() -> None:
                with server.work() as work:
                    set_name(work, customer_id=WIDGETS, name="Renamed")
                done.set()

            waiter = threading.Thread(target=rename)
            waiter.start()
            async with asyncio.timeout(4):
                while not any("waiting for it" in notice.message for notice in pilot.app._notifications):
                    await pilot.pause(0.05)
            assert not done.is_set()
        waiter.join()
        other.close()
        assert customer(server.store(), WIDGETS).name == "Renamed"
