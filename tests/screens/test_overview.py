"""The overview of a customer, as an operator uses it on the demo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from screens.overview.contract_detail import ContractDetail
from screens.overview.messages import FactsRead
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.widgets.picker import Picker
from screens.widgets.text_modal import TextModal
from store import drafts
from store.commands.customers import archive_customer, set_name
from store.drafts import Draft
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, NORTHWIND, TODAY, WIDGETS
from tests.screens.hostile_book import few, hostile_customer
from tests.screens.reading import SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap
from tests.screens.snapshots import assert_as_before


async def opened(pilot: Any, services: Services, customer: str) -> OverviewScreen:
    """The screen, with everything read and rated."""
    screen = OverviewScreen(services, customer)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


def keep(services: Services, *kinds: Any) -> None:
    """Drafts of those kinds, one an hour."""
    for k, kind in enumerate(kinds):
        draft = Draft(f"draft-{k}", services.operator, kind, f"No. {k}", {}, TODAY.replace(hour=k + 1), WIDGETS)
        drafts.save(services.store(), draft=draft)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("customer", [WIDGETS, MERIDIAN, NORTHWIND, BLUE_HARBOR])
async def test_it_shows_the_customer_at_a_glance(demo: Services, size: tuple[int, int], customer: str) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, demo, customer)
        assert_in_view(app, "Pane", "NameLine", "AboutLine", "KeyBar")
        assert_clean(app)
        assert_as_before(app, f"overview_{customer[:4]}_{size[0]}x{size[1]}")


async def test_contracts_say_their_state_and_what_they_take(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, MERIDIAN)
        text = screen_text(app)
        assert "● active" in text and "○ ended" in text
        assert "monthly on the 1st · region = US or EU · card Regional API" in text


async def test_balances_say_what_is_left_and_until_when(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, NORTHWIND)
        text = screen_text(app)
        assert "$1,553.28  of $6,000.00" in text
        assert "all used" in text
        assert "expires 2026-03-01, in 131 days" in text


async def test_digits_go_to_parts_and_turn_pages_where_there_is_little_room(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        for digit, shown in ((4, "Current statement"), (5, "6 Changes"), (3, "Coming")):
            await tap(pilot, str(digit))
            assert shown in screen_text(app)
            assert screen.pane(digit).has_focus_within


async def test_each_contracts_statement_is_a_bracket_away(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, MERIDIAN)
        assert "APAC region · 2025-10-01" in screen_text(app)
        await tap(pilot, "right_square_bracket")
        assert "US region · 2025-10-01" in screen_text(app)
        assert "2 of 2" in screen_text(app)


async def test_enter_opens_what_the_cursor_is_on(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, WIDGETS)
        await tap(pilot, "enter")
        assert isinstance(app.screen, ContractDetail)
        text = screen_text(app)
        assert "Contract Prepaid Commit" in text and "Recorded since it was created" in text
        await tap(pilot, "escape", "2", "enter")
        assert isinstance(app.screen, StatementScreen) and "Segment starts" in screen_text(app)
        await tap(pilot, "escape", "3", "down", "enter")
        assert "Usage 2025-09-01 → 2025-10-01" in screen_text(app)
        await tap(pilot, "escape", "6", "enter")
        assert isinstance(app.screen, TextModal) and "Before:" in app.screen.text


async def test_a_contract_in_full(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, MERIDIAN)
        await tap(pilot, "enter")
        text = screen_text(app)
        assert "Usage filter over time" in text and "region = US or EU" in text
        assert_as_before(app, "overview_contract_80x24")
        await tap(pilot, "x")
        assert isinstance(app.screen, TextModal) and '"usage_filter"' in app.screen.text


async def test_a_draft_waits_to_be_resumed(demo: Services) -> None:
    keep(demo, "contract")
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert "✎ Draft of a contract “No. 0” from 01:00 UTC · r resumes it" in screen_text(app)
        assert screen.can("resume") is True


async def test_several_drafts_are_asked_for(demo: Services) -> None:
    keep(demo, "contract", "amendment")
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, WIDGETS)
        assert "and 1 more" in screen_text(app)
        await tap(pilot, "r")
        assert isinstance(app.screen, Picker)
        assert "Draft of an amendment “No. 1” from 02:00 UTC" in screen_text(app)


async def test_other_operators_drafts_are_theirs(demo: Services) -> None:
    keep(replace(demo, operator="bob"), "contract")
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert "Draft of" not in screen_text(app)
        assert screen.can("resume") is False


async def test_without_contracts_it_says_what_to_do(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, BLUE_HARBOR)
        assert "No contracts yet: c adds the first one." in screen_text(app)
        assert screen.can("amend") is False


async def test_what_was_saved_elsewhere_is_there_on_return(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        await tap(pilot, "s")
        with demo.work() as work:
            set_name(work, customer_id=WIDGETS, name="Widgets & Sons")
        await tap(pilot, "escape")
        assert app.screen is screen
        assert "Widgets & Sons" in screen_text(app)


async def test_an_archived_customer_wears_a_badge(demo: Services) -> None:
    with demo.work() as work:
        archive_customer(work, customer_id=WIDGETS)
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert "✗ ARCHIVED 2025-10-20" in screen_text(app)
        assert "✗ archived" in screen_text(app)
        assert screen.can("add_contract") is False


async def test_writes_are_greyed_on_a_read_only_store(demo: Services) -> None:
    demo.close()
    reading = replace(demo, read_only=True)
    app = console(reading)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, reading, WIDGETS)
        assert "READ-ONLY" in screen_text(app)
        assert screen.check_action("add_contract", ()) is None
        assert screen.check_action("statements", ()) is True
    reading.close()


async def test_late_answers_are_dropped(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert screen.facts is not None
        somebody = replace(screen.facts, customer=replace(screen.facts.customer, name="Somebody else"))
        screen.post_message(FactsRead(screen._number - 1, somebody))
        await settle(pilot)
        assert "Somebody else" not in screen_text(app)


async def test_an_unknown_customer_says_so(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, "nobody")
        assert "there is no customer nobody" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_are_literal(services: Services, size: tuple[int, int]) -> None:
    app = console(services)
    async with app.run_test(size=size) as pilot:
        for names in few(size[0]):
            screen = await opened(pilot, services, hostile_customer(services, names))
            for keys in ((), ("enter",), ("escape", "4"), ("6",), ("enter",), ("escape",)):
                await tap(pilot, *keys)
                assert_clean(app)
            assert screen.preview is not None and screen.preview.statements
            await pilot.press("escape")


async def test_the_mouse_goes_everywhere_the_keys_go(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        await pilot.click("PaneTabs", offset=(46, 0))
        await settle(pilot)
        assert screen.pane(4).display
        await pilot.click("#pane-4 StatementTable RowList", offset=(10, 3))
        await pilot.click("#pane-4 StatementTable RowList", offset=(10, 3), times=2)
        await settle(pilot)
        assert isinstance(app.screen, StatementScreen)
