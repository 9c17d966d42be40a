"""Keys that arrive all at once, as they do over a slow line, do what they would do one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from threading import Event

import pytest
from textual import events
from textual.pilot import Pilot

from console.app import ConsoleApp
from screens.overview.contract_detail import ContractDetail
from screens.overview.facts import Facts, load
from screens.overview.screen import OverviewScreen
from screens.services import Services
from tests.screens.reading import screen_text, settle


def burst(pilot: Pilot[int], *keys: str) -> None:
    """All these keys in one read of the terminal."""
    named = {"/": "slash", " ": "space", ".": "full_stop"}
    for key in keys:
        pilot.app.post_message(events.Key(named.get(key, key), key if len(key) == 1 else None))


async def test_letters_after_the_search_key_are_searched_for(demo: Services) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        burst(pilot, *"/widg")
        await pilot.pause(0.12)  # the search waits for the last letter
        await settle(pilot)
        text = screen_text(app)
        assert "WidgetsExpress" in text
        assert "Northwind" not in text


async def test_enter_typed_ahead_opens_what_is_searched_for_not_what_was_listed_before(demo: Services) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        burst(pilot, *"/widg", "enter")
        while len(app.screen_stack) == 1:
            await pilot.pause(0.01)
        await settle(pilot)
        assert "WidgetsExpress  aa58107d" in screen_text(app)


async def test_a_name_typed_before_its_dialog_is_there_goes_into_it(demo: Services) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        burst(pilot, *"nNew Arrivals")
        await settle(pilot)
        assert "New Arrivals" in screen_text(app)


async def test_a_whole_way_through_screens_in_one_burst(demo: Services) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        burst(pilot, "end", "enter", "s")
        await settle(pilot)
        assert "WidgetsExpress › Statements" in screen_text(app)
        burst(pilot, "escape", "escape", "home", "enter")
        await settle(pilot)
        assert "Blue Harbor Analytics  7e90bc53" in screen_text(app)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A store that has nothing to say of a customer until the event is set."""
    answers = Event()

    def load_slowly(services: Services, customer_id: str) -> Facts:
        answers.wait(10)
        return load(services, customer_id)

    monkeypatch.setattr("screens.overview.screen.load", load_slowly)
    yield answers
    answers.set()


async def until_open(pilot: Pilot[int]) -> None:
    """Until the overview is there, with nothing on it yet."""
    while not isinstance(pilot.app.screen, OverviewScreen) or pilot.app.screen.focused is None:
        await pilot.pause(0.01)
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "title"),
    [("a", "WidgetsExpress › Amendment"), ("f", "› Usage filters"), ("c", "› New contract"), ("l", "Ingest aliases")],
)
async def test_keys_typed_while_a_customer_is_read_count(demo: Services, slow: Event, keys: str, title: str) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        burst(pilot, "end", "enter", *keys)
        await until_open(pilot)
        await pilot.pause(0.05)
        assert isinstance(app.screen, OverviewScreen), "nothing was read yet"
        slow.set()
        async with asyncio.timeout(20):
            while isinstance(app.screen, OverviewScreen):
                await pilot.pause(0.01)
        await settle(pilot)
        assert title.casefold() in screen_text(app).casefold()


async def test_enter_waits_for_the_first_row(demo: Services, slow: Event) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        burst(pilot, "end", "enter", "enter")
        await until_open(pilot)
        slow.set()
        async with asyncio.timeout(20):
            while isinstance(app.screen, OverviewScreen):
                await pilot.pause(0.01)
        assert isinstance(app.screen, ContractDetail)


async def test_escape_does_not_wait_for_what_is_read(demo: Services, slow: Event) -> None:
    app = ConsoleApp(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        burst(pilot, "end", "enter", "a")
        await until_open(pilot)
        burst(pilot, "escape")
        async with asyncio.timeout(20):
            while isinstance(app.screen, OverviewScreen):
                await pilot.pause(0.01)
        slow.set()
        await settle(pilot)
        assert len(app.screen_stack) == 1
        assert "by name" in screen_text(app)


async def test_keys_wait_while_nothing_could_be_done_at_all(demo: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened_slowly(self: OverviewScreen, services: Services, customer_id: str) -> None:
        time.sleep(0.6)  # the machine is busy: the loop stands still
        made(self, services, customer_id)

    made = OverviewScreen.__init__
    monkeypatch.setattr(OverviewScreen, "__init__", opened_slowly)
    app = ConsoleApp(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        burst(pilot, "end", "enter", "s")
        async with asyncio.timeout(20):
            while len(app.screen_stack) < 3:
                await pilot.pause(0.01)
        await settle(pilot)
        assert "WidgetsExpress › Statements" in screen_text(app)
