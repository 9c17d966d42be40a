"""Drafts: kept, resumed, discarded, rescued, and taken back step by step."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from screens.request.modal import RequestModal
from screens.services import Services
from screens.statement import usage_kept
from screens.widgets.leave import Leave
from screens.wizard.screen import WizardScreen
from store import drafts
from store.preview import Assumed, Assumption, Rated
from store.terms.document import plain
from store.usage.projected import Method, Projection
from store.usage.rated import Projected, Replayed
from tests.screens.demo_store import BLUE_HARBOR, WIDGETS
from tests.screens.reading import console, screen_text
from tests.screens.terms_samples import CLOUD
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import BASICS, COMMIT, opened
from tests.screens.wizardry import quick as quick

pytestmark = pytest.mark.usefixtures("quick")


async def test_leaving_untouched_asks_nothing(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, "escape")
        assert app.screen is not wizard
        assert drafts.list_for(demo.store(), "ann") == ()
    demo.close()


async def test_a_kept_draft_comes_back_as_it_was_left(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, " Big deal", *BASICS, "up", "up", " soonish", "f8", *COMMIT)
        await rest(pilot)
        left = plain(wizard.draft)
        await press(pilot, "escape")
        assert isinstance(app.screen, Leave)
        assert app.focused is not None and app.focused.id == "keep"
        await press(pilot, "escape")
        assert app.screen is wizard
        await press(pilot, "escape", "enter")
        await rest(pilot)
        assert not isinstance(app.screen, WizardScreen)
        (kept,) = drafts.list_for(demo.store(), "ann")
        assert (kept.kind, kept.customer_id, kept.title) == ("contract", WIDGETS, "Big deal")
        again = await opened(pilot, demo, WIDGETS, kept)
        assert plain(again.draft) == left
        assert again.step == 1
        await press(pilot, "f7")
        assert "soonish" in screen_text(app)  # also what was not understood
        await press(pilot, "escape")
        assert not isinstance(app.screen, Leave)  # nothing new: nothing to ask, and the draft stays
        assert drafts.list_for(demo.store(), "ann") == (kept,)
    demo.close()


async def test_a_discarded_draft_is_gone(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, " Big deal")
        wizard.keeper.write()
        assert len(drafts.list_for(demo.store(), "ann")) == 1
        await press(pilot, "escape", "d")
        await rest(pilot)
        assert "The draft was discarded." in screen_text(app)
        assert drafts.list_for(demo.store(), "ann") == ()
    demo.close()


async def test_a_lost_terminal_keeps_the_draft(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, " Big deal")
        assert demo.rescue.run() == []  # what the signal handler does
        (kept,) = drafts.list_for(demo.store(), "ann")
        assert kept.payload["request"]["name"] == "Big deal"
        assert kept.payload["texts"]["name"] == "Big deal"
        assert not wizard.keeper.dirty
    demo.close()


async def test_changing_the_step_writes_the_draft(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo)
        await press(pilot, " Big deal", "f8")
        await rest(pilot)
        assert [d.title for d in drafts.list_for(demo.store(), "ann")] == ["Big deal"]
    demo.close()


async def test_undo_takes_back_field_by_field_and_term_by_term(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        first = wizard.draft
        await press(pilot, " Big deal", "down", "b", "enter", "f8", *COMMIT)
        await rest(pilot)
        last = wizard.draft
        await press(pilot, "f6")
        assert "commits" not in wizard.draft
        await press(pilot, "f6")
        assert wizard.draft["name"] == "Big deal"
        assert "rate_card_alias" not in wizard.draft
        await press(pilot, "f6", "f6")
        assert wizard.draft == first
        assert "Nothing to undo" in screen_text(app)
        await press(pilot, "shift+f6", "shift+f6", "shift+f6")
        assert wizard.draft == last
        await press(pilot, "f7")
        assert "Big deal" in screen_text(app)
    demo.close()


async def test_a_created_contract_leaves_no_draft(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, " Big deal", "ctrl+s")
        wizard.keeper.write()
        await rest(pilot)
        await press(pilot, "ctrl+s")
        await rest(pilot)
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert not isinstance(app.screen, WizardScreen)
        assert "✓ Contract Big deal was created." in screen_text(app)
        assert drafts.list_for(demo.store(), "ann") == ()
    demo.close()


@pytest.mark.parametrize(
    "usage",
    [
        Assumed((Assumption(CLOUD, Decimal("1200.5"), {"region": "EU"}),)),
        Replayed(WIDGETS),
        Projected(Projection(Method.TRAILING_AVERAGE, 30)),
    ],
    ids=["assumed", "replayed", "projected"],
)
async def test_the_usage_that_is_rated_comes_back_with_the_draft(demo: Services, usage: Rated) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        wizard.usage, wizard.replayed = usage, {WIDGETS: "WidgetsExpress"}
        await press(pilot, " Big deal")
        wizard.keep()
        await rest(pilot)
        (kept,) = drafts.list_for(demo.store(), "ann")
        again = await opened(pilot, demo, BLUE_HARBOR, kept)
        assert again.usage == usage
        assert names_said(screen_text(app), usage)
    demo.close()


def names_said(text: str, usage: Rated) -> bool:
    """Whether the screen says which usage it shows."""
    said = {Assumed: "≈ Assumed a month: 1,200.5", Replayed: "≈ Usage of WidgetsExpress", Projected: "last 30 days"}
    return said[type(usage)] in text


def test_a_draft_whose_usage_makes_no_sense_is_rated_on_stored_usage() -> None:
    kept: tuple[Any, ...] = (None, [], {"assumed": 3}, {"assumed": [{}]}, {"projected": "NO", "days": 1}, {"other": 1})
    for nonsense in kept:
        assert usage_kept.resumed(nonsense) == (None, {})


async def test_escape_goes_back_one_level(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        await press(pilot, " Big deal", "f3")
        assert wizard.has_class("-peek")
        await press(pilot, "escape")
        assert app.screen is wizard and not wizard.has_class("-peek")
        await press(pilot, "4")  # typed into the name: digits jump only where nothing is typed into
        await press(pilot, "f8", "f8", "f8")
        await rest(pilot)
        assert "F2 shows the request" in screen_text(app) and "F3" not in screen_text(app).split("\n")[-1]
        await press(pilot, "f2")
        assert isinstance(app.screen, RequestModal)
        await press(pilot, "escape")
        assert app.screen is wizard
        await press(pilot, "escape")
        assert isinstance(app.screen, Leave)
    demo.close()
