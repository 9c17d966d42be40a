"""The application around the screens: help, palette, themes, mouse, a window too small, a defect."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from console.help import HelpScreen
from console.palette import Palette
from screens.customers.screen import CustomersScreen
from screens.services import Services
from screens.widgets.bars import KeyBar
from screens.widgets.too_small import TooSmall
from store.commands.customers import create_customer
from store.terms.customer import Customer
from tests.screens.reading import NOW, SIZES, assert_in_view, console, screen_text, settle


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A store with two customers; logs of one's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    found = Services(url=f"sqlite:///{tmp_path / 'store.db'}", operator="ann", clock=lambda: NOW)
    for name in ("Acme [EU]", "Globex"):
        with found.work() as work:
            create_customer(work, request=Customer(name=name))
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_help_names_every_key_of_the_screen(services: Services, size: tuple[int, int]) -> None:
    app = console(services, keymap={"customers.add": "f5"})
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        assert_in_view(app, "#dialog")
        text = screen_text(app)
        assert "On this screen" in text
        assert "F5" in text, "the operator's own key"
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)


async def test_the_palette_runs_actions_and_finds_customers(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p", *"new cust", "enter")
        await settle(pilot)
        assert "New customer" in screen_text(app)
        await pilot.press("escape")
        await pilot.press("ctrl+p", *"acme")
        await pilot.pause(0.12)
        await settle(pilot)
        assert isinstance(app.screen, Palette)
        assert "Acme [EU]" in screen_text(app)

        async def push(screen: object) -> None:
            opened.append(screen)

        monkeypatch.setattr(app, "push_screen", push)
        await pilot.press("enter")
        await settle(pilot)
        assert [type(screen).__name__ for screen in opened] == ["OverviewScreen"]


async def test_the_palette_does_not_offer_what_is_greyed(services: Services) -> None:
    app = console(Services(url=services.url, operator="ann", clock=lambda: NOW, read_only=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p")
        await settle(pilot)
        assert "New customer" not in "\n".join(screen_text(app).split("\n")[2:22])


async def test_the_footer_is_a_row_of_buttons(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        line = screen_text(app).split("\n")[-1]
        await pilot.click(KeyBar, offset=(line.index("Search"), 0))
        await settle(pilot)
        assert isinstance(app.focused, Input)
        await pilot.click(KeyBar, offset=(screen_text(app).split("\n")[-1].index("Help"), 0))
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)


async def test_themes_change_the_list_too(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, CustomersScreen)
        before = app.screen.list.tone("muted")
        await pilot.press("f10")
        await settle(pilot)
        assert app.theme == "termsheet-light"
        assert app.screen.list.tone("muted") != before


async def test_a_window_too_small_covers_everything_until_it_grows(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.resize_terminal(40, 10)
        await settle(pilot)
        assert isinstance(app.screen, TooSmall)
        await pilot.resize_terminal(1, 1)
        await settle(pilot)
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert "New customer" in screen_text(app)


async def test_a_faulty_keymap_is_told(services: Services) -> None:
    app = console(services, keymap={"customers.add": "enter"})
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert any("cannot be remapped" in notification.message for notification in app._notifications)


async def test_a_defect_leaves_a_note_without_data(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: CustomersScreen) -> None:
        secret = "Acme's secret"
        raise KeyError(secret)

    monkeypatch.setattr(CustomersScreen, "action_sort", broken)
    app = console(services)
    with pytest.raises(KeyError):
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await pilot.press("s")
            await settle(pilot)
    assert app.return_code == 70
    assert "stopped on a defect (KeyError)" in app.crash_line
    notes = list(tmp_path.rglob("crash-*.txt"))
    assert len(notes) == 1
    assert "Acme" not in notes[0].read_text(), "places in the code, no values"
    assert "broken" in notes[0].read_text()
