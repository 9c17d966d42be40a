"""The history, as an operator looks through it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from screens.history.rows import detail
from screens.history.screen import HistoryScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.widgets.text_modal import TextModal
from store.commands import create_customer, set_name
from store.database import Actor
from store.queries import customer
from store.queries.history import PAGE
from store.terms.customer import Customer
from tests.screens.reading import HOSTILE, NOW, SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap


async def opened(pilot: Any, services: Services, customer_id: str | None = None) -> HistoryScreen:
    """The screen, with the latest page read."""
    screen = HistoryScreen(services, customer_id)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


def made(services: Services, names: list[str], *, who: str = "bob", reason: str | None = None) -> list[str]:
    """Customers of these names, made by somebody over SSH; their ids."""
    by = Actor(who, "cli", source="ssh 192.0.2.7", reason=reason)
    ids = []
    for n, name in enumerate(names):
        with services.store().work(by=by, now=NOW + timedelta(minutes=n)) as work:
            ids.append(create_customer(work, request=Customer(name=name)))
    return ids


def rows(screen: HistoryScreen) -> list[tuple[str, str]]:
    """Who and what, as listed."""
    return [(entry.change.who, entry.change.summary) for entry in screen.entries]


@pytest.mark.parametrize("size", SIZES)
async def test_f12_shows_what_was_done_and_enter_how_it_was_before(services: Services, size: tuple[int, int]) -> None:
    (widgets, _) = made(services, ["Widgets", "Gadgets"], reason="as agreed")
    with services.store().work(by=Actor("ann", "console"), now=NOW + timedelta(hours=1)) as work:
        set_name(work, customer_id=widgets, name="Widgets Ltd")
    async with console(services).run_test(size=size) as pilot:
        await settle(pilot)
        await tap(pilot, "f12")
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        assert rows(screen) == [
            ("ann", "renamed the customer: Widgets Ltd"),
            ("bob", "created the customer: Gadgets"),
            ("bob", "created the customer: Widgets"),
        ]
        assert "whole book" in screen_text(pilot.app)
        assert "Because: as agreed" in detail(screen.entries[1])
        await tap(pilot, "enter")
        assert isinstance(pilot.app.screen, TextModal)
        assert '"name": "Widgets"' in pilot.app.screen.text and "Hash: " in pilot.app.screen.text
        assert_in_view(pilot.app)


async def test_typing_narrows_it(services: Services) -> None:
    made(services, ["Widgets"], who="bob")
    made(services, ["Gadgets"], who="eve", reason="merger")
    async with console(services).run_test() as pilot:
        screen = await opened(pilot, services)
        for text, found in (("who:EVE", ["eve"]), ("created gad", ["eve"]), ("merger", ["eve"]), ("zzz", [])):
            await pilot.press("slash")
            screen.query_one("#search").value = text  # type: ignore[attr-defined]
            screen.action_reload()
            await settle(pilot)
            assert [who for who, _ in rows(screen)] == found, text
        assert "Nothing matches" in screen_text(pilot.app)
        await tap(pilot, "escape")
        screen.action_reload()
        await settle(pilot)
        assert len(rows(screen)) == 2


async def test_from_a_customer_it_is_that_customer_s_until_the_whole_book_is_asked_for(services: Services) -> None:
    widgets, _ = made(services, ["Widgets", "Gadgets"])
    async with console(services).run_test() as pilot:
        await pilot.app.push_screen(OverviewScreen(services, widgets))
        await settle(pilot)
        await tap(pilot, "f12")
        screen = pilot.app.screen
        assert isinstance(screen, HistoryScreen)
        assert [what for _, what in rows(screen)] == ["created the customer: Widgets"]
        await tap(pilot, "w")
        assert len(rows(screen)) == 2
        await tap(pilot, "w")
        assert len(rows(screen)) == 1


async def test_it_is_read_on_into_the_past(services: Services) -> None:
    made(services, [f"c{n}" for n in range(PAGE + 5)])
    async with console(services).run_test() as pilot:
        screen = await opened(pilot, services)
        assert len(screen.entries) == PAGE and not screen.complete
        await tap(pilot, "end")
        await tap(pilot, "m")
        assert len(screen.entries) == PAGE + 5 and screen.complete
        assert rows(screen)[-1] == ("bob", "created the customer: c0")


async def test_hostile_names_stay_text(services: Services) -> None:
    made(services, [name for name in HOSTILE if name != "\ud800"], who="[/]\x1b[31m", reason="[@click=app.quit]x[/]")
    async with console(services).run_test(size=(120, 40)) as pilot:
        await opened(pilot, services)
        assert_clean(pilot.app)
        await tap(pilot, "enter")
        assert_clean(pilot.app)


async def test_the_last_change_is_taken_back_after_asking(services: Services) -> None:
    (widgets,) = made(services, ["Widgets"])
    with services.store().work(by=Actor("bob", "console"), now=NOW) as work:
        set_name(work, customer_id=widgets, name="Gadgets")
    async with console(services).run_test() as pilot:
        screen = await opened(pilot, services, widgets)
        await tap(pilot, "u")
        assert "bob renamed the customer: Gadgets" in " ".join(screen_text(pilot.app).split())
        await tap(pilot, "right", "enter")
        assert customer(services.store(), widgets).name == "Widgets"
        assert rows(screen)[0] == ("ann", "renamed the customer: Widgets")


async def test_read_only_takes_nothing_back(services: Services) -> None:
    (widgets,) = made(services, ["Widgets"])
    looking = Services(url=services.url, operator="ann", read_only=True, clock=services.clock)
    async with console(looking).run_test() as pilot:
        screen = await opened(pilot, looking, widgets)
        assert screen.check_action("undo", ()) is None


@pytest.mark.parametrize("size", SIZES)
async def test_what_cannot_be_taken_back_is_told_in_full_and_not_asked_about(
    demo: Services, size: tuple[int, int]
) -> None:
    async with console(demo).run_test(size=size) as pilot:
        screen = await opened(pilot, demo, "aa58107d-162f-407e-9f09-940f16adbb1c")
        await tap(pilot, "u")
        assert pilot.app.screen is screen
        assert "by another amendment or edit." in " ".join(screen_text(pilot.app).split())
