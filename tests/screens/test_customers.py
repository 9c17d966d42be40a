"""The customer list and adding a customer, as an operator does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.customers.screen import CustomersScreen
from screens.services import Services
from screens.widgets.base import Commanded
from store.commands.custom_fields import register_custom_field_key
from store.commands.customers import archive_customer
from store.errors import StoreUnavailable
from store.terms.customer import CustomFieldKey
from tests.screens.customer_list import listed, provision
from tests.screens.reading import HOSTILE, NOW, SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap


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
        await tap(pilot, "escape")
        assert len(listed(app)) == 3
        await pilot.press("down", "down", "enter")
        assert opened[-1] == ids["Zebra Foods"]
        await tap(pilot, "s")
        assert "newest first" in screen_text(app)


async def test_archived_customers_are_hidden_until_asked_for(services: Services) -> None:
    ids = provision(services, ["Acme", "Old Ltd"])
    with services.work() as work:
        archive_customer(work, customer_id=ids["Old Ltd"])
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert listed(app) == ["Acme"]
        await tap(pilot, "a")
        assert "Old Ltd (archived)" in screen_text(app)
        assert "2 customers, by name, archived too" in screen_text(app)


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
        await tap(pilot, "n")
        assert_in_view(app, "#dialog", "Press", "Notice")


async def test_a_read_only_store_is_listed_and_says_so(services: Services) -> None:
    provision(services, ["Acme"])
    looking = Services(url=services.url, operator="ann", clock=lambda: NOW, read_only=True)
    app = console(looking)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "READ-ONLY" in screen_text(app)
        assert listed(app) == ["Acme"]
        await tap(pilot, "n")
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
        await tap(pilot, "r")
        assert "No customers yet." in screen_text(app)


async def test_the_list_follows_what_others_write(services: Services) -> None:
    provision(services, ["Acme"])
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f1")
        provision(services, ["Beta"])
        await tap(pilot, "escape")
        assert listed(app) == ["Acme", "Beta"]
