"""The editors of recurring terms, subscriptions and the rarer terms, with the keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from screens.services import Services
from screens.terms.editor import SHAPES, TermEditor
from screens.terms.pane import TermsPane
from screens.terms.shape import Payload
from screens.widgets.base import BaseScreen
from store.terms.base import parse
from store.terms.money import USD
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import COMMIT, CREDIT, SEATS, START, WORK, offering
from tests.screens.typing_keys import press

KINDS = (
    "recurring_commits", "recurring_credits", "subscriptions", "discounts", "professional_services",
    "reseller_royalties",
)  # fmt: skip


class Terms(BaseScreen):
    """A list that takes every kind of term."""

    ACTIONS = ()

    def body(self) -> ComposeResult:
        """The list."""
        yield TermsPane(self.services, ("commits", *KINDS), offering())

    def on_mount(self) -> None:
        """Begin in the list."""
        self.pane.rows.focus()

    @property
    def pane(self) -> TermsPane:
        """The list."""
        return self.query_one(TermsPane)


async def edited(pilot: Pilot[Any], services: Services, kind: str, *keys: str) -> Payload:
    """What the editor of a new term makes of these keys."""
    made: list[Payload | None] = []
    pilot.app.push_screen(TermEditor(services, kind, offering()), made.append)
    await pilot.pause()
    await press(pilot, *keys)
    assert made and made[0] is not None, screen_text(pilot.app)
    parse(SHAPES[kind].model, made[0])
    return made[0]


async def test_a_recurring_commit_is_the_same_amount_every_month(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await edited(
            pilot, services, "recurring_commits", "down", " Monthly Commit", "down", " 500", "down", "down", "m",
            "ctrl+s",
        )  # fmt: skip
    amount = {"unit_price": 50_000, "quantity": 1, "credit_type_id": USD}
    assert made == {
        "product_id": COMMIT,
        "name": "Monthly Commit",
        "access_amount": amount,
        "commit_duration": {"value": 1, "unit": "PERIODS"},
        "invoice_amount": amount,
        "priority": 100,
        "starting_at": START,
        "recurrence_frequency": "MONTHLY",
    }


async def test_a_recurring_credit_says_what_it_gives(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TermEditor(services, "recurring_credits", offering()))
        await pilot.pause()
        await press(pilot, "down", "down", " 20", "down", " 3", "down", "w", "down", " 2")
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert "$60.00 every week, each for 2 periods, from 2024-11-01 on, usable by all usage" in text
        assert "Given away" in text


async def test_a_subscription_names_the_cards_price(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TermEditor(services, "subscriptions", offering()))
        await pilot.pause()
        await press(pilot, "down", "down", "down", "down", " 5")
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert "5 × $10.00 = $50.00 every month in advance, from 2024-11-01 on" in text
        await press(pilot, "up", "up", "up", "y")
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert "5 × $100.00 = $500.00 every year in advance" in text


async def test_a_subscription_of_seats_takes_their_ids(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await edited(
            pilot, services, "subscriptions", "down", "down", "down", "right", "down", "right",
            "down", " ann", "enter", " bob", "tab", " 3", "ctrl+s",
        )  # fmt: skip
    assert made["quantity_management_mode"] == "SEAT_BASED"
    assert made["seat_config"] == {
        "seat_group_key": "storage_class", "initial_seat_ids": ["ann", "bob"], "initial_unassigned_seats": 3
    }  # fmt: skip
    assert made["subscription_rate"] == {"product_id": SEATS, "billing_frequency": "MONTHLY"}
    assert "initial_quantity" not in made


async def test_what_only_charging_in_advance_has_goes_with_it(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await edited(
            pilot, services, "subscriptions", "down", "down", "down", "down", " 1", "down", "right", "ctrl+s"
        )
    assert made["collection_schedule"] == "ARREARS"
    assert made["proration"] == {"is_prorated": True, "invoice_behavior": "BILL_ON_NEXT_COLLECTION_DATE"}


async def test_a_recurring_credit_is_sized_by_a_subscription_of_the_draft(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Terms(services)
        await app.push_screen(screen)
        await press(pilot, "b", "down", "down", " Team", "down", "down", " 5", "ctrl+s")
        await press(pilot, "t", "down", "down", " 10", "f4", "down", "space", "ctrl+s")
        await pilot.pause()
        (made,) = screen.pane.terms["recurring_credits"]
        (subscription,) = screen.pane.terms["subscriptions"]
        assert made["product_id"] == CREDIT
        assert made["subscription_config"] == {
            "subscription_id": subscription["temporary_id"], "allocation": "POOLED",
            "apply_seat_increase_config": {"is_prorated": True},
        }  # fmt: skip
        assert made["access_amount"] == {"unit_price": 1000, "credit_type_id": USD}
        await press(pilot, "enter")
        assert "$10.00 per seat of Team every usage statement" in " ".join(screen_text(app).split())


async def test_a_discount_is_taken_off(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TermEditor(services, "discounts", offering()))
        await pilot.pause()
        await press(pilot, "p", " lat", "enter", "down", "down", "o", "down", " 50")
        assert "Taken off: 2024-11-01 $50.00" in " ".join(screen_text(app).split())


async def test_a_discount_typed_with_a_minus_says_what_it_does(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TermEditor(services, "discounts", offering()))
        await pilot.pause()
        await press(pilot, "p", " lat", "enter", "down", "down", "o", "down", " -50")
        assert "Added to the invoice: type discounts without a minus." in " ".join(screen_text(app).split())


async def test_a_professional_service_says_when_it_is_billed(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await edited(
            pilot, services, "professional_services", "down", " 150", "down", " 10", "down", " 1500", "ctrl+s"
        )
    assert made == {"product_id": WORK, "unit_price": 15_000, "quantity": 10, "max_amount": 150_000}


async def test_a_royalty_is_a_share_of_tagged_usage(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        made = await edited(
            pilot, services, "reseller_royalties", "down", " 3", "down", " NS-1", "down", "down", "space", " cloud",
            "enter", "ctrl+s",
        )  # fmt: skip
    assert made["reseller_type"] == "AWS" and str(made["fraction"]) == "0.03"
    assert made["applicable_product_tags"] == ["cloud"]


async def test_every_kind_is_found_in_one_list(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = Terms(services)
        await app.push_screen(screen)
        await press(pilot, "a")
        text = screen_text(app)
        for name in ("m  Recurring commit", "b  Subscription", "v  Professional service", "y  Reseller royalty"):
            assert name in text
        await press(pilot, " seats", "enter")
        assert isinstance(app.screen, TermEditor) and app.screen.shape.kind == "subscriptions"


async def test_a_way_of_rounding_is_typed_and_echoed(services: Services) -> None:
    field = next(f for f in SHAPES["subscriptions"].fields(offering(), {}) if f.path == "rounding")
    assert field.parse("half up cents") == {"rounding_method": "HALF_UP", "decimal_places": 0}
    assert field.parse("down to -2") == {"rounding_method": "FLOOR", "decimal_places": -2}
    assert field.echo(field.parse("up 2 places")) == "= rounded up 2"
    for text in ("up", "sideways 2", "up 9"):
        with pytest.raises(ValueError, match="must"):
            field.parse(text)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
async def test_the_editors_look_as_before(services: Services, kind: str, size: tuple[int, int]) -> None:
    app = console(services)
    async with app.run_test(size=size) as pilot:
        app.push_screen(TermEditor(services, kind, offering()))
        await pilot.pause()
        assert_in_view(app, "#dialog", "Press", "Effect", "Notice")
        assert_as_before(app, f"term_{kind}_{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES)
async def test_the_list_of_kinds_looks_as_before(services: Services, size: tuple[int, int]) -> None:
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(Terms(services))
        await press(pilot, "a")
        assert_as_before(app, f"term_kinds_{size[0]}x{size[1]}")


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["recurring_commits", "subscriptions"])
async def test_hostile_names_are_shown_literally(services: Services, kind: str, name: str) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(TermEditor(services, kind, offering(), {"name": name, "description": name}))
        await pilot.pause()
        assert_clean(app)
