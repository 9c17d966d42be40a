"""F2 shows what is on the screen as a request, everywhere; ^O takes one in from elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from screens.catalog.screen import CatalogScreen
from screens.history.screen import HistoryScreen
from screens.overview.aliases import EditAliases
from screens.overview.archive import Archive
from screens.overview.custom_fields import EditFields
from screens.overview.facts import load
from screens.overview.rename import Rename
from screens.overview.screen import OverviewScreen
from screens.request.modal import RequestModal
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.wizard import keeping, previewing
from screens.wizard.screen import WizardScreen
from store.terms.document import write
from tests.screens.demo_store import BLUE_HARBOR, WIDGETS
from tests.screens.reading import console, screen_text, settle
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import GUIDE


async def asked(pilot: Pilot[Any]) -> list[str]:
    """The paths of the requests that F2 shows; the dialog is closed again."""
    await press(pilot, "f2")
    await settle(pilot)
    assert isinstance(pilot.app.screen, RequestModal)
    paths = [one.path for one in pilot.app.screen.asked]
    await press(pilot, "f2")
    await settle(pilot)
    return paths


async def test_a_customer_and_its_contract(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert await asked(pilot) == ["/v1/customers"]
        await app.push_screen(OverviewScreen(demo, WIDGETS))
        await settle(pilot)
        assert await asked(pilot) == ["/v1/contracts/create", "/v1/contracts/amend"]
        await press(pilot, "enter")
        await settle(pilot)
        assert await asked(pilot) == ["/v1/contracts/create", "/v1/contracts/amend"]
        await press(pilot, "escape", "2")
        await settle(pilot)
        assert await asked(pilot) == ["/v1/customers"]


async def test_the_catalog(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(CatalogScreen(demo))
        await settle(pilot)
        cards = "/v1/contract-pricing/rate-cards"
        assert await asked(pilot) == [f"{cards}/create", f"{cards}/addRates"]
        await press(pilot, "2")
        await settle(pilot)
        assert await asked(pilot) == ["/v1/contract-pricing/products/create"]
        await press(pilot, "3")
        await settle(pilot)
        assert await asked(pilot) == ["/v1/billable-metrics/create"]


async def test_a_customer_that_is_being_typed(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await settle(pilot)
        await press(pilot, " Typed Ltd", "f2")
        await settle(pilot)
        assert isinstance(app.screen, RequestModal)
        assert app.screen.asked[0].body == {"name": "Typed Ltd"}


@pytest.mark.parametrize("where", ["list", "overview"])
async def test_a_request_is_taken_in(demo: Services, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "PREVIEW_AFTER", 0.001)
    monkeypatch.setattr(keeping, "KEEP_AFTER", 3600.0)
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        if where == "overview":
            await app.push_screen(OverviewScreen(demo, BLUE_HARBOR))
            await settle(pilot)
        await press(pilot, "ctrl+o")
        await settle(pilot)
        unnamed = {name: value for name, value in GUIDE.items() if name != "customer_id"}
        app.screen.focused.post_message(events.Paste(write(unnamed, indent=2)))  # type: ignore[union-attr]
        await settle(pilot)
        await rest(pilot)
        assert isinstance(app.screen, WizardScreen)
        assert app.screen.draft["customer_id"] == BLUE_HARBOR, "it names nobody: the one looked at"
        assert "Ready: ^S creates the contract" in screen_text(app)


async def test_a_statement_and_a_balance(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(StatementScreen(demo, WIDGETS))
        await settle(pilot)
        (path,) = await asked(pilot)
        assert path.startswith(f"/v1/customers/{WIDGETS}/invoices/")
        await press(pilot, "2")
        await settle(pilot)
        assert await asked(pilot) == ["/v1/contracts/customerBalances/list"]
        await press(pilot, "3")
        await settle(pilot)
        assert await asked(pilot) == [f"/v1/customers/{WIDGETS}/invoices"]


async def test_the_history_and_the_dialogs_of_a_customer(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.push_screen(HistoryScreen(demo, WIDGETS))
        await settle(pilot)
        shown = []
        for _ in app.screen.entries:  # type: ignore[attr-defined]
            shown += await asked(pilot)
            await press(pilot, "down")
        assert shown == ["/v1/contracts/amend", "/v1/contracts/create", "/v1/customers"]
        facts = load(demo, WIDGETS)
        whose = f"/v1/customers/{WIDGETS}"
        for dialog, path in (
            (Rename(demo, facts.customer), f"{whose}/setName"),
            (EditAliases(demo, facts.customer), f"{whose}/setIngestAliases"),
            (EditFields(demo, facts.customer), "/v1/customFields/setValues"),
            (Archive(demo, facts, None), "/v1/customers/archive"),
        ):
            await app.push_screen(dialog)
            await settle(pilot)
            assert await asked(pilot) == [path]
            await press(pilot, "escape")
            await settle(pilot)
