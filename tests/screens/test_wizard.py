"""Provisioning the guide's contract with the keyboard alone, beside a preview that follows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from screens.overview.screen import OverviewScreen
from screens.request.modal import RequestModal
from screens.services import Services
from screens.terms.editor import TermEditor
from screens.widgets.confirm import Confirm
from screens.wizard import draft as drafting
from screens.wizard.review_step import request_text
from screens.wizard.screen import WizardScreen
from store import queries
from store.commands import create_contract
from store.drafts import Draft
from store.preview import Assumed, Assumption
from store.terms import document
from store.terms.base import parse
from store.terms.contract import ContractTerms
from tests.screens.demo_store import BLUE_HARBOR, WIDGETS
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import CLOUD
from tests.screens.typing_keys import press, rest
from tests.screens.wizardry import BASICS, CHARGE, COMMIT, GUIDE, opened, provision
from tests.screens.wizardry import quick as quick

pytestmark = pytest.mark.usefixtures("quick")


def shown(app: Any) -> str:
    """The screen's text with single blanks."""
    return "\n".join(" ".join(line.split()) for line in screen_text(app).split("\n"))


async def test_the_guides_contract_is_provisioned_by_keyboard_alone(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.push_screen(OverviewScreen(demo, WIDGETS))
        await rest(pilot)
        before = {c.id for c in queries.contracts_of(demo.store(), WIDGETS)}
        await press(pilot, "c")
        await rest(pilot)
        await provision(pilot)
        wizard = app.screen
        assert isinstance(wizard, WizardScreen)
        assert parse(ContractTerms, drafting.ordered(wizard.draft)) == parse(ContractTerms, GUIDE)
        await press(pilot, "ctrl+s")
        await rest(pilot)
        assert isinstance(app.screen, Confirm)
        assert "4 scheduled invoices, $14,000.00 in all" in " ".join(shown(app).replace("│", "").split())
        assert app.focused is not None and app.focused.id == "no"
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert isinstance(app.screen, OverviewScreen)
        assert "✓ Contract on Base usage products was created." in screen_text(app)
        (made,) = [c for c in queries.contracts_of(demo.store(), WIDGETS) if c.id not in before]
    assert [c.name for c in made.contract.commits] == ["Contract Prepaid Commit"]
    assert [c.name for c in made.contract.scheduled_charges] == ["Platform Charge"]
    demo.close()


@pytest.mark.parametrize("size", SIZES)
async def test_the_review_shows_the_invoices_by_date(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        await provision(pilot)
        rows = [[c if isinstance(c, str) else c.text for c in row.cells] for row in wizard.review.rows.rows]
        start = rows.index(["Scheduled invoices"])
        assert rows[start + 1 : start + 11] == [
            ["2024-11-01", "$11,000.00"],
            ["Contract Prepaid Commit", "$10,000.00"],
            ["Platform Charge", "$1,000.00"],
            ["2025-02-01", "$1,000.00"],
            ["Platform Charge", "$1,000.00"],
            ["2025-05-01", "$1,000.00"],
            ["Platform Charge", "$1,000.00"],
            ["2025-08-01", "$1,000.00"],
            ["Platform Charge", "$1,000.00"],
            ["4 in all", "$14,000.00"],
        ]
        assert "✓ Ready: ^S creates the contract." in screen_text(app)
        await press(pilot, "f2")
        assert isinstance(app.screen, RequestModal)
        sent = document.read(app.screen.text)
        assert parse(ContractTerms, sent) == parse(ContractTerms, {**GUIDE, "customer_id": BLUE_HARBOR})
        await press(pilot, "c")
        assert app.clipboard == request_text(wizard.draft)
    demo.close()


@pytest.mark.parametrize("size", SIZES)
async def test_every_step_looks_as_before(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    name = f"{size[0]}x{size[1]}"
    async with app.run_test(size=size) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        assert_as_before(app, f"wizard_new_{name}")
        await press(pilot, *BASICS)
        await rest(pilot)
        assert_as_before(app, f"wizard_basics_{name}")
        assert_in_view(app, "StepRail", "FieldRow", "KeyBar", "Notice")
        await press(pilot, "f8", *COMMIT)
        await rest(pilot)
        assert_as_before(app, f"wizard_commits_{name}")
        await press(pilot, "f8", *CHARGE)
        await rest(pilot)
        assert_as_before(app, f"wizard_terms_{name}")
        assert_in_view(app, "TermsPane", "#extras", "KeyBar", "Notice")
        await press(pilot, "f8")
        await rest(pilot)
        assert_as_before(app, f"wizard_review_{name}")
        assert_in_view(app, "FindingsList", "#review-rows", "KeyBar")
        await press(pilot, "f3")
        assert app.screen is wizard and not wizard.has_class("-peek")  # everything is in view already
        await press(pilot, "f2")
        assert_as_before(app, f"wizard_request_{name}")
    demo.close()


async def test_going_back_and_forward_loses_nothing(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, " Half a na", "down", "down", " 2024-99", "f8", "f8", "f7", "f7")
        await rest(pilot)
        text = screen_text(app)
        assert "Half a na" in text
        assert "2024-99" in text
        assert "✗ is not a date that exists" in text
        await press(pilot, " 2024-11")
        await rest(pilot)
        assert wizard.draft["starting_at"] == "2024-11-01T00:00:00Z"
        await provision_from_here(pilot)
        before = wizard.draft
        await press(pilot, "1", "f7", "ctrl+n", "f8", "f8", "f7", "f7", "f7")
        assert wizard.draft == before
        assert wizard.step == 0
    demo.close()


async def provision_from_here(pilot: Any) -> None:
    """Commits and terms from the basics, and on to the review."""
    await press(pilot, "f8", *COMMIT, "f8", *CHARGE, "f8")
    await rest(pilot)


async def test_the_preview_follows_each_change(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        assert "none: no commit is invoiced" in screen_text(app)
        await press(pilot, *BASICS, "f8", *COMMIT)
        await rest(pilot)
        assert "2024-11-01 $10,000.00" in shown(app)
        await press(pilot, "x")
        await rest(pilot)
        assert "none: no commit is invoiced" in screen_text(app)
        await press(pilot, "u")
        await rest(pilot)
        assert "2024-11-01 $10,000.00" in shown(app)
        assert "Undone: removed commit Contract Prepaid Commit" in screen_text(app)
    demo.close()


async def test_an_incomplete_draft_shows_what_it_can_and_says_what_is_missing(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        await press(pilot, "down", "down", "delete", "f8")
        await rest(pilot)
        text = shown(app)
        assert "✗ Starts is required" in text
        assert "Nothing to rate before it has a start." in text
        await press(pilot, "f7", " 2024-11-01", "down", " 2024-10-01", "f8", *CHARGE)
        await rest(pilot)
        text = shown(app)
        assert "✗ Ends must be after starting_at" in text
        assert "▲ 1 Basics" in text
        assert "2024-11-01 $1,000.00" in text  # what is sound is rated all the same
        await press(pilot, "ctrl+s", "ctrl+s")
        await rest(pilot)
        assert "✗ 1 to put right first" in shown(app)
        assert wizard.step == 3
        await press(pilot, "home", "enter")
        await rest(pilot)
        assert wizard.step == 0
        assert wizard.basics.form.row("ending_before").editor.has_focus
    demo.close()


async def test_every_broken_rule_is_told_and_leads_to_its_field(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        request = {
            "starting_at": "2024-11-01T00:00:00Z",
            "rate_card_alias": "no such card",
            "usage_filter": {"group_key": "planet", "group_values": ["Mars"]},
            "overrides": [{"starting_at": "2024-11-01T00:00:00Z", "type": "MULTIPLIER", "multiplier": 1,
                           "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9"}],
            "custom_fields": {"nobody": "x"},
        }  # fmt: skip
        wizard = await opened(pilot, demo, WIDGETS, draft(request, step=3))
        told = [f"{each.glyph} {each.text}" for each in wizard.told()]
        assert told[:2] == [
            "✗ Custom field nobody is not a registered custom field of contract",
            "✗ Rate card no rate card has the alias no such card at the contract's start",
        ]
        text = shown(app)
        assert "▲ 1 Basics" in text
        assert "▲ 3 Terms" in text
        await press(pilot, "down", "enter")
        assert wizard.step == 0
        assert wizard.basics.form.row("rate_card").editor.has_focus
    demo.close()


def draft(request: dict[str, Any], *, step: int = 0, texts: dict[str, str] | None = None) -> Any:
    """A kept draft."""
    payload = drafting.kept(request, texts or {}, step)
    return Draft("d", "ann", "contract", "Draft", payload, datetime(2025, 1, 1, tzinfo=UTC), WIDGETS)


async def test_what_is_refused_at_the_last_moment_is_told(demo: Services) -> None:
    """Another operator takes the uniqueness key between review and creation."""
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        request = {"starting_at": "2026-01-01T00:00:00Z", "uniqueness_key": "2026"}
        wizard = await opened(pilot, demo, BLUE_HARBOR, draft(request, step=3))
        await press(pilot, "ctrl+s")
        await rest(pilot)
        with demo.work() as work:
            create_contract(work, request=parse(ContractTerms, {**request, "customer_id": BLUE_HARBOR}))
        await press(pilot, "right", "enter")
        await rest(pilot)
        assert app.screen is wizard
        assert "✗ Uniqueness key is already used" in shown(app)
    demo.close()


async def test_the_palette_reaches_every_kind_of_term(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        wizard = await opened(pilot, demo)
        await press(pilot, "ctrl+p", " override", "enter")
        await rest(pilot)
        assert isinstance(app.screen, TermEditor)
        assert app.screen.shape.kind == "overrides"
        assert wizard.step == 2
    demo.close()


async def test_usage_is_assumed_and_said(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        wizard = await opened(pilot, demo, BLUE_HARBOR)
        await press(pilot, *BASICS)
        wizard.usage = Assumed((Assumption(CLOUD, Decimal(1200), {}),))
        wizard.tell_usage()
        wizard.look_soon()
        await rest(pilot)
        text = shown(app)
        assert "≈ Assumed a month: 1,200 Cloud Compute" in text
        assert "Cloud Compute 1,200 × $2.00 $2,400.00" in text
    demo.close()


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "\ud800"])  # which no store can keep
async def test_hostile_names_are_shown_literally(demo: Services, name: str) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        charge = {**GUIDE["scheduled_charges"][0], "name": name}
        commit = {**GUIDE["commits"][0], "name": name, "applicable_product_tags": [name]}
        request = {**GUIDE, "name": name, "scheduled_charges": [charge], "commits": [commit]}
        wizard = await opened(pilot, demo, BLUE_HARBOR, draft(request))
        for step in range(4):
            wizard.go(step)
            await rest(pilot)
            assert_clean(app)
        await press(pilot, "f3")
        assert_clean(app)
    demo.close()
