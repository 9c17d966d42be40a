"""The statement screen, as an operator uses it on the demo."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from screens.services import Services
from screens.statement.lines import StatementTable
from screens.statement.messages import Rated
from screens.statement.screen import StatementScreen
from screens.widgets.text_modal import TextModal
from store.usage.assumed import Assumption
from store.usage.rated import Assumed
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, NORTHWIND, WIDGETS
from tests.screens.hostile_book import few, hostile_customer
from tests.screens.reading import SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap
from tests.screens.snapshots import assert_as_before


async def opened(pilot: Any, services: Services, customer: str, **at: Any) -> StatementScreen:
    """The screen, with everything rated."""
    screen = StatementScreen(services, customer, **at)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_it_opens_on_the_current_statement(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        text = screen_text(app)
        assert "Usage 2025-10-01 → 2025-11-01" in text
        assert "Rated on stored usage" in text
        assert "Total  $107.00" in text
        assert_in_view(app, "RowList", "StatementTable", "Explanation", "KeyBar")
        assert screen.crumbs == ("Customers", "WidgetsExpress", "Statements")
        assert_as_before(app, f"statement_{size[0]}x{size[1]}")


async def test_brackets_go_through_the_statements_in_time(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        await tap(pilot, "left_square_bracket")
        assert "Usage 2025-09-01 → 2025-10-01  ● final · issued 2025-10-02" in screen_text(app)
        await tap(pilot, "left_square_bracket", "left_square_bracket", "right_square_bracket")
        assert screen.statement is not None and screen.statement.issued_at.month in (8, 9)


async def test_it_begins_at_the_statement_that_is_asked_for(demo: Services) -> None:
    preview = demo.previews().current(WIDGETS)
    january = next(s for s in preview.statements if s.start and f"{s.start:%Y-%m}" == "2025-01")
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, WIDGETS, at=january.id)
        assert "Usage 2025-01-01 → 2025-02-01" in screen_text(app)
        assert "Total  $187.00" in screen_text(app)


async def test_the_line_under_the_cursor_is_explained_and_can_be_copied(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, WIDGETS)
        await tap(pilot, "enter")
        assert "210.38 × $1.90 = $399.72" in screen_text(app)
        assert "list price   $2.00" in screen_text(app)
        await tap(pilot, "enter")
        assert isinstance(app.screen, TextModal)
        assert "metric: Compute hours: SUM of hours" in app.screen.text


async def test_zero_lines_come_and_go(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, demo, NORTHWIND)
        with_zero = screen.query_one(StatementTable).lines.row_count
        await tap(pilot, "z")
        assert screen.query_one(StatementTable).lines.row_count < with_zero
        assert "of zero hidden (z)" in screen_text(app)


async def test_balances_show_what_moved_them(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        await tap(pilot, "2")
        text = screen_text(app)
        assert "2024-11-01  Segment starts" in text and "+$10,000.00" in text
        assert "2025-11-01  Drawn down" in text
        assert_as_before(app, "statement_balances_80x24")
        await tap(pilot, "enter", "down", "enter")
        assert screen.statement is not None and screen.statement.start is not None
        assert f"{screen.statement.start:%Y-%m}" == "2024-11"
        assert "Usage 2024-11-01" in screen_text(app)


async def test_a_balance_can_be_asked_for(demo: Services) -> None:
    credit = next(b for b in demo.previews().current(NORTHWIND).balances if b.type == "POSTPAID")
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, NORTHWIND, balance=credit.id)
        assert "Annual Minimum · postpaid commit" in screen_text(app)
        assert "Counted" in screen_text(app)


async def test_attention_calls_contracts_by_name_and_says_how_many_events(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, MERIDIAN)
        await tap(pilot, "3")
        assert "198 events: no contract takes usage with region LATAM" in screen_text(app)
        assert "3 Attention ▲ 2" in screen_text(app)


async def test_one_of_several_contracts(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, demo, MERIDIAN)
        everything = screen.statements.list.row_count
        await tap(pilot, "o")
        await tap(pilot, *"eu", "enter")
        assert 0 < screen.statements.list.row_count < everything
        assert {row.value.contract_id for row in screen.statements.list.rows} == {
            "d7abd0cd-0000-4000-8000-00000000000e"
        }


async def test_assumed_usage_is_rated_and_said(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        await tap(pilot, "u", "right", "tab", "3", "0", "0", "ctrl+s")
        text = screen_text(app)
        assert "≈ Assumed a month: 300 Cloud Compute" in text
        assert "300       $1.90   $570.00" in text
        assert isinstance(screen.usage, Assumed)
        assert_as_before(app, "statement_assumed_80x24")


@pytest.mark.parametrize(("key", "holds"), [("x", '"line_items"'), ("v", "Cloud Compute")])
async def test_the_statement_as_text(demo: Services, key: str, holds: str) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, WIDGETS)
        await tap(pilot, key)
        assert isinstance(app.screen, TextModal) and holds in app.screen.text
        assert "107" in app.screen.text


async def test_a_customer_without_contracts_is_told_what_to_do(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        assert "No statements without a contract." in screen_text(app)


async def test_late_answers_are_dropped(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert screen.shown is not None
        late = replace(screen.shown, customer="Somebody else")
        screen.post_message(Rated(screen._number - 1, late))
        await settle(pilot)
        assert screen.crumbs[1] == "WidgetsExpress"


async def test_an_unknown_customer_says_so(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, "nobody")
        assert "Not found" in screen_text(app)


async def test_what_cannot_be_rated_stands_where_the_lines_would(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        screen.usage = Assumed((Assumption("no-such-product", Decimal(1)),))
        screen.action_reload()
        await settle(pilot)
        assert "there is no product no-such-product" in screen_text(app)


async def test_the_first_paint_waits_for_no_store(demo: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    opening = type(demo).previews

    def slowly(services: Services) -> Any:
        gate.wait(10)
        return opening(services)

    monkeypatch.setattr(type(demo), "previews", slowly)
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.push_screen(StatementScreen(demo, WIDGETS))
        await pilot.pause()
        assert "Rating" in screen_text(app)
        gate.set()
        await asyncio.sleep(0)
        await settle(pilot)
        assert "Total  $107.00" in screen_text(app)


async def test_hostile_names_are_literal_everywhere(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        for names in few(0):
            screen = await opened(pilot, services, hostile_customer(services, names))
            assert screen.statement is not None
            for keys in (("tab", "down"), ("enter",), ("escape", "2"), ("3",), ("u",), ("right",), ("escape",)):
                await tap(pilot, *keys)
                assert_clean(app)
            await pilot.press("escape")


async def test_projected_usage_shows_months_to_come(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert screen.can("look") is False
        await tap(pilot, "u", "left", "right", "right", "right", "ctrl+s")
        assert "≈ Stored usage, and from now on the average of the last 90 days, 3 months" in screen_text(app)
        assert screen.statements.list.rows[0].cells[0] == "2026-01"
        await tap(pilot, "plus")
        assert screen.statements.list.rows[0].cells[0] == "2026-02"


async def test_a_projection_needs_days(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, WIDGETS)
        await tap(pilot, "u", "right", "right", "right", "tab", "tab", "backspace", "backspace", "0", "ctrl+s")
        assert "must be a whole number from 1" in screen_text(app)


async def test_what_is_asked_for_before_the_lines_follow_is_about_the_statement_under_the_cursor(
    demo: Services,
) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, WIDGETS)
        await pilot.press("left_square_bracket", "x")
        assert isinstance(app.screen, TextModal)
        assert '"start_timestamp": "2025-09-01T00:00:00Z"' in app.screen.text
        await tap(pilot, "escape")
        assert "Usage 2025-09-01 → 2025-10-01" in screen_text(app), "what was on the way arrives all the same"
        await pilot.press("enter", "right_square_bracket", "enter")
        await pilot.pause()
        assert isinstance(app.screen, TextModal)
        assert "2025-10-01 → 2025-11-01" in app.screen.text
