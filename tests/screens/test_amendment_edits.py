"""What an amendment cannot hold is added by the same editor, as an edit of the contract."""

from __future__ import annotations

import pytest

from screens.request.modal import RequestModal
from screens.services import Services
from screens.widgets.confirm import Confirm
from store.queries.book import customer_book
from store.terms import document
from store.terms.contract import ContractEdit
from tests.screens.amending import CLOUD, amendments, fresh, opened, put
from tests.screens.demo_store import WIDGETS
from tests.screens.reading import SIZES, assert_in_view, console, screen_text, tap
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import DISCOUNTS
from tests.screens.typing_keys import press

RECURRING = ("m", "down", "down", " 500", "down", "down", "m", "ctrl+s")
"""$500.00 every month, invoiced at the same amount."""


def edits(services: Services) -> tuple[ContractEdit, ...]:
    """What is stored."""
    return tuple(e for c in customer_book(services.store(), WIDGETS).contracts for e in c.edits)


@pytest.mark.parametrize("size", SIZES)
async def test_a_recurring_commit_is_added_to_a_contract(guided: Services, size: tuple[int, int]) -> None:
    app = console(guided)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2025-03-01", overrides=[{**CLOUD, "starting_at": "2025-03-01T00:00:00Z"}])
        screen.pane.rows.focus()
        await press(pilot, *RECURRING)
        await fresh(pilot, screen)
        assert_in_view(app, "TermsPane", "EffectPane", "KeyBar")
        assert_as_before(app, f"amendment_recurring_{size[0]}x{size[1]}")
        assert "$500.00 every month, from 2025-03-01 on" in " ".join(screen_text(app).split())
        await tap(pilot, "f2")
        assert isinstance(app.screen, RequestModal)
        sent = document.read(app.screen.text)
        assert set(sent) == {"customer_id", "contract_id", "add_overrides", "add_recurring_commits"}
        await tap(pilot, "escape")
        await tap(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        await tap(pilot, "right", "enter")
    assert amendments(guided) == ()
    (made,) = edits(guided)
    assert [t.recurrence_frequency for t in made.add_recurring_commits] == ["MONTHLY"]
    assert len(made.add_overrides) == 1


async def test_a_draft_with_recurring_terms_is_gone_on_with(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2025-03-01")
        screen.pane.rows.focus()
        await press(pilot, *RECURRING)
        await fresh(pilot, screen)
        await tap(pilot, "escape")
        await tap(pilot, "enter")  # keep
        from store import drafts

        (kept,) = drafts.list_for(guided.store(), "ann")
        again = await opened(pilot, guided, draft=kept)
        (term,) = again.pane.terms["recurring_commits"]
        assert term["access_amount"]["unit_price"] == 50_000


async def test_custom_fields_and_recurring_terms_are_told_apart(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        screen.custom_fields = {"opportunity_id": "7"}
        await put(pilot, screen, "2025-03-01")
        screen.pane.rows.focus()
        await press(pilot, *RECURRING)
        await fresh(pilot, screen)
        assert screen.made is None
        assert "save them on their own" in " ".join(screen_text(app).split())


async def test_a_discount_stays_an_amendment(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2025-03-01", discounts=[DISCOUNTS[1]])
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
    (made,) = amendments(guided)
    assert len(made.discounts) == 1 and edits(guided) == ()
