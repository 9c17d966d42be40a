"""The amendment editor as an operator uses it: the guide's amendment, before the guide has made it."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from screens.amendment.screen import AmendmentScreen
from screens.request.modal import RequestModal
from screens.services import Services
from screens.widgets.confirm import Confirm
from screens.widgets.leave import Leave
from screens.widgets.text_modal import TextModal
from store import drafts
from store.preview import Assumed, Assumption
from store.queries.book import customer_book
from store.terms.contract import Amendment
from store.terms.override import OverrideType
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, WIDGETS
from tests.screens.guide_store import EU, US, WIDGETS_CONTRACT, guide
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, settle
from tests.screens.snapshots import assert_as_before
from tests.screens.terms_samples import CLOUD as CLOUD_PRODUCT

CLOUD = {
    "starting_at": "2024-11-01T00:00:00Z",
    "type": "MULTIPLIER",
    "multiplier": Decimal("0.95"),
    "entitled": True,
    "applicable_product_tags": ["cloud"],
}


TENTH = {**CLOUD, "starting_at": "2025-11-01T00:00:00Z", "multiplier": Decimal("0.9")}


async def fresh(pilot: Any, screen: AmendmentScreen) -> None:
    """Until what is shown answers what is typed."""
    await pilot.pause()
    async with asyncio.timeout(10):
        await screen.fresh.wait()
    await settle(pilot)


async def opened(pilot: Any, services: Services, customer: str = WIDGETS, **more: Any) -> AmendmentScreen:
    """The editor, with the statement as it is."""
    screen = AmendmentScreen(services, customer, **more)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    await fresh(pilot, screen)
    return screen


async def put(pilot: Any, screen: AmendmentScreen, start: str, **terms: Any) -> None:
    """Start and terms, as if they had been typed."""
    if start:
        screen.form.row("starting_at").text = start
    screen.pane.load({**screen.pane.terms, **terms})
    screen.later()
    await fresh(pilot, screen)


def amendments(services: Services, customer: str = WIDGETS) -> tuple[Amendment, ...]:
    """What is stored."""
    return tuple(a for c in customer_book(services.store(), customer).contracts for a in c.amendments)


@pytest.mark.parametrize("size", SIZES)
async def test_the_amendment_of_the_guide(tmp_path: Path, size: tuple[int, int]) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot, services)
        assert_in_view(app, "#head", "TermsPane", "EffectPane", "KeyBar")
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        text = screen_text(app)
        assert "4 of 9 statements change" in text
        if size[0] < 100:
            assert_as_before(app, "amendment_terms_80x24")
            await pilot.press("2")
            await settle(pilot)
        text = screen_text(app)
        for shown in ("Usage statement 2024-11-01 → 2024-12-01", "$2,400.00", "$2,280.00", "$2.00", "$1.90"):
            assert shown in text  # README, §7.4: 1,200 hours, 240,000c as listed, 228,000c with the amendment
        told = " ".join(text.split())
        assert "Contract Prepaid Commit pays $2,400.00 → $2,280.00, left $7,600.00 → $7,720.00" in told
        assert "$200.00" in text  # the support tickets, which no balance pays
        assert_as_before(app, f"amendment_{size[0]}x{size[1]}")
        assert amendments(services) == ()
    services.close()


async def test_saving_asks_names_the_money_and_stores_the_guides_request(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services, contract_id=WIDGETS_CONTRACT)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        text = " ".join(screen_text(app).split())
        assert "final already" in text and "Save amendment" in text
        assert app.focused is not None and app.focused.id == "no"
        await pilot.press("escape")
        await settle(pilot)
        assert amendments(services) == ()
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        (made,) = amendments(services)
        assert made.overrides[0].type is OverrideType.MULTIPLIER and made.overrides[0].multiplier == Decimal("0.95")
        assert app.screen is not screen
        assert drafts.list_for(services.store(), "ann") == ()
        november = next(s for s in services.previews().current(WIDGETS).statements if s.start and s.start.month == 11)
        compute = next(line.total for line in november.lines if line.name == "Cloud Compute")
        assert compute == 240000  # final before the amendment was recorded: it keeps its numbers, as the question said
    services.close()


async def test_an_override_by_keys_alone(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await pilot.press("f4", "ctrl+u", *"2024", "minus", *"11")
        await fresh(pilot, screen)
        screen.pane.rows.focus()
        await pilot.press("o")
        await settle(pilot)
        await pilot.press("tab", "space")
        await settle(pilot)
        await pilot.press("enter", "tab", "tab", *"5", "percent_sign")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await fresh(pilot, screen)
        assert screen.pane.terms["overrides"][0]["multiplier"] == Decimal("0.95")
        assert "5 % off" in screen_text(app)
        await pilot.press("4")
        await settle(pilot)
        assert "1,200       $1.90" in screen_text(app) and "$2.00" not in screen_text(app)
        await pilot.press("3")
        await settle(pilot)
        assert "1,200       $2.00" in screen_text(app) and "$1.90" not in screen_text(app)
        await pilot.press("1", "u")
        await settle(pilot)
        await fresh(pilot, screen)
        assert "Undone" in screen_text(app) and not screen.unsaved
    services.close()


async def test_periods_are_stepped_through_picked_and_searched_for_changes(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.compare.lines.focus()
        await pilot.press("right_square_bracket")
        assert "2024-12-01 → 2025-01-01" in screen_text(app)
        await pilot.press("n")
        assert "2025-01-01 → 2025-02-01" in screen_text(app) and "$830.00" in screen_text(app)
        await pilot.press("left_square_bracket", "p")
        await settle(pilot)
        assert "± Usage 2025-02-01 → 2025-03-01" in screen_text(app) and "Invoice 2025-02-01" in screen_text(app)
        await pilot.press(*"invoice", "enter")
        await settle(pilot)
        assert "[ ‹ Scheduled invoice" in screen_text(app)
    services.close()


async def test_a_line_tells_how_both_its_numbers_came_to_be(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.compare.lines.focus()
        await pilot.press("home", "enter")
        await settle(pilot)
        assert isinstance(app.screen, TextModal)
        assert "BEFORE" in app.screen.text and "1,200 × $1.90 = $2,280.00" in app.screen.text
    services.close()


async def test_a_term_that_adds_a_statement_line_is_marked_new(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    charge = {
        "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
        "name": "Onboarding",
        "schedule": {"schedule_items": [{"timestamp": "2025-01-15T00:00:00Z", "amount": Decimal(50000)}]},
    }
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2025-01-01", scheduled_charges=[charge])
        text = screen_text(app)
        assert "Scheduled invoice 2025-01-15" in text and "+   Onboarding" in text
        assert "new · " in text and "(+$500.00)" in text
    services.close()


async def test_what_the_review_refuses_is_marked_and_not_saved(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    wrong = {**CLOUD, "applicable_product_tags": None, "product_id": "00000000-0000-4000-8000-000000000000"}
    wrong.pop("applicable_product_tags")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[wrong])
        assert "✗ overrides 1 product id: " in screen_text(app)
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert app.screen is screen
        screen.form.row("starting_at").text = "2024-13-01"
        screen.later()
        await fresh(pilot, screen)
        assert "✗ is not a date that exists" in screen_text(app)
    services.close()


async def test_assumed_usage_is_rated_and_said(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        screen.usage = Assumed((Assumption("7a0d0c70-0000-4000-8000-000000000001", Decimal(100), {}),))
        await put(pilot, screen, "2025-03-01", overrides=[{**CLOUD, "starting_at": "2025-03-01T00:00:00Z"}])
        text = screen_text(app)
        assert "≈ Assumed a month: 100 Cloud Compute" in text
        assert "2025-03-01 → 2025-04-01" in text and "$190.00" in text
        await pilot.press("f5")
        await settle(pilot)
        assert "Which usage?" in screen_text(app)
    services.close()


async def test_custom_fields_are_part_of_the_request(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await pilot.press("f")
        await settle(pilot)
        assert_in_view(app, "Button", "Form")
        await pilot.press(*"owner", "equals_sign", *"ann", "ctrl+s")
        await settle(pilot)
        await fresh(pilot, screen)
        assert screen.payload["custom_fields"] == {"owner": "ann"}
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(app.screen, RequestModal) and '"owner": "ann"' in app.screen.text
    services.close()


async def test_an_amendment_is_kept_and_gone_on_with(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, Leave)
        assert_in_view(app, "Button")
        await pilot.press("escape")
        await settle(pilot)
        assert app.screen is screen
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("k")
        await settle(pilot)
        (draft,) = drafts.list_for(services.store(), "ann")
        assert draft.kind == "amendment" and draft.title == "WidgetsExpress 2024/25 from 2024-11-01"
        again = await opened(pilot, services, contract_id=draft.contract_id, draft=draft)
        assert again.pane.terms["overrides"][0]["multiplier"] == Decimal("0.95")
        assert again.form.row("starting_at").text == "2024-11-01"
        assert "Going on with your draft" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert drafts.list_for(services.store(), "ann") == ()
    services.close()


async def test_what_is_made_survives_the_loss_of_the_terminal(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        assert services.rescue.run() == []
        (draft,) = drafts.list_for(services.store(), "ann")
        assert draft.payload["request"]["overrides"][0]["multiplier"] == Decimal("0.95")
    services.close()


async def test_stale_answers_are_dropped(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        before = screen.what_if
        assert before is not None
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        after = screen.what_if
        screen.post_message(screen.Rated(1, before))
        await pilot.pause()
        assert screen.what_if is after
    services.close()


async def test_several_contracts_are_chosen_from(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services, MERIDIAN)
        assert screen.contract_id == "" and app.focused is screen.form.row("contract_id").editor
        await pilot.press("space")
        await settle(pilot)
        assert "● active  2024-10-01 → open" in screen_text(app)
        await pilot.press(*"eu", "enter")
        await settle(pilot)
        await fresh(pilot, screen)
        assert screen.contract_id == EU
        assert screen.form.row("starting_at").text == "2025-03-01"
        assert screen.compare.chosen is not None and screen.compare.chosen.either.contract_id == EU
    services.close()


async def test_without_a_contract_it_says_so(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        await pilot.press("2", "n", "p", "escape")
        await settle(pilot)
        await pilot.press("ctrl+s", "f2", "right_square_bracket")
        await settle(pilot)
        assert "no contract to amend" in screen_text(app)
    demo.close()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_are_shown_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    usable = [text for text in HOSTILE if "\ud800" not in text]
    for k in range(0, len(usable), 4):
        folder = tmp_path / str(k)
        folder.mkdir()
        name = usable[k]
        services = guide(folder, names={WIDGETS_CONTRACT: name, US: usable[k + 1 - len(usable)]})
        app = console(services)
        charge = {
            "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
            "name": name,
            "schedule": {"schedule_items": [{"timestamp": "2025-01-15T00:00:00Z", "amount": Decimal(50000)}]},
        }
        async with app.run_test(size=size) as pilot:
            screen = await opened(pilot, services)
            await put(pilot, screen, "2025-01-01", scheduled_charges=[charge])
            screen.custom_fields = {"owner": name}
            screen.changed()
            await fresh(pilot, screen)
            for keys in (("2",), ("p",), ("escape",), ("f2",), ("escape",), ("escape",), ("escape",)):
                assert_clean(app)
                await pilot.press(*keys)
                await settle(pilot)
        services.close()


async def test_an_amendment_of_time_to_come_is_told_from_projected_usage(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, demo)
        await put(pilot, screen, "2025-11-01", overrides=[TENTH])
        text = screen_text(app)
        assert "≈ Stored usage, and from now on the average of the last 90 days" in text
        assert "2025-11-01 → 2025-12-01" in text and "◌ draft" in text
        assert "3 of 19 statements change" in text and "final already" not in text
    demo.close()


async def test_the_picker_shows_whole_periods_in_a_narrow_window(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await pilot.press("2", "p")
        await settle(pilot)
        assert "± Usage 2024-12-01 → 2025-01-01" in screen_text(app)
    services.close()


async def test_the_usage_that_was_assumed_comes_back_with_the_draft(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await put(pilot, screen, "2025-01-01", overrides=[CLOUD])
        screen.usage = assumed = Assumed((Assumption(CLOUD_PRODUCT, Decimal(1200), {"region": "EU"}),))
        screen.keep()
        screen.write()
        await settle(pilot)
        (draft,) = drafts.list_for(services.store(), "ann")
        again = AmendmentScreen(services, WIDGETS, draft.contract_id, draft)
        assert again.usage == assumed
    services.close()
