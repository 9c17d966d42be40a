"""Unfinished work is offered on the first screen of the next start, and goes on from there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from screens.amendment.screen import AmendmentScreen
from screens.customers.add import AddCustomer
from screens.services import Services
from screens.timeline.screen import TimelineScreen
from screens.wizard.screen import WizardScreen
from store import drafts, jotted
from store.drafts import Draft
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.guide_store import NOW, WIDGETS_CONTRACT
from tests.screens.reading import console, screen_text, settle, tap

WIZARD = Draft("a1", "ann", "contract", "New contract", {"request": {"name": "Big deal"}}, NOW, WIDGETS)
AMENDMENT = replace(WIZARD, id="a2", kind="amendment", title="Deal from 2025-04-01", contract_id=WIDGETS_CONTRACT)
FILTER = replace(
    WIZARD, id="a3", kind="usage_filter", title="US from 2025-04-01", payload={"form": {}}, customer_id=MERIDIAN
)
CUSTOMER = replace(WIZARD, id="a4", kind="customer", title="Ac", payload={"state": {"name": "Ac"}}, customer_id=None)


async def started(pilot: Any) -> str:
    await settle(pilot)
    return screen_text(pilot.app)


async def test_a_start_offers_what_was_left_and_goes_on_with_it(guided: Services) -> None:
    for draft, screen in (
        (WIZARD, WizardScreen),
        (AMENDMENT, AmendmentScreen),
        (FILTER, TimelineScreen),
        (CUSTOMER, AddCustomer),
    ):
        drafts.save(guided.store(), draft=draft)
        app = console(guided)
        async with app.run_test(size=(80, 24)) as pilot:
            said = await started(pilot)
            assert draft.title in said and "d resumes: Draft of" in said
            await tap(pilot, "d")
            await settle(pilot)
            assert isinstance(app.screen, screen)
            await settle(pilot)
        drafts.discard(guided.store(), draft.id, by="ann", now=NOW)


async def test_of_several_it_is_asked_which(guided: Services) -> None:
    drafts.save(guided.store(), draft=WIZARD)
    jotted.write(guided.url, replace(AMENDMENT, saved_at=NOW.replace(hour=10)))
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        said = await started(pilot)
        assert "Deal from" in said and "d resumes one of 2 drafts" in said
        await tap(pilot, "d")
        await tap(pilot, "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, WizardScreen)


async def test_nothing_is_offered_where_nothing_was_left_or_nothing_can_be_written(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "resumes" not in await started(pilot)
        await tap(pilot, "d")
        assert app.screen is app.screen_stack[0]
    drafts.save(guided.store(), draft=WIZARD)
    app = console(replace(guided, read_only=True))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "resumes" not in await started(pilot)


async def test_a_draft_that_was_thrown_away_elsewhere_is_not_opened(guided: Services) -> None:
    drafts.save(guided.store(), draft=WIZARD)
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        await started(pilot)
        drafts.discard(guided.store(), WIZARD.id, by="ann", now=NOW)
        await tap(pilot, "d")
        await settle(pilot)
        assert "not there any more" in screen_text(app)
