"""The customer list of a server that answers late: no key waits for it, rows show when they come."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from screens.customers.screen import CustomersScreen
from screens.following import Following, answering
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.wizard.screen import WizardScreen
from store.commands import create_customer
from store.database import Actor, Store
from store.directory.server import Postgres
from store.errors import StoreUnavailable
from store.terms.customer import Customer
from tests import postgres
from tests.screens.demo_store import TODAY
from tests.screens.reading import console, screen_text, settle, tap

COUNT = 420
BOB = Actor("bob", "api")


@pytest.fixture(scope="module")
def book() -> Iterator[str]:
    """The address of a server's store with some hundred customers."""
    with postgres.store_database() as url:
        with closing(Store.open(url)) as store, store.work(by=BOB, now=TODAY) as work:
            for n in range(COUNT):
                create_customer(work, request=Customer(name=f"Customer {n:04d}"))
        yield url


@pytest.fixture
def server(book: str) -> Iterator[Services]:
    """Services on that store."""
    services = Services(url=book, operator="ann", clock=lambda: TODAY)
    yield services
    services.close()


class Line:
    """The line to the server: it can be held, so that answers come late, or cut."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.on_the_loop: list[str] = []
        self.cut = False
        self._free = threading.Event()
        self._free.set()
        asked = Postgres.__call__

        def ask(one: Postgres, sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
            if threading.current_thread() is threading.main_thread():
                self.on_the_loop.append(sql)
            elif not self._free.wait(30):
                raise AssertionError("held for good")
            if self.cut:
                raise StoreUnavailable("the store cannot be read: the line is cut")
            return asked(one, sql, values)

        monkeypatch.setattr(Postgres, "__call__", ask)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Whatever is asked meanwhile is answered afterwards."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """The line to the server."""
    return Line(monkeypatch)


def shown(app: Any) -> CustomersScreen:
    """The list's screen."""
    assert isinstance(app.screen, CustomersScreen)
    return app.screen


def chosen(app: Any) -> str:
    """The name under the cursor."""
    row = shown(app).list.selected
    return row.value.name if row is not None else ""


def rows(app: Any) -> list[str]:
    """The lines of the list that show somebody."""
    return [line for line in screen_text(app).split("\n") if line.strip().startswith("Customer 0")]


async def test_nothing_that_is_done_in_the_list_asks_the_server_between_two_keys(server: Services, line: Line) -> None:
    async with console(server).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Customer 0000" in screen_text(pilot.app)
        for key in ("end", "pageup", "home", *["pagedown"] * 5, "s", "a", "r", "a", "s", "slash", *"0040"):
            await tap(pilot, key)
        await pilot.pause(0.1)
        await tap(pilot, "enter")
        assert isinstance(pilot.app.screen, OverviewScreen)
        with closing(Store.open(server.url)) as other, other.work(by=BOB, now=TODAY) as work:
            create_customer(work, request=Customer(name="Zora"))
        await tap(pilot, "escape")
        await tap(pilot, "escape")
        shown(pilot.app).follow()
        await settle(pilot)
        assert f"{COUNT + 1} customers" in screen_text(pilot.app)
    assert line.on_the_loop == []


async def test_keys_are_taken_while_rows_are_on_their_way(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        with line.held():
            await pilot.press("end", "up", "up")
            total = shown(app).list.row_count
            assert shown(app).list.cursor == total - 3 and chosen(app) == ""
            assert "…" in screen_text(app) and f"{total} customers" in screen_text(app)
            await pilot.press("enter")
            assert shown(app)
        await settle(pilot)
        assert isinstance(app.screen, OverviewScreen), "Enter was meant for the row, and waits for it"
        await tap(pilot, "escape")
        assert shown(app).list.cursor == total - 3 and chosen(app) and "…" not in screen_text(app)


async def test_who_has_moved_on_does_not_open_what_comes_late(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        with line.held():
            await pilot.press("end", "enter", "home")
        await settle(pilot)
        assert shown(app).list.cursor == 0 and chosen(app) == "Customer 0000"


async def test_the_rows_stay_until_the_new_ones_are_there(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await tap(pilot, *["down"] * 7)
        before = rows(app)
        shown(app).say("Added Widgets")
        with line.held():
            await pilot.press("r")
            async with asyncio.timeout(10):
                while "Reading the list" not in screen_text(app):
                    await pilot.pause(0.02)
            assert rows(app) == before != []
            await pilot.press("down", "down")
            assert chosen(app) == "Customer 0009"
        await settle(pilot)
        assert chosen(app) == "Customer 0009" and rows(app) == before
        assert "Added Widgets" in screen_text(app), "what was said before stands again"


async def test_the_cursor_stays_with_its_customer_when_others_write(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await tap(pilot, *["pagedown"] * 5)
        stays, top = chosen(app), shown(app).list.cursor - shown(app).list.scroll_offset.y
        with closing(Store.open(server.url)) as other, other.work(by=BOB, now=TODAY) as work:
            create_customer(work, request=Customer(name="Aaron"))
        with line.held():
            shown(app).follow()
            await pilot.pause()
            assert chosen(app) == stays
        await settle(pilot)
        assert chosen(app) == stays and shown(app).list.cursor - shown(app).list.scroll_offset.y == top


class Looker:
    """As the thread does every second, with its answer taken by the console."""

    def __init__(self, pilot: Pilot[Any], services: Services) -> None:
        self.pilot, self.told = pilot, list[str]()
        self.one = Following(services, lambda news: None, self.told.append)

    async def look(self) -> None:
        """Once."""
        await asyncio.to_thread(self.one.look)
        while self.told:
            answering(self.pilot.app.screen_stack, self.told.pop())
        await settle(self.pilot)


async def test_a_server_that_goes_away_is_told_of_and_comes_back_by_itself(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        looker = Looker(pilot, server)
        await looker.look()
        line.cut = True
        await looker.look()
        assert "Store unavailable: the store cannot be read: the line is cut" in screen_text(app)
        shown(app).list.reload()  # nothing is kept of what was read
        await tap(pilot, "end")
        assert "…" in screen_text(app) and "the line is cut" in screen_text(app)
        line.cut = False
        await looker.look()
        assert "The store answers again." in screen_text(app) and "…" not in screen_text(app)
        assert chosen(app)
    assert line.on_the_loop == []


async def test_a_customer_that_could_not_be_read_is_read_once_the_server_answers(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        looker = Looker(pilot, server)
        await looker.look()
        line.cut = True
        await looker.look()
        with patch.object(Store, "read", side_effect=StoreUnavailable("the line is cut")):
            await tap(pilot, "enter")
        assert isinstance(app.screen, OverviewScreen) and "the line is cut" in screen_text(app)
        assert "usage arrives" not in screen_text(app)
        line.cut = False
        await looker.look()
        assert "The store answers again." in screen_text(app) and "usage arrives" in screen_text(app)


async def test_an_unfinished_contract_stays_as_it_is(server: Services, line: Line) -> None:
    app = console(server)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert chosen(app)
        screen = WizardScreen(server, shown(app).list.selected.key)  # type: ignore[union-attr]
        await app.push_screen(screen)
        await settle(pilot)
        await tap(pilot, *"Half")
        looker = Looker(pilot, server)
        await looker.look()
        line.cut = True
        await looker.look()
        assert "the line is cut" in screen_text(app)
        await tap(pilot, *" a contract")
        line.cut = False
        await looker.look()
        assert "Half a contract" in screen_text(app) and "The store answers again." in screen_text(app)
