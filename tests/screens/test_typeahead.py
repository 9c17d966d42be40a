"""Keys that arrive all at once, as they do over a slow line, do what they would do one by one."""

from __future__ import annotations

from textual import events
from textual.pilot import Pilot

from console.app import ConsoleApp
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
