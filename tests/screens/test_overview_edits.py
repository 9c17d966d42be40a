"""Editing aliases and custom fields from the overview."""

from __future__ import annotations

from typing import Any

from screens.overview.aliases import EditAliases, effects
from screens.overview.archive import Archive
from screens.overview.custom_fields import EditFields
from screens.overview.rename import Rename
from screens.overview.screen import OverviewScreen
from screens.services import Services
from store.commands.custom_fields import register_custom_field_key
from store.queries.customers import customer
from store.terms.customer import CustomFieldKey
from tests.screens.demo_store import BLUE_HARBOR, WIDGETS
from tests.screens.reading import assert_clean, console, screen_text, settle, tap
from tests.screens.typing_keys import press


async def editing(pilot: Any, services: Services, key: str, customer_id: str = WIDGETS) -> Any:
    """The dialog that the key opens on the overview."""
    await pilot.app.push_screen(OverviewScreen(services, customer_id))
    await settle(pilot)
    await tap(pilot, key)
    return pilot.app.screen


async def type_in(pilot: Any, text: str) -> None:
    """Type, and wait until the store was asked."""
    for letter in text:
        await pilot.press({" ": "space", "-": "minus", "@": "at", ".": "full_stop"}.get(letter, letter))
    await pilot.pause(0.15)
    await settle(pilot)


def test_each_alias_that_comes_or_goes_says_what_it_moves() -> None:
    said = [text for text, _ in effects(("a", "b"), ("b", "c", "d", "e"), {"a": 3, "c": 1, "d": 0}, {"e": "Acme"})]
    assert said == [
        "+ c: 1 event already stored will count, in statements not final yet",
        "+ d: no usage stored under it yet",
        "✗ e: already an alias of Acme",
        "− a: 3 events will count for nobody",
    ]


async def test_aliases_are_replaced(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(await editing(pilot, demo, "l"), EditAliases)
        await pilot.press("end", "enter")
        await type_in(pilot, "wx-2")
        assert "+ wx-2: no usage stored under it yet" in screen_text(app)
        await tap(pilot, "ctrl+s")
        assert "Saved: usage arrives under 2 aliases and the id" in screen_text(app)
        assert "usage arrives as cloud@widgetsexpress.com, wx-2" in screen_text(app)
        assert customer(demo.store(), WIDGETS).aliases == ("cloud@widgetsexpress.com", "wx-2")


async def test_a_taken_alias_is_said_while_typing_and_refused_on_saving(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await editing(pilot, demo, "l")
        await pilot.press("end", "enter")
        await type_in(pilot, "tidewater")
        assert "is already an alias of Tidewater Logistics" in screen_text(app)
        await tap(pilot, "ctrl+s")
        assert isinstance(app.screen, EditAliases)
        assert "Not saved" in screen_text(app)
        assert customer(demo.store(), WIDGETS).aliases == ("cloud@widgetsexpress.com",)


async def test_dropping_an_alias_says_how_much_usage_counts_no_longer(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await editing(pilot, demo, "l")
        await pilot.press("end", *["backspace"] * 30)
        await pilot.pause(0.15)
        await settle(pilot)
        assert "events will count for nobody" in screen_text(app)
        await tap(pilot, "escape")
        assert "Leave without saving?" in screen_text(app)
        await tap(pilot, "right", "enter")
        assert isinstance(app.screen, OverviewScreen)
        assert customer(demo.store(), WIDGETS).aliases == ("cloud@widgetsexpress.com",)


async def test_somebody_elses_change_meanwhile_is_not_overwritten(demo: Services) -> None:
    from store.commands.customers import set_name

    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await editing(pilot, demo, "l")
        with demo.work() as work:
            set_name(work, customer_id=WIDGETS, name="Renamed meanwhile")
        await pilot.press("end", "enter")
        await type_in(pilot, "wx-3")
        await tap(pilot, "ctrl+s")
        assert "Changed in the meantime" in screen_text(app)
        assert "Renamed meanwhile" in screen_text(app)
        await tap(pilot, "escape")
        assert isinstance(app.screen, EditAliases)
        assert "wx-3" in screen_text(app)
        assert "wx-3" not in customer(demo.store(), WIDGETS).aliases


async def test_custom_fields_are_set(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(await editing(pilot, demo, "e", BLUE_HARBOR), EditFields)
        await type_in(pilot, "sf9")
        await tap(pilot, "enter")
        assert "sfdc_account_id = sf9" in screen_text(app)
        assert customer(demo.store(), BLUE_HARBOR).custom_fields == {"sfdc_account_id": "sf9"}


async def test_a_unique_value_that_is_taken_is_said_at_its_field(demo: Services) -> None:
    with demo.work() as work:
        request = CustomFieldKey(entity="customer", key="crm", enforce_uniqueness=True)
        register_custom_field_key(work, request=request)
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await editing(pilot, demo, "e", BLUE_HARBOR)
        await pilot.press("tab")
        await type_in(pilot, "1")
        await tap(pilot, "enter")
        await editing(pilot, demo, "e", WIDGETS)
        await pilot.press("tab")
        await type_in(pilot, "1")
        await tap(pilot, "enter")
        assert isinstance(app.screen, EditFields)
        assert "✗" in screen_text(app)


async def test_without_registered_keys_it_says_how_to_register_one(services: Services) -> None:
    from store.commands.customers import create_customer
    from store.terms.customer import Customer

    with services.work() as work:
        identity = create_customer(work, request=Customer(name="New"))
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await editing(pilot, services, "e", identity)
        assert "POST /v1/customFields/addKey" in screen_text(app)
        assert_clean(app)
        await tap(pilot, "escape")
        assert isinstance(app.screen, OverviewScreen)


async def test_a_customer_is_renamed(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(await editing(pilot, demo, "n"), Rename)
        await press(pilot, "end", "ctrl+u", " [red]x[/]", "ctrl+s")
        await settle(pilot)
        assert "✓ Saved: the customer is called [red]x[/]" in screen_text(app)
        assert customer(demo.store(), WIDGETS).name == "[red]x[/]"
        assert "renamed" in screen_text(app).lower() or "[red]x[/]" in screen_text(app).split("\n")[0]


async def test_archiving_says_what_follows_before_it_is_done(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(await editing(pilot, demo, "x"), Archive)
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert "1 contract ends now" in text
        assert "1 draft statement ($107.00) will not be issued" in text
        assert "What is left of its balances expires: $2,482.64." in text
        assert "Its alias stays reserved" in text
        assert "There is no way back." in text
        assert app.focused is not None and app.focused.id == "no"
        await tap(pilot, "enter")
        assert customer(demo.store(), WIDGETS).archived_at is None
        await tap(pilot, "x")
        await tap(pilot, "right", "enter")
        assert customer(demo.store(), WIDGETS).archived_at is not None
        assert "✗ ARCHIVED" in screen_text(app)
        footer = screen_text(app).split("\n")[-1]
        assert "Contract" not in footer and "Amend" not in footer and "Rename" not in footer


async def test_the_palette_renames_and_archives(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(OverviewScreen(demo, WIDGETS))
        await settle(pilot)
        for word, dialog in (("rename", Rename), ("archive", Archive)):
            await press(pilot, "ctrl+p", f" {word}", "enter")
            await settle(pilot)
            assert isinstance(app.screen, dialog)
            await press(pilot, "escape")


async def test_emptying_a_custom_field_removes_it(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        assert customer(demo.store(), WIDGETS).custom_fields
        await editing(pilot, demo, "e")
        await press(pilot, "end", "ctrl+u", "ctrl+s")
        await settle(pilot)
        assert customer(demo.store(), WIDGETS).custom_fields == {}
        assert "no custom fields (e)" in screen_text(app)
