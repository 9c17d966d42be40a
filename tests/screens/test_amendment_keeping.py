"""An amendment that is not saved yet: kept, resumed, saved from a lost terminal, overtaken by no old answer."""

from __future__ import annotations

from decimal import Decimal

from screens.amendment.screen import AmendmentScreen
from screens.services import Services
from screens.widgets.leave import Leave
from store import drafts
from store.preview import Assumed, Assumption
from tests.screens.amending import CLOUD, opened, put
from tests.screens.demo_store import WIDGETS
from tests.screens.reading import assert_in_view, console, screen_text, settle, tap
from tests.screens.terms_samples import CLOUD as CLOUD_PRODUCT


async def test_an_amendment_is_kept_and_gone_on_with(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await tap(pilot, "escape")
        assert isinstance(app.screen, Leave)
        assert_in_view(app, "Button")
        await tap(pilot, "escape")
        assert app.screen is screen
        await tap(pilot, "escape")
        await tap(pilot, "k")
        (draft,) = drafts.list_for(guided.store(), "ann")
        assert draft.kind == "amendment" and draft.title == "WidgetsExpress 2024/25 from 2024-11-01"
        again = await opened(pilot, guided, contract_id=draft.contract_id, draft=draft)
        assert again.pane.terms["overrides"][0]["multiplier"] == Decimal("0.95")
        assert again.form.row("starting_at").text == "2024-11-01"
        assert "Going on with your draft" in screen_text(app)
        await tap(pilot, "escape")
        await tap(pilot, "d")
        assert drafts.list_for(guided.store(), "ann") == ()


async def test_what_is_made_survives_the_loss_of_the_terminal(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        assert guided.rescue.run() == []
        (draft,) = drafts.list_for(guided.store(), "ann")
        assert draft.payload["request"]["overrides"][0]["multiplier"] == Decimal("0.95")


async def test_stale_answers_are_dropped(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        before = screen.what_if
        assert before is not None
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        after = screen.what_if
        screen.post_message(screen.Rated(1, before))
        await pilot.pause()
        assert screen.what_if is after


async def test_the_usage_that_was_assumed_comes_back_with_the_draft(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2025-01-01", overrides=[CLOUD])
        screen.usage = assumed = Assumed((Assumption(CLOUD_PRODUCT, Decimal(1200), {"region": "EU"}),))
        screen.keep()
        screen.write()
        await settle(pilot)
        (draft,) = drafts.list_for(guided.store(), "ann")
        again = AmendmentScreen(guided, WIDGETS, draft.contract_id, draft)
        assert again.usage == assumed
