"""The amendment editor as an operator uses it: the guide's amendment, before the guide has made it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from screens.request.modal import RequestModal
from screens.services import Services
from screens.widgets.confirm import Confirm
from screens.widgets.text_modal import TextModal
from store import drafts
from store.preview import Assumed, Assumption
from store.terms.override import OverrideType
from tests.screens.amending import CLOUD, TENTH, amendments, fresh, opened, put
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, WIDGETS
from tests.screens.guide_store import EU, US, WIDGETS_CONTRACT, guide
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, tap
from tests.screens.snapshots import assert_as_before


@pytest.mark.parametrize("size", SIZES)
async def test_the_amendment_of_the_guide(guided: Services, size: tuple[int, int]) -> None:
    app = console(guided)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot, guided)
        assert_in_view(app, "#head", "TermsPane", "EffectPane", "KeyBar")
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        text = screen_text(app)
        assert "4 of 9 statements change" in text
        if size[0] < 100:
            assert_as_before(app, "amendment_terms_80x24")
            await tap(pilot, "2")
        text = screen_text(app)
        for shown in ("Usage statement 2024-11-01 → 2024-12-01", "$2,400.00", "$2,280.00", "$2.00", "$1.90"):
            assert shown in text  # README, §7.4: 1,200 hours, 240,000c as listed, 228,000c with the amendment
        told = " ".join(text.split())
        assert "Contract Prepaid Commit pays $2,400.00 → $2,280.00, left $7,600.00 → $7,720.00" in told
        assert "$200.00" in text  # the support tickets, which no balance pays
        assert_as_before(app, f"amendment_{size[0]}x{size[1]}")
        assert amendments(guided) == ()


async def test_saving_asks_names_the_money_and_stores_the_guides_request(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided, contract_id=WIDGETS_CONTRACT)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await tap(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        text = " ".join(screen_text(app).split())
        assert "final already" in text and "Save amendment" in text
        assert app.focused is not None and app.focused.id == "no"
        await tap(pilot, "escape")
        assert amendments(guided) == ()
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        (made,) = amendments(guided)
        assert made.overrides[0].type is OverrideType.MULTIPLIER and made.overrides[0].multiplier == Decimal("0.95")
        assert app.screen is not screen
        assert drafts.list_for(guided.store(), "ann") == ()
        november = next(s for s in guided.previews().current(WIDGETS).statements if s.start and s.start.month == 11)
        compute = next(line.total for line in november.lines if line.name == "Cloud Compute")
        assert compute == 240000  # final before the amendment was recorded: it keeps its numbers, as the question said


async def test_an_override_by_keys_alone(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await pilot.press("f4", "ctrl+u", *"2024", "minus", *"11")
        await fresh(pilot, screen)
        screen.pane.rows.focus()
        await tap(pilot, "o")
        await tap(pilot, "tab", "space")
        await pilot.press("enter", "tab", "tab", *"5", "percent_sign")
        await tap(pilot, "ctrl+s")
        await fresh(pilot, screen)
        assert screen.pane.terms["overrides"][0]["multiplier"] == Decimal("0.95")
        assert "5 % off" in screen_text(app)
        await tap(pilot, "4")
        assert "1,200       $1.90" in screen_text(app) and "$2.00" not in screen_text(app)
        await tap(pilot, "3")
        assert "1,200       $2.00" in screen_text(app) and "$1.90" not in screen_text(app)
        await tap(pilot, "1", "u")
        await fresh(pilot, screen)
        assert "Undone" in screen_text(app) and not screen.unsaved


async def test_periods_are_stepped_through_picked_and_searched_for_changes(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.compare.lines.focus()
        await pilot.press("right_square_bracket")
        assert "2024-12-01 → 2025-01-01" in screen_text(app)
        await pilot.press("n")
        assert "2025-01-01 → 2025-02-01" in screen_text(app) and "$830.00" in screen_text(app)
        await tap(pilot, "left_square_bracket", "p")
        assert "± Usage 2025-02-01 → 2025-03-01" in screen_text(app) and "Invoice 2025-02-01" in screen_text(app)
        await tap(pilot, *"invoice", "enter")
        assert "[ ‹ Scheduled invoice" in screen_text(app)


async def test_a_line_tells_how_both_its_numbers_came_to_be(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        screen.compare.lines.focus()
        await tap(pilot, "home", "enter")
        assert isinstance(app.screen, TextModal)
        assert "BEFORE" in app.screen.text and "1,200 × $1.90 = $2,280.00" in app.screen.text


async def test_a_term_that_adds_a_statement_line_is_marked_new(guided: Services) -> None:
    app = console(guided)
    charge = {
        "product_id": "06cf3703-3f5e-467c-8ba1-0ee934c740b9",
        "name": "Onboarding",
        "schedule": {"schedule_items": [{"timestamp": "2025-01-15T00:00:00Z", "amount": Decimal(50000)}]},
    }
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2025-01-01", scheduled_charges=[charge])
        text = screen_text(app)
        assert "Scheduled invoice 2025-01-15" in text and "+   Onboarding" in text
        assert "new · " in text and "(+$500.00)" in text


async def test_what_the_review_refuses_is_marked_and_not_saved(guided: Services) -> None:
    app = console(guided)
    wrong = {**CLOUD, "applicable_product_tags": None, "product_id": "00000000-0000-4000-8000-000000000000"}
    wrong.pop("applicable_product_tags")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[wrong])
        assert "✗ overrides 1 product id: " in screen_text(app)
        await tap(pilot, "ctrl+s")
        assert app.screen is screen
        screen.form.row("starting_at").text = "2024-13-01"
        screen.later()
        await fresh(pilot, screen)
        assert "✗ is not a date that exists" in screen_text(app)


async def test_assumed_usage_is_rated_and_said(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        screen.usage = Assumed((Assumption("7a0d0c70-0000-4000-8000-000000000001", Decimal(100), {}),))
        await put(pilot, screen, "2025-03-01", overrides=[{**CLOUD, "starting_at": "2025-03-01T00:00:00Z"}])
        text = screen_text(app)
        assert "≈ Assumed a month: 100 Cloud Compute" in text
        assert "2025-03-01 → 2025-04-01" in text and "$190.00" in text
        await tap(pilot, "f5")
        assert "Which usage?" in screen_text(app)


async def test_custom_fields_are_part_of_the_request(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await tap(pilot, "f")
        assert_in_view(app, "Button", "Form")
        await tap(pilot, *"owner", "equals_sign", *"ann", "ctrl+s")
        await fresh(pilot, screen)
        assert screen.payload["custom_fields"] == {"owner": "ann"}
        await tap(pilot, "f2")
        assert isinstance(app.screen, RequestModal) and '"owner": "ann"' in app.screen.text


async def test_several_contracts_are_chosen_from(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided, MERIDIAN)
        assert screen.contract_id == "" and app.focused is screen.form.row("contract_id").editor
        await tap(pilot, "space")
        assert "● active  2024-10-01 → open" in screen_text(app)
        await tap(pilot, *"eu", "enter")
        await fresh(pilot, screen)
        assert screen.contract_id == EU
        assert screen.form.row("starting_at").text == "2025-03-01"
        assert screen.compare.chosen is not None and screen.compare.chosen.either.contract_id == EU


async def test_without_a_contract_it_says_so(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        await tap(pilot, "2", "n", "p", "escape")
        await tap(pilot, "ctrl+s", "f2", "right_square_bracket")
        assert "no contract to amend" in screen_text(app)


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
                await tap(pilot, *keys)
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


async def test_the_picker_shows_whole_periods_in_a_narrow_window(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        await tap(pilot, "2", "p")
        assert "± Usage 2024-12-01 → 2025-01-01" in screen_text(app)
