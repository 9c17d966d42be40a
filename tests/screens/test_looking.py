"""Who may only look is told so before, not when saving: a viewer of a server, a file that one may not write."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from screens.customers.screen import CustomersScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from store.commands import create_customer
from store.database import Actor, Store
from store.roles import Role
from store.terms.customer import Customer
from tests import postgres
from tests.screens.demo_store import TODAY
from tests.screens.reading import console, screen_text, settle, tap
from tests.store.test_roles import as_role


def filled(url: str) -> Store:
    """A store with one customer."""
    store = Store.open(url)
    with store.work(by=Actor("bob", "cli"), now=TODAY) as work:
        create_customer(work, request=Customer(name="Widgets"))
    return store


@pytest.fixture
def roles() -> Iterator[Callable[[Role], Any]]:
    """Logins of a server's store."""
    with postgres.store_database() as url, closing(filled(url)) as store:
        yield lambda role: as_role(store, role)


async def looked(services: Services, words: str, *, asked: bool = False) -> None:
    """The console of somebody who may only look, for this reason."""
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Widgets" in screen_text(app) and "READ-ONLY" in screen_text(app)
        assert ("change nothing" in screen_text(app) and words in screen_text(app)) is not asked
        await tap(pilot, "n")
        assert isinstance(app.screen, CustomersScreen), "a dialog that cannot be saved was opened"
        await tap(pilot, "f1")
        assert words in screen_text(app)
        await tap(pilot, "escape")
        await tap(pilot, "enter")
        assert isinstance(app.screen, OverviewScreen) and "READ-ONLY" in screen_text(app)
        assert "Widgets" in screen_text(app) and "✗" not in screen_text(app)
        before = screen_text(app)
        await tap(pilot, "c", "r")
        assert isinstance(app.screen, OverviewScreen) and screen_text(app) == before
    services.close()


async def test_a_viewer_of_a_server_is_told_so_before(roles: Callable[[Role], Any]) -> None:
    with roles(Role.VIEWER) as url:
        await looked(Services(url=url, operator="ann", clock=lambda: TODAY), "this login may only look")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
async def test_an_operator_and_an_admin_work(roles: Callable[[Role], Any], role: Role) -> None:
    with roles(role) as url:
        services = Services(url=url, operator="ann", clock=lambda: TODAY)
        app = console(services)
        async with app.run_test(size=(120, 40)) as pilot:
            await settle(pilot)
            assert "READ-ONLY" not in screen_text(app)
            await tap(pilot, "n")
            await tap(pilot, *"Acme")
            await tap(pilot, "ctrl+s")
            assert "Added Acme" in screen_text(app) and "2 customers" in screen_text(app)
        services.close()


async def test_a_file_that_one_may_not_write_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(str(tmp_path / "book.db")).close()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    await looked(Services(url=str(tmp_path / "book.db"), operator="ann", clock=lambda: TODAY), "may not be written")


async def test_whoever_asked_to_look_is_told_that(tmp_path: Path) -> None:
    filled(str(tmp_path / "book.db")).close()
    url = str(tmp_path / "book.db")
    await looked(Services(url=url, operator="ann", clock=lambda: TODAY, read_only=True), "opened read-only", asked=True)
