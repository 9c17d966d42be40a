"""The customer list and adding a customer, as an operator does it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from screens.customers.add import AddCustomer
from screens.customers.keeping import KeptCustomer
from screens.customers.screen import CustomersScreen
from screens.services import Services
from screens.widgets.base import Commanded
from screens.widgets.form import Form
from store.commands.custom_fields import register_custom_field_key
from store.commands.customers import archive_customer, create_customer
from store.errors import StoreUnavailable
from store.queries import find_customer
from store.terms.customer import Customer, CustomFieldKey
from tests.screens.reading import HOSTILE, NOW, SIZES, assert_clean, assert_in_view, console, screen_text, settle


def provision(services: Services, names: Iterable[str], **aliases: str) -> dict[str, str]:
    """Customers of these names → their ids; `aliases` by name."""
    ids = {}
    for name in names:
        with services.work() as work:
            given = (aliases[name],) if name in aliases else ()
            ids[name] = create_customer(work, request=Customer(name=name, ingest_aliases=given))
    return ids


def listed(app: object) -> list[str]:
    """The names in the list."""
    screen = app.screen_stack[0]  # type: ignore[attr-defined]
    assert isinstance(screen, CustomersScreen)
    rows = (screen.list.row(k) for k in range(screen.list.row_count))
    return [row.value.name for row in rows if row is not None]


async def test_a_new_store_says_what_to_do_next(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "No customers yet." in text
        assert "n       add the first customer" in text
        assert "termsheet demo" in text
        assert Path(services.url.removeprefix("sqlite:///")).exists()


async def test_customers_are_listed_searched_sorted_and_opened(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = provision(services, ["Zebra Foods", "Acme Robotics", "Müller & Söhne"], **{"Zebra Foods": "us_east.zebra"})
    opened: list[str] = []
    monkeypatch.setattr(CustomersScreen, "open_customer", lambda self, customer_id: opened.append(customer_id))
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert listed(app) == ["Acme Robotics", "Müller & Söhne", "Zebra Foods"]
        assert "3 customers, by name" in screen_text(app)
        await pilot.press("slash", *"zeb")
        await pilot.pause(0.1)
        await settle(pilot)
        assert listed(app) == ["Zebra Foods"]
        assert "1 match" in screen_text(app)
        await pilot.press("enter")
        assert opened == [ids["Zebra Foods"]]
        await pilot.press("ctrl+u", *"soh")
        await pilot.pause(0.1)
        await settle(pilot)
        assert listed(app) == ["Müller & Söhne"]
        await pilot.press("ctrl+u", *"us_east")
        await pilot.pause(0.1)
        await settle(pilot)
        assert listed(app) == ["Zebra Foods"]
        await pilot.press("ctrl+u", *"nobody")
        await pilot.pause(0.1)
        await settle(pilot)
        assert "Nobody is called that." in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        assert len(listed(app)) == 3
        await pilot.press("down", "down", "enter")
        assert opened[-1] == ids["Zebra Foods"]
        await pilot.press("s")
        await settle(pilot)
        assert "newest first" in screen_text(app)


async def test_archived_customers_are_hidden_until_asked_for(services: Services) -> None:
    ids = provision(services, ["Acme", "Old Ltd"])
    with services.work() as work:
        archive_customer(work, customer_id=ids["Old Ltd"])
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert listed(app) == ["Acme"]
        await pilot.press("a")
        await settle(pilot)
        assert "Old Ltd (archived)" in screen_text(app)
        assert "2 customers, by name, archived too" in screen_text(app)


async def test_a_customer_is_added_and_the_list_stands_at_it(services: Services) -> None:
    provision(services, [f"Customer {n:02d}" for n in range(40)], **{"Customer 07": "us_east.acme"})
    with services.work() as work:
        key = CustomFieldKey(entity="customer", key="sfdc_account_id")
        register_custom_field_key(work, request=key)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
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
        await pilot.press("ctrl+s")
        await settle(pilot)
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
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert "✗ is required" in screen_text(app)
        await pilot.press(*"New", "tab", *"taken", "ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, AddCustomer)
        assert "Globex [EU]" in screen_text(app)
        assert "✗ Not saved" in screen_text(app)
        assert app.screen.query_one(Form).payload() == {"name": "New", "ingest_aliases": ["taken"]}


async def test_leaving_asks_only_if_something_was_typed(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, CustomersScreen)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("x", "escape")
        await settle(pilot)
        assert "Leave without saving?" in screen_text(app)
        assert app.focused is app.screen.query_one("#no"), "the harmless answer has the focus"
        await pilot.press("enter")
        assert isinstance(app.screen, AddCustomer)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        assert isinstance(app.screen, CustomersScreen)
        assert services.rescue.run() == []


async def test_what_was_typed_is_offered_again_after_the_console_was_cut_off(services: Services) -> None:
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press(*"Acme", "tab", *"half-typed")
        assert services.rescue.run() == [], "what the signal handler does"
    again = console(services)
    async with again.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        assert "This is what you had typed" in screen_text(again)
        assert again.screen.query_one(Form).payload() == {"name": "Acme", "ingest_aliases": ["half-typed"]}
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        assert again.screen.query_one(Form).state() == {}, "a draft that was saved is gone"


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_are_shown_and_obeyed_nowhere(services: Services, size: tuple[int, int]) -> None:
    from store.directory.directory import Directory

    services.store()
    path = services.url.removeprefix("sqlite:///")
    import sqlite3

    with sqlite3.connect(path) as connection:
        for n, name in enumerate(HOSTILE):
            raw = name.encode("utf-8", "replace").decode()
            connection.execute(
                "INSERT INTO customer (id, name, name_key, created_at, version, terms) VALUES (?, ?, ?, ?, 1, '{}')",
                (f"id-{n}", raw, raw.casefold(), "2026-01-01T00:00:00.000000Z"),
            )
            connection.execute("INSERT INTO ingest_alias VALUES (?, ?, 0)", (raw, f"id-{n}"))
    assert Directory.open(path).everyone().total == len(HOSTILE)
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert_clean(app)
        assert "[@click=app.quit]x[/]" in screen_text(app)
        for _ in HOSTILE:
            await pilot.press("down")
        await pilot.press("ctrl+p", *"red")
        await pilot.pause(0.12)
        await settle(pilot)
        assert_clean(app)
        assert "[red]x[/]" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_everything_is_in_view(services: Services, size: tuple[int, int]) -> None:
    with services.work() as work:
        for n in range(12):
            register_custom_field_key(work, request=CustomFieldKey(entity="customer", key=f"key_{n}"))
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert_in_view(app, "TopBar", "KeyBar", "Notice", "VirtualList")
        await pilot.press("n")
        await settle(pilot)
        assert_in_view(app, "#dialog", "Press", "Notice")


async def test_a_read_only_store_is_listed_and_says_so(services: Services) -> None:
    provision(services, ["Acme"])
    looking = Services(url=services.url, operator="ann", clock=lambda: NOW, read_only=True)
    app = console(looking)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "READ-ONLY" in screen_text(app)
        assert listed(app) == ["Acme"]
        await pilot.press("n")
        await settle(pilot)
        assert isinstance(app.screen, CustomersScreen)
        assert isinstance(app.screen, Commanded)
        assert app.screen.check_action("add", ()) is None, "greyed"


async def test_a_store_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_text("this is not a database, it is a letter")
    app = console(Services(url=f"sqlite:///{broken}", operator="ann", clock=lambda: NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = screen_text(app)
        assert "The store cannot be shown" in text
        assert "✗ Store unavailable" in text
        with pytest.raises(StoreUnavailable):
            app.services.store()
        broken.unlink()
        await pilot.press("r")
        await settle(pilot)
        assert "No customers yet." in screen_text(app)


async def test_the_list_follows_what_others_write(services: Services) -> None:
    provision(services, ["Acme"])
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        provision(services, ["Beta"])
        await pilot.press("escape")
        await settle(pilot)
        assert listed(app) == ["Acme", "Beta"]


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
        await pilot.press("n")
        await settle(pilot)
        await pilot.pause(0.15)
        await settle(pilot)
        assert "is already an alias of Holder" in screen_text(app)
        assert "what you had typed when the console went away" in screen_text(app)
    services.close()
