"""The catalog, as an operator browses it on the demo."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from screens.catalog.contents import HOW
from screens.catalog.impact_dialog import ImpactDialog
from screens.catalog.metric_preview import MetricPreview
from screens.catalog.prices import changes, in_force, price, tiers
from screens.catalog.screen import CatalogScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.widgets.text_modal import TextModal
from store.commands.catalog import create_metric, create_product, create_rate_card
from store.queries.catalog import PricedProduct
from store.terms.base import PREVIEW, parse
from store.terms.catalog import BillableMetric, Product
from store.terms.rates import Rate, RateCard
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap
from tests.screens.snapshots import assert_as_before


async def opened(pilot: Any, services: Services) -> CatalogScreen:
    """The screen, with everything read."""
    screen = CatalogScreen(services)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


def day(text: str) -> datetime:
    """Midnight UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def priced(start: str, cents: int, end: str = "", **more: Any) -> PricedProduct:
    """A rate of API calls."""
    fields: dict[str, Any] = {"product_id": "p", "starting_at": f"{start}T00:00:00Z", "entitled": True, **more}
    fields |= {"ending_before": f"{end}T00:00:00Z"} if end else {}
    rate = parse(Rate, {"rate_type": "FLAT", "price": cents, **fields}, context=PREVIEW)
    return PricedProduct(Product(id="p", name="API calls", type="FIXED"), rate, day(start), False)


def test_a_price_holds_until_the_next_one_or_its_own_end() -> None:
    rates = [priced("2025-01-01", 5), priced("2025-03-01", 7, "2025-04-01"), priced("2025-06-01", 9)]
    found = {
        at: next(iter(in_force(rates, day(at)))) for at in ("2024-06-01", "2025-02-01", "2025-03-01", "2025-05-01")
    }
    assert found["2024-06-01"].rate is None
    assert [one.rate and one.rate.price for one in found.values()] == [None, 5, 7, None]
    nexts = [one.next.price if one.next else None for one in found.values()]
    assert nexts == [5, 7, 9, 9]
    assert [f"{m:%m-%d}" for m in changes(rates)] == ["01-01", "03-01", "04-01", "06-01"]


def test_groups_have_prices_of_their_own() -> None:
    rates = [priced("2025-01-01", k, pricing_group_values={"region": region}) for k, region in enumerate("ab")]
    assert [one.any.pricing_group_values for one in in_force(rates, day("2025-02-01"))] == [
        {"region": "a"}, {"region": "b"},
    ]  # fmt: skip


def test_prices_in_a_word_and_tiers_in_words() -> None:
    tiered = parse(
        Rate,
        {
            "product_id": "p", "starting_at": "2025-01-01T00:00:00Z", "entitled": True, "rate_type": "TIERED",
            "tiers": [{"size": 100, "price": 9}, {"size": 150, "price": Decimal("0.25")}, {"price": 5}],
        },
        context=PREVIEW,
    )  # fmt: skip
    assert price(tiered) == "3 tiers"
    assert list(tiers(tiered)) == ["first 100 at $0.09", "next 150 at $0.0025", "all above 250 at $0.05"]
    assert price(priced("2025-01-01", 7).rate) == "$0.07"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", [1, 2, 3])
async def test_it_shows_each_part(demo: Services, size: tuple[int, int], view: int) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, demo)
        await tap(pilot, str(view))
        assert_in_view(app, "#side", "ContentSwitcher", "KeyBar")
        assert_as_before(app, f"catalog_{view}_{size[0]}x{size[1]}")


async def test_prices_at_another_date(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo)
        assert "Prices in force now (2025-10-20)" in screen_text(app)
        await tap(pilot, "d", *"2025-05", "enter")
        text = screen_text(app)
        assert "Prices in force at 2025-05-01" in text
        assert "$1.50" in text and "$1.80" not in text.replace("$1.80 from", "")
        await tap(pilot, "right_square_bracket")
        assert "Prices in force at 2025-06-01" in screen_text(app)
        assert "$1.80" in screen_text(app)
        await tap(pilot, "right_square_bracket")
        assert "No price of this card changes later" in screen_text(app)


async def test_a_date_that_is_none_is_said(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo)
        await tap(pilot, "d", *"soon", "enter")
        assert "must be a date" in screen_text(app)


async def test_what_a_price_change_touches(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo)
        await tap(pilot, "down", "tab", "i")
        assert isinstance(app.screen, ImpactDialog)
        text = screen_text(app)
        assert "A new price applies to 1 contract" in text
        assert "Shielded by a price of their own 1 contract" in text
        assert "own price $0.105, 2024-10-01 → open" in text
        assert "and 1 more that ended before that date" in text
        assert_as_before(app, "catalog_impact_120x40")
        await tap(pilot, "enter")
        assert isinstance(app.screen, OverviewScreen)
        assert "Meridian Maps" in screen_text(app)


async def test_a_multiplier_scales_it(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo)
        await tap(pilot, "enter", "down", "enter")
        assert "A change of Cloud Compute" in screen_text(app)
        assert "× 0.95 of it" in screen_text(app)


async def test_searching_narrows_the_list(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo)
        await tap(pilot, "2", "slash", *"gpu")
        assert [row.cells[0] for row in screen.list.rows] == ["GPU Compute"]
        await tap(pilot, "escape")
        assert screen.list.row_count == 10 and app.screen is screen
        await tap(pilot, "escape")
        assert app.screen is not screen


async def test_the_request_that_made_it(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo)
        await tap(pilot, "3", "x")
        assert isinstance(app.screen, TextModal) and '"aggregation_type": "SUM"' in app.screen.text


@pytest.mark.parametrize("view", [1, 2, 3])
async def test_an_empty_part_says_how_to_fill_it(services: Services, view: int) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, services)
        await tap(pilot, str(view))
        text = screen_text(app)
        assert HOW[view][0] in text
        assert "termsheet import FILE" in text
        assert "termsheet api POST /v1/" in text


@pytest.mark.parametrize("name", [n for n in HOSTILE if n != "\ud800"])
async def test_hostile_names_are_literal(services: Services, name: str) -> None:
    with services.work() as work:
        metric = create_metric(
            work,
            request=BillableMetric.model_validate(
                {
                    "name": name, "aggregation_type": "SUM", "aggregation_key": name, "group_keys": [[name]],
                    "property_filters": [{"name": name, "exists": True, "in_values": [name]}],
                }
            ),
        )  # fmt: skip
        product = create_product(
            work,
            request=Product.model_validate(
                {
                    "name": name,
                    "type": "USAGE",
                    "billable_metric_id": metric,
                    "tags": [name],
                    "pricing_group_key": [name],
                }
            ),
        )
        rate = {
            "product_id": product, "starting_at": "2025-01-01T00:00:00Z", "entitled": True, "rate_type": "FLAT",
            "price": 5, "pricing_group_values": {name: name},
        }  # fmt: skip
        card = {"name": name, "description": name, "aliases": [{"name": name}], "rates": [rate]}
        create_rate_card(work, request=RateCard.model_validate(card))
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, services)
        for keys in ((), ("tab", "i"), ("escape", "2"), ("3",), ("x",)):
            await tap(pilot, *keys)
            assert_clean(app)


async def found(pilot: Any, text: str) -> None:
    """Type, wait for the matches, choose the first, wait for what is measured."""
    await pilot.press(*text)
    await pilot.pause(0.15)
    await settle(pilot)
    await tap(pilot, "enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_metric_is_measured_over_stored_usage(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, demo)
        await tap(pilot, "3", "u")
        assert isinstance(app.screen, MetricPreview)
        await found(pilot, "meridian")
        text = screen_text(app)
        assert "The usage of Meridian Maps" in text
        assert "October 2025" in text
        assert_as_before(app, f"catalog_metric_{size[0]}x{size[1]}")
        await pilot.press("escape")
        assert "Whose usage?" in screen_text(app)
        await pilot.press("escape")
        assert isinstance(app.screen, CatalogScreen)


async def test_a_query_is_measured_or_says_why_not(demo: Services) -> None:
    good = BillableMetric(name="By query", sql="SELECT COUNT(*) AS value, event_type FROM events GROUP BY event_type")
    bad = BillableMetric(name="Broken", sql="SELECT SUM(nothing) FROM events")
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        for metric, told in ((good, "October 2025"), (bad, "there is no column nothing")):
            await app.push_screen(MetricPreview(demo, metric.model_copy(update={"id": "m"})))
            await settle(pilot)
            await found(pilot, "meridian")
            assert told in screen_text(app)
            assert_clean(app)
            await pilot.press("escape", "escape")
