"""Choosing which usage is rated."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from screens.services import Services
from screens.statement.usage_source import UsageSource
from screens.statement.usage_words import Names, assumable, describe
from store.preview import Assumed, Assumption, Replayed, Stored
from store.queries.book import customer_book
from store.terms.catalog import ConversionOperation, QuantityConversion
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, TIDEWATER, WIDGETS
from tests.screens.reading import assert_clean, console, screen_text, settle

GB = QuantityConversion(conversion_factor=Decimal(10**9), operation=ConversionOperation.DIVIDE, name="GB")
NAMES = Names({"p": "Data Transfer", "q": "API Calls"}, {"c": "Acme"}, {"p": GB})


def test_the_usage_is_said_in_the_unit_that_is_priced() -> None:
    usage = Assumed((Assumption("p", Decimal(50 * 10**9)), Assumption("q", Decimal(3), {"region": "EU"})))
    assert describe(usage, NAMES) == "Assumed a month: 50 GB Data Transfer, 3 API Calls (region=EU)"
    assert describe(Stored(), NAMES) == "Rated on stored usage"
    assert describe(Replayed("c"), NAMES) == "Usage of Acme replayed"
    assert describe(Assumed(()), NAMES) == "Assumed a month: no usage at all"


def test_what_filters_let_through_can_be_assumed_each(demo: Services) -> None:
    labels = [row.label for row in assumable(customer_book(demo.store(), MERIDIAN))]
    assert labels == ["API Calls · region=EU", "API Calls · region=US", "API Calls · region=APAC"]
    widgets = [row.label for row in assumable(customer_book(demo.store(), WIDGETS))]
    assert "Data Transfer · GB" in widgets
    assert "Cloud Storage · storage_class=archive" in widgets


async def choose(demo: Services, *keys: str, current: Any = None, customer: str = WIDGETS, text: list[str]) -> Any:
    """Open the dialog, press keys; what it dismissed with, and what was on the screen before it did."""
    found: list[Any] = []
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = UsageSource(demo, customer_id=customer, current=current)
        await app.push_screen(dialog, found.append)
        await settle(pilot)
        for key in keys:
            text.append(screen_text(app))
            await pilot.press(key)
            await pilot.pause(0.15 if key.isalpha() and len(key) == 1 else 0)
            await settle(pilot)
        text.append(screen_text(app))
        assert_clean(app)
    demo.close()
    return found[0] if found else "open"


async def test_assumed_quantities_are_typed_per_product(demo: Services) -> None:
    text: list[str] = []
    chosen = await choose(demo, "right", "tab", "3", "0", "0", "down", "down", "5", "ctrl+s", text=text)
    assert chosen == Assumed(
        (
            Assumption("7a0d0c70-0000-4000-8000-000000000001", Decimal(300)),
            Assumption("7a0d0c70-0000-4000-8000-000000000003", Decimal(5 * 10**9)),
        )
    )


async def test_what_was_assumed_is_there_again(demo: Services) -> None:
    text: list[str] = []
    current = Assumed((Assumption("7a0d0c70-0000-4000-8000-000000000003", Decimal(7 * 10**9)),))
    await choose(demo, current=current, text=text)
    assert re.search(r"Data Transfer · GB +7 ", text[-1])


async def test_a_number_that_is_none_is_said_under_its_field(demo: Services) -> None:
    text: list[str] = []
    chosen = await choose(demo, "right", "tab", "x", "ctrl+s", text=text)
    assert chosen == "open"
    assert "must be a number" in text[-1]


async def test_a_group_can_be_added(demo: Services) -> None:
    text: list[str] = []
    keys = ("right", "ctrl+n", "tab", *"z=1", "ctrl+s", "9", "ctrl+s")
    chosen = await choose(demo, *("equals_sign" if k == "=" else k for k in keys), text=text)
    assert chosen == Assumed((Assumption("7a0d0c70-0000-4000-8000-000000000001", Decimal(9), {"z": "1"}),))


async def test_another_customers_usage_is_found_by_typing(demo: Services) -> None:
    text: list[str] = []
    chosen = await choose(demo, "right", "right", "tab", *"tide", "enter", text=text)
    assert chosen == Replayed(TIDEWATER)
    assert "WidgetsExpress" not in text[3]


async def test_escape_keeps_the_usage(demo: Services) -> None:
    assert await choose(demo, "escape", text=[]) is None


async def test_a_customer_without_a_card_has_nothing_to_assume(demo: Services) -> None:
    text: list[str] = []
    await choose(demo, "right", customer=BLUE_HARBOR, text=text)
    assert "there is nothing to assume" in " ".join(text[-1].replace("│", "").split())
