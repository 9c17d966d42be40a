"""Which keys a screen tells of: the footer of screens and dialogs, F1 in a dialog, notices that are no longer news."""

from __future__ import annotations

from typing import Any

import pytest

from console.help import HelpScreen
from screens.amendment.screen import AmendmentScreen
from screens.catalog.screen import CatalogScreen
from screens.command import key_name, key_names
from screens.customers.add import AddCustomer
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.timeline.screen import TimelineScreen
from screens.widgets.table import RowList
from screens.wizard.screen import WizardScreen
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, WIDGETS
from tests.screens.reading import SIZES, assert_in_view, console, screen_text, settle
from tests.screens.typing_keys import press


def footer(app: Any) -> str:
    """The line of keys."""
    return screen_text(app).split("\n")[-1]


SCREENS = (
    (lambda s: None, ("⏎ Open", "/ Search", "n New customer", "F1 Help", "^P Commands")),
    (lambda s: OverviewScreen(s, WIDGETS), ("⏎ Open", "c Contract", "a Amend", "f Filters", "F1 Help")),
    (lambda s: WizardScreen(s, WIDGETS), ("F8 Next", "F3 Preview", "F1 Help")),
    (lambda s: AmendmentScreen(s, WIDGETS), ("^S Save", "F4 Start", "F1 Help")),
    (lambda s: TimelineScreen(s, MERIDIAN), ("n Change filter", "F1 Help")),
    (lambda s: StatementScreen(s, WIDGETS), ("[ Earlier", "] Later", "u Usage", "F1 Help")),
    (lambda s: CatalogScreen(s), ("d Date", "i Impact", "/ Search", "F1 Help")),
)


@pytest.mark.parametrize(("make", "told"), SCREENS, ids=[told[0] for _, told in SCREENS])
async def test_the_footer_names_the_next_step_of_every_screen(demo: Services, make: Any, told: tuple[str, ...]) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = make(demo)
        if screen is not None:
            await app.push_screen(screen)
        await settle(pilot)
        for hint in told:
            assert hint in footer(app)


async def test_an_empty_overview_offers_only_what_can_be_done(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(OverviewScreen(demo, BLUE_HARBOR))
        await settle(pilot)
        assert "c Contract" in footer(app)
        assert "Amend" not in footer(app) and "Filters" not in footer(app)
        assert not [c for c in app.screen.commands() if c.id in ("overview.amend", "overview.filters")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES)
async def test_a_dialog_tells_of_its_own_keys(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await settle(pilot)
        assert isinstance(app.screen, AddCustomer)
        assert "^S Save" in footer(app) and "Esc Cancel" in footer(app) and "F1 Help" in footer(app)
        assert "Search" not in footer(app) and "New customer" not in footer(app)
        assert_in_view(app, "#dialog", "KeyBar")


@pytest.mark.parametrize("size", SIZES)
async def test_f1_in_a_dialog_explains_the_dialog(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await settle(pilot)
        await press(pilot, "f1")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert "A customer needs a name." in text
        assert "Name * as on its invoices" in text
        assert "In this dialog" in [row.cells[0] for row in app.screen.query_one(RowList).rows]
        await press(pilot, "escape")
        await settle(pilot)
        assert isinstance(app.screen, AddCustomer)


async def test_every_dialog_can_be_asked_what_it_is_for(demo: Services) -> None:
    import inspect
    import pkgutil
    from importlib import import_module

    import console as program
    import screens
    from screens.widgets.base import Dialog

    found = set()
    for package in (screens, program):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            for _, thing in inspect.getmembers(import_module(module.name), inspect.isclass):
                if issubclass(thing, Dialog) and thing is not Dialog:
                    found.add(thing)
    assert len(found) > 10
    for dialog in found - {HelpScreen}:
        assert dialog.HELP_TEXT.strip(), f"{dialog.__name__} has no help"


async def test_what_was_done_is_no_news_in_the_next_dialog(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", " Acme", "ctrl+s")
        await settle(pilot)
        assert "✓ Added Acme" in screen_text(app)
        await press(pilot, "n")
        await settle(pilot)
        assert "Added Acme" not in screen_text(app)


async def test_a_click_on_a_hint_does_what_its_key_does(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(StatementScreen(demo, WIDGETS))
        await settle(pilot)
        before = screen_text(app)
        await pilot.click("KeyBar", offset=(footer(app).index("Earlier"), 0))
        await settle(pilot)
        assert screen_text(app) != before


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("equals_sign", "="), ("plus", "+"), ("slash", "/"), ("left_square_bracket", "["), ("question_mark", "?"),
        ("full_stop", "."), ("comma", ","), ("at", "@"), ("number_sign", "#"), ("ctrl+p", "^P"), ("shift+tab", "⇧Tab"),
        ("shift+f6", "⇧F6"), ("f1", "F1"), ("escape", "Esc"), ("U", "U"), ("enter", "⏎"), ("alt+x", "Alt+x"),
    ],
)  # fmt: skip
def test_keys_are_named_as_they_are_printed(key: str, name: str) -> None:
    assert key_name(key) == name


def test_all_keys_of_an_action_are_named() -> None:
    assert key_names("plus,equals_sign") == "+ ="


async def test_help_is_read_to_its_end_line_by_line(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f1")
        await settle(pilot)
        assert "Every customer of this store" in screen_text(app)
        rows = app.screen.query_one(RowList)
        await press(pilot, *["down"] * len(rows.rows))
        assert "← → or the first letter; Space opens the list." in screen_text(app)
        await press(pilot, *["up"] * len(rows.rows), "up")
        assert "Every customer of this store" in screen_text(app)
        await press(pilot, "enter")
        await settle(pilot)
        assert not isinstance(app.screen, HelpScreen)
    demo.close()
