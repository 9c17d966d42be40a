"""The mouse does what the keys do: rows, stretches, lines, tabs and buttons can be clicked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.geometry import Offset

from console.palette import Palette
from screens.amendment.comparison import StatementHead
from screens.amendment.screen import AmendmentScreen
from screens.catalog.impact_dialog import ImpactDialog
from screens.catalog.screen import CatalogScreen
from screens.request.asked import CONTRACTS, Asked
from screens.request.languages import as_curl
from screens.request.modal import RequestModal
from screens.request.take import TakeRequest
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.terms.editor import TermEditor
from screens.timeline.lanes import Lanes
from screens.timeline.screen import TimelineScreen
from screens.widgets.picker import Picker
from screens.widgets.text_modal import TextModal
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.reading import SIZES, console, screen_text, settle, tap
from tests.screens.typing_keys import press


def place(text: str, of: str) -> Offset:
    """Where that text stands on the screen."""
    lines = text.split("\n")
    y = next(k for k, line in enumerate(lines) if of in line)
    return Offset(lines[y].index(of), y)


async def test_statements(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = StatementScreen(demo, WIDGETS)
        await app.push_screen(screen)
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "2025-06 "))
        await settle(pilot)
        assert "Usage 2025-06-01 → 2025-07-01" in screen_text(app)
        await pilot.click(offset=place(screen_text(app), "Support Tickets"))
        await settle(pilot)
        assert screen.statements.table.line is not None
        assert screen.statements.table.line.name == "Support Tickets"
        await pilot.click(offset=place(screen_text(app), "Support Tickets"), times=2)
        await settle(pilot)
        assert isinstance(app.screen, TextModal)
        await pilot.press("escape")
        await pilot.click(offset=place(screen_text(app), "2 Balances"))
        await settle(pilot)
        movement = place(screen_text(app), "2025-01-01")
        await pilot.click(offset=movement)
        await pilot.click(offset=movement, times=2)
        await settle(pilot)
        assert "Usage 2024-12-01 → 2025-01-01" in screen_text(app), "a movement leads to its statement"
        await pilot.click(offset=place(screen_text(app), "] Later"))
        await settle(pilot)
        assert "Usage 2025-01-01 → 2025-02-01" in screen_text(app)
        await pilot.click(offset=place(screen_text(app), "3 Attention"))
        await settle(pilot)
        assert "All usage reaches a statement" in screen_text(app) or "▲" in screen_text(app)


async def test_the_timeline(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = TimelineScreen(demo, MERIDIAN)
        await app.push_screen(screen)
        await settle(pilot)
        lanes = screen.query_one(Lanes)
        change = datetime(2025, 1, 1, tzinfo=UTC)
        row = place(screen_text(app), "US region")
        mark = place(screen_text(app), "◆")
        await pilot.click(offset=mark - Offset(3, 0))
        await settle(pilot)
        assert lanes.lane is not None and lanes.piece is not None
        assert (lanes.lane.label, lanes.piece.text) == ("US region", "US")
        assert "From 2024-10-01" in screen_text(app) or "2024-10-01 →" in screen_text(app)
        await pilot.click(offset=mark + Offset(2, 0))
        await settle(pilot)
        assert lanes.piece.span.start == change
        assert "From 2025-01-01 on" in screen_text(app)
        await pilot.click(offset=row)
        await settle(pilot)
        assert lanes.piece.span.start == change, "a click on the name keeps the time"
        await pilot.click(offset=mark + Offset(2, 0), times=2)
        await settle(pilot)
        assert screen.drafting, "a double click changes the filter"


async def test_the_amendment_editor(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = AmendmentScreen(demo, WIDGETS)
        await app.push_screen(screen)
        await settle(pilot)
        await screen.fresh.wait()
        await settle(pilot)
        title = screen.query_one(StatementHead).said[0]
        await pilot.click(offset=place(screen_text(app), "‹"))
        await settle(pilot)
        assert screen.query_one(StatementHead).said[0] != title
        await pilot.click(offset=place(screen_text(app), "› ]"))
        await settle(pilot)
        assert screen.query_one(StatementHead).said[0] == title
        await pilot.click(offset=place(screen_text(app), "statement 20"))
        await settle(pilot)
        assert isinstance(app.screen, Picker)
        await pilot.click("#cancel")
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "Support Tickets"), times=2)
        await settle(pilot)
        assert isinstance(app.screen, TextModal)
        await pilot.press("escape")
        await pilot.click("#add-commits")
        await settle(pilot)
        assert isinstance(app.screen, TermEditor)


async def test_the_amendment_editor_turns_its_pages(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = AmendmentScreen(demo, WIDGETS)
        await app.push_screen(screen)
        await settle(pilot)
        for page, name in ((2, "2 Difference"), (4, "4 After"), (1, "1 Terms")):
            await pilot.click(offset=place(screen_text(app), name))
            await settle(pilot)
            assert screen.page == page


async def test_the_catalog(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = CatalogScreen(demo)
        await app.push_screen(screen)
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "Regional API"))
        await settle(pilot)
        assert screen.card.card is not None
        assert screen.card.card.name == "Regional API"
        await pilot.click("#prices", offset=(3, 1), times=2)
        await settle(pilot)
        assert isinstance(app.screen, ImpactDialog)
        await pilot.press("escape")
        await pilot.click(offset=place(screen_text(app), "2 Products"))
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "Support Tickets"))
        await settle(pilot)
        assert screen.list.selected is not None
        assert screen.list.selected.value.name == "Support Tickets"


async def test_hints_in_the_footer_do_what_their_keys_do(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = AmendmentScreen(demo, WIDGETS)
        await app.push_screen(screen)
        await settle(pilot)
        screen.pane.rows.focus()
        await settle(pilot)
        for hint, opens in (("p Period", Picker), ("^P Commands", Palette)):
            await pilot.click(offset=place(screen_text(app), hint))
            await settle(pilot)
            assert isinstance(app.screen, opens), hint
            await tap(pilot, "escape")


@pytest.mark.parametrize("size", SIZES)
async def test_a_request(services: Services, tmp_path: Path, size: tuple[int, int]) -> None:
    app, asked = console(services), [Asked(CONTRACTS, {"customer_id": WIDGETS})]
    async with app.run_test(size=size) as pilot:
        await app.push_screen(RequestModal(services, asked))
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "2 curl"))
        await settle(pilot)
        assert "curl -X POST" in screen_text(app)
        await pilot.click(offset=place(screen_text(app), "Copy (c)"))
        await settle(pilot)
        assert app.clipboard == as_curl(asked)
        await pilot.click(offset=place(screen_text(app), "Write (w)"))
        await press(pilot, f" {tmp_path / 'made.sh'}", "enter")
        await settle(pilot)
        assert (tmp_path / "made.sh").read_text() == as_curl(asked) + "\n"
        await pilot.click(offset=place(screen_text(app), "Close (Esc)"))
        await settle(pilot)
        assert not isinstance(app.screen, RequestModal)
        await app.push_screen(TakeRequest(services, WIDGETS))
        await settle(pilot)
        await pilot.click(offset=place(screen_text(app), "Cancel (Esc)"))
        await settle(pilot)
        assert not isinstance(app.screen, TakeRequest)
