"""Recurring terms and subscriptions provisioned in the wizard, beside a preview that follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.demo import book_text
from screens.overview.screen import OverviewScreen
from screens.request.modal import RequestModal
from screens.services import Services
from screens.statement.attention import gathered
from screens.widgets.confirm import Confirm
from screens.wizard.screen import WizardScreen
from store import bundle, queries
from store.database import Actor, Store
from store.drafts import Draft
from store.rating.statement import Warning
from store.terms import document
from store.terms.base import parse
from store.terms.contract import ContractTerms
from tests.screens.demo_store import BLUE_HARBOR, TODAY
from tests.screens.reading import SIZES, assert_in_view, console, screen_text
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import sold
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import BASICS, opened
from tests.screens.wizardry import quick as quick

pytestmark = pytest.mark.usefixtures("quick")

RECURRING = ("m", "down", " Monthly Commit", "down", " 500", "down", "down", "m", "ctrl+s")
"""$500.00 every month."""
SEATS = ("b", "down", "down", " Team", "down", "down", " 5", "ctrl+s")
"""Five seats at the card's monthly price."""


@pytest.fixture
def selling(tmp_path: Path) -> Iterator[Services]:
    """The demo's book, with a subscription product on its card; closed when the test is over."""
    store = Store.open(str(tmp_path / "sold.db"))
    with store.work(by=Actor("ann", "import"), now=TODAY) as work:
        bundle.import_bundle(work, bundle.parse_bundle(sold(document.read(book_text())), stored=True))
    store.close()
    made = Services(url=f"sqlite:///{tmp_path / 'sold.db'}", operator="ann", label="sold", clock=lambda: TODAY)
    yield made
    made.close()


@pytest.mark.parametrize("size", SIZES)
async def test_recurring_terms_and_seats_are_provisioned_by_keyboard_alone(
    selling: Services, size: tuple[int, int]
) -> None:
    app = console(selling)
    name = f"{size[0]}x{size[1]}"
    async with app.run_test(size=size) as pilot:
        await app.push_screen(OverviewScreen(selling, BLUE_HARBOR))
        await rest(pilot)
        await press(pilot, "c")
        await rest(pilot)
        wizard = app.screen
        assert isinstance(wizard, WizardScreen)
        await press(pilot, *BASICS, "f8", *RECURRING)
        await rest(pilot)
        assert_as_before(app, f"wizard_recurring_{name}")
        assert_in_view(app, "StepRail", "TermsPane", "KeyBar", "Notice")
        await press(pilot, "f8", *SEATS)
        await rest(pilot)
        assert_as_before(app, f"wizard_seats_{name}")
        assert "$50.00" in screen_text(app)
        await press(pilot, "f8")
        await rest(pilot)
        rows = [[c if isinstance(c, str) else c.text for c in row.cells] for row in wizard.review.rows.rows]
        assert ["Monthly Commit", "$500.00"] in rows
        await press(pilot, "f2")
        assert isinstance(app.screen, RequestModal)
        sent = parse(ContractTerms, document.read(app.screen.text))
        assert sent.recurring_commits[0].name == "Monthly Commit" and sent.subscriptions[0].initial_quantity == 5
        await press(pilot, "escape", "ctrl+s")
        await rest(pilot)
        assert isinstance(app.screen, Confirm)
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert isinstance(app.screen, OverviewScreen)
    (made,) = queries.contracts_of(selling.store(), BLUE_HARBOR)
    assert [c.name for c in made.contract.recurring_commits] == ["Monthly Commit"]
    assert [s.name for s in made.contract.subscriptions] == ["Team"]


async def test_typing_in_the_basics_keeps_the_terms(selling: Services) -> None:
    app = console(selling)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, selling, BLUE_HARBOR)
        await press(pilot, *BASICS, "f8", *RECURRING, "f8", *SEATS, "f7", "f7", " Named", "f6", "f6")
        await rest(pilot)
        assert len(wizard.draft["recurring_commits"]) == 1
        assert "subscriptions" not in wizard.draft  # undone, step by step: the name, the seats
        await press(pilot, "shift+f6")
        await rest(pilot)
        assert len(wizard.draft["subscriptions"]) == 1


async def test_a_kept_draft_has_the_terms_again(selling: Services) -> None:
    app = console(selling)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, selling, BLUE_HARBOR)
        await press(pilot, *BASICS, "f8", *RECURRING, "f8", *SEATS)
        await rest(pilot)
        wizard.note_draft()
        draft = wizard.keeper.draft
        assert isinstance(draft, Draft)
        again = await opened(pilot, selling, BLUE_HARBOR, draft)
        assert again.balances.terms["recurring_commits"][0]["name"] == "Monthly Commit"
        assert again.terms.pane.terms["subscriptions"][0]["name"] == "Team"


async def test_a_finding_about_a_subscription_leads_to_its_editor(selling: Services) -> None:
    app = console(selling)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, selling, BLUE_HARBOR)
        await press(pilot, *BASICS, "f8", "f8", "b", "down", "w", "down", "down", "down", " 5", "ctrl+s", "f8")
        await rest(pilot)
        assert "the rate card has no WEEKLY rate for product Seats" in " ".join(screen_text(app).split())
        await press(pilot, "enter")
        await pilot.pause()
        assert "Edit subscription" in screen_text(app)


def test_warnings_of_one_kind_about_one_term_are_one_sentence() -> None:
    months = [Warning("expired", f"Monthly: $5.00 expired unused on 2025-{k:02}-01", "/a") for k in (1, 2, 3)]
    other = Warning("expired", "Yearly: $9.00 expired unused on 2025-01-01", "/b")
    told = gathered([months[0], other, *months[1:], Warning("odd", "one"), Warning("odd", "two")])
    assert [w.message for w in told] == [
        "Monthly: $5.00 expired unused on 2025-01-01; 2 more like this follow", other.message, "one", "two",
    ]  # fmt: skip
