"""Adding a customer: checked while it is typed, refused by field, kept when the console is cut off."""

from __future__ import annotations

from screens.customers.add import AddCustomer
from screens.customers.keeping import KeptCustomer
from screens.customers.screen import CustomersScreen
from screens.services import Services
from screens.widgets.form import Form
from store.commands.custom_fields import register_custom_field_key
from store.commands.customers import create_customer
from store.queries import find_customer
from store.terms.customer import Customer, CustomFieldKey
from tests.screens.customer_list import provision
from tests.screens.reading import console, screen_text, settle, tap


async def test_a_customer_is_added_and_the_list_stands_at_it(services: Services) -> None:
    provision(services, [f"Customer {n:02d}" for n in range(40)], **{"Customer 07": "us_east.acme"})
    with services.work() as work:
        key = CustomFieldKey(entity="customer", key="sfdc_account_id")
        register_custom_field_key(work, request=key)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        await pilot.press(*"Customer 33", "tab", *"us_east.acme")
        await pilot.pause(0.12)
        await settle(pilot)
        text = screen_text(app)
        assert "▲ 1 customer has this name already" in text
        assert "✗ line 1: is already an alias of Customer 07" in text, "the clash is told while typing"
        await pilot.press("2", "tab", "tab", *"001A")
        await pilot.pause(0.12)
        await settle(pilot)
        assert "already an alias" not in screen_text(app)
        await tap(pilot, "ctrl+s")
        assert isinstance(app.screen, CustomersScreen)
        assert "✓ Added Customer 33" in screen_text(app)
        row = app.screen.list.selected
        assert row is not None
        assert (row.value.name, row.value.alias) == ("Customer 33", "us_east.acme2")
    view = find_customer(services.store(), "us_east.acme2")
    assert view is not None
    assert dict(view.custom_fields) == {"sfdc_account_id": "001A"}


async def test_what_is_refused_is_told_by_field_and_kept(services: Services) -> None:
    provision(services, ["Globex [EU]"], **{"Globex [EU]": "taken"})
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        await tap(pilot, "ctrl+s")
        assert "✗ is required" in screen_text(app)
        await tap(pilot, *"New", "tab", *"taken", "ctrl+s")
        assert isinstance(app.screen, AddCustomer)
        assert "Globex [EU]" in screen_text(app)
        assert "✗ Not saved" in screen_text(app)
        assert app.screen.query_one(Form).payload() == {"name": "New", "ingest_aliases": ["taken"]}


async def test_leaving_asks_only_if_something_was_typed(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)
        await tap(pilot, "n")
        await tap(pilot, "x", "escape")
        assert "Leave without saving?" in screen_text(app)
        assert app.focused is app.screen.query_one("#no"), "the harmless answer has the focus"
        await pilot.press("enter")
        assert isinstance(app.screen, AddCustomer)
        await tap(pilot, "escape")
        await tap(pilot, "right", "enter")
        assert isinstance(app.screen, CustomersScreen)
        assert services.rescue.run() == []


async def test_what_was_typed_is_offered_again_after_the_console_was_cut_off(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        await pilot.press(*"Acme", "tab", *"half-typed")
        assert services.rescue.run() == [], "what the signal handler does"
    again = console(services)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        assert "This is what you had typed" in screen_text(again)
        assert again.screen.query_one(Form).payload() == {"name": "Acme", "ingest_aliases": ["half-typed"]}
        await tap(pilot, "ctrl+s")
        await tap(pilot, "n")
        assert again.screen.query_one(Form).state() == {}, "a draft that was saved is gone"


async def test_a_resumed_customer_is_checked_at_once(services: Services) -> None:
    with services.work() as work:
        create_customer(work, request=Customer(name="Holder", ingest_aliases=("acme-1",)))
    kept = KeptCustomer(services)
    kept.hold({"name": "Acme", "ingest_aliases": "acme-1"})
    assert services.rescue.run() == []
    kept.let_go()
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await tap(pilot, "n")
        await pilot.pause(0.15)
        await settle(pilot)
        assert "is already an alias of Holder" in screen_text(app)
        assert "what you had typed when the console went away" in screen_text(app)
