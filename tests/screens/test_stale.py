"""Two operators at one contract: the later save is told what the earlier did, and goes on upon it."""

from __future__ import annotations

from asyncio import timeout

from pytest import MonkeyPatch

from screens.amendment import editing
from screens.amendment.screen import AmendmentScreen
from screens.overview.aliases import EditAliases
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.timeline import panel
from screens.widgets.confirm import Confirm
from store import drafts
from store.commands import edit_contract, set_name
from store.database import Actor
from store.queries import contract, contracts_of, customer
from store.terms.base import parse
from store.terms.contract import ContractEdit
from tests.screens.amending import CLOUD, amendments, put
from tests.screens.amending import opened as amendment
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.guide_store import US, WIDGETS_CONTRACT
from tests.screens.reading import assert_in_view, console, screen_text, settle, tap
from tests.screens.rerouting import change
from tests.screens.rerouting import opened as timeline
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import opened as wizard


def renamed(services: Services, customer_id: str, contract_id: str) -> None:
    """Bob renames the contract meanwhile."""
    payload = {"customer_id": customer_id, "contract_id": contract_id, "update_contract_name": "Bob's name"}
    with services.store().work(by=Actor("bob", "console"), now=services.now()) as work:
        edit_contract(work, request=parse(ContractEdit, payload))


async def test_a_stale_amendment_sees_what_was_done_and_goes_on_upon_it(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await amendment(pilot, guided, contract_id=WIDGETS_CONTRACT)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        renamed(guided, WIDGETS, WIDGETS_CONTRACT)
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        assert isinstance(app.screen, Confirm)
        said = " ".join(screen_text(app).split())
        assert "changed in the meantime" in said and "bob edited a contract" in said and "Bob's name" in said
        assert_in_view(app)
        assert amendments(guided) == ()
        await tap(pilot, "right", "enter")
        assert app.screen is screen and screen.pane.terms["overrides"]
        await screen.fresh.wait()
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        assert len(amendments(guided)) == 1
        assert contract(guided.store(), WIDGETS_CONTRACT).name == "Bob's name"


async def test_a_stale_change_of_filter_goes_on_too(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await timeline(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-04-01")
        renamed(guided, MERIDIAN, US)
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        assert "bob edited a contract" in " ".join(screen_text(app).split())
        await tap(pilot, "right", "enter")
        form = screen.panel.form
        assert form is not None and form.row("group_values").text == "US\nEU"
        await screen.fresh.wait()
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        assert len(contract(guided.store(), US).contract.usage_filter_updates) == 1


async def test_a_resumed_amendment_was_begun_upon_what_was_there_then(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await amendment(pilot, guided, contract_id=WIDGETS_CONTRACT)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.keep()
        screen.keeper.write()
        (kept,) = drafts.list_for(guided.store(), guided.operator)
        app.pop_screen()
        renamed(guided, WIDGETS, WIDGETS_CONTRACT)
        again = await amendment(pilot, guided, draft=kept)
        for answer in ("asked", "refused"):
            await tap(pilot, "ctrl+s")
            await tap(pilot, "right", "enter")
            if answer == "asked":
                assert "bob edited a contract" in " ".join(screen_text(app).split())
                assert amendments(guided) == ()
                await tap(pilot, "right", "enter")
                await again.fresh.wait()
        assert len(amendments(guided)) == 1


async def test_typing_without_a_pause_is_noted_all_the_same(guided: Services, monkeypatch: MonkeyPatch) -> None:
    for module in (editing, panel):
        monkeypatch.setattr(module, "DEBOUNCE", 60.0)  # nobody pauses that long
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        amending = AmendmentScreen(guided, WIDGETS, contract_id=WIDGETS_CONTRACT)
        await app.push_screen(amending)
        await settle(pilot)
        amending.pane.load({**amending.pane.terms, "overrides": [CLOUD]})
        amending.later()
        routing = await timeline(pilot, guided)
        await tap(pilot, "n")
        form = routing.panel.form
        assert form is not None
        form.row("starting_at").text = "2026-0"
        form.post_message(form.Changed(form, "starting_at"))
        for keeper in (amending.keeper, routing.keeper):
            async with timeout(10):
                while keeper.draft is None:
                    await pilot.pause(0.02)


async def test_a_contract_is_not_made_for_a_customer_that_is_another_by_now(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await wizard(pilot, demo)
        await press(pilot, " Big deal", "ctrl+s")
        await rest(pilot)
        with demo.store().work(by=Actor("bob", "console"), now=demo.now()) as work:
            set_name(work, customer_id=WIDGETS, name="Renamed")
        before = len(contracts_of(demo.store(), WIDGETS))
        await press(pilot, "ctrl+s")
        await rest(pilot)
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert "bob renamed the customer" in " ".join(screen_text(app).split())
        assert len(contracts_of(demo.store(), WIDGETS)) == before
        await press(pilot, "right", "enter")
        await rest(pilot)
        await press(pilot, "ctrl+s")
        await rest(pilot)
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert len(contracts_of(demo.store(), WIDGETS)) == before + 1


async def test_stale_aliases_go_on_too(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.app.push_screen(OverviewScreen(demo, WIDGETS))
        await settle(pilot)
        await tap(pilot, "l")
        assert isinstance(app.screen, EditAliases)
        await pilot.press("end", "enter", *"wx2")
        with demo.store().work(by=Actor("bob", "console"), now=demo.now()) as work:
            set_name(work, customer_id=WIDGETS, name="Renamed")
        await pilot.pause(0.15)
        await settle(pilot)
        await tap(pilot, "ctrl+s")
        assert "bob renamed the customer" in " ".join(screen_text(app).split())
        await tap(pilot, "right", "enter")
        await tap(pilot, "ctrl+s")
        assert customer(demo.store(), WIDGETS).aliases[-1] == "wx2"
        assert customer(demo.store(), WIDGETS).name == "Renamed"
