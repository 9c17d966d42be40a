"""A change of a usage filter: seen before it is made, refused at its field, kept, resumed, not overrun."""

from __future__ import annotations

import asyncio

from screens.overview.resuming import screen_for
from screens.request.modal import RequestModal
from screens.services import Services
from screens.timeline.screen import TimelineScreen
from screens.widgets.confirm import Confirm
from screens.widgets.leave import Leave
from store import drafts
from store.terms.contract import UsageFilterUpdate
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.guide_store import APAC, EU, US
from tests.screens.reading import assert_in_view, console, screen_text, settle, tap
from tests.screens.rerouting import change, change_values, opened, rated, said, updates


async def test_the_change_of_the_guide_is_seen_before_it_is_made(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-01-01")
        text = screen_text(app)
        assert "◆ US, EU" in text
        assert "From 2025-01-01 on" in text
        assert "New: region EU → US region and EU region: billed twice" in text
        assert "billed twice · 1 event  (until now EU region)" in said(screen)
        assert "EU region still takes EU" in text
        assert "contract EU region can take the same usage" in text
        assert "  $99.00 → $144.00  +$45.00" in text  # 1,100 × 9c, then 1,600 × 9c: README, §7.5
        assert updates(guided, US) == ()
        await tap(pilot, "ctrl+s")
        assert isinstance(app.screen, Confirm)
        assert "+$45.00" in screen_text(app)
        assert app.focused is not None and app.focused.id == "no"
        await tap(pilot, "right", "enter")
        (update,) = updates(guided, US)
        assert update.group_values == ("US", "EU")
        assert "Saved: US region takes US, EU from 2025-01-01 on." in screen_text(app) and not screen.drafting
        screen.read()  # as it does within a second of any write, this one too
        await settle(pilot)
        assert "Saved: US region takes US, EU from 2025-01-01 on." in screen_text(app)
        assert "▲ twice: EU" in screen_text(app)


async def test_with_the_other_contract_ended_nothing_is_billed_twice(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, EU, "LATAM", "2025-01")
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        await change(pilot, screen, US, "US\nEU", "2025-01")
        screen.query_one("#words").scroll_end(animate=False)
        assert "billed twice" not in screen_text(app)
        assert screen.what_if is not None
        deltas = {c.either.contract_id: c.delta for c in screen.what_if.comparison.changed}
        assert deltas[US] == 4500


async def test_a_value_that_a_contract_no_longer_takes_is_named(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, APAC, "LATAM", "2025-01")
        text = said(screen)
        assert "No longer taken by this contract: APAC." in text
        assert "+ ✓ New: region LATAM → APAC region · 1 event  (until now no contract)" in text
        assert "+ ○ New: region APAC → no contract · 1 event  (until now APAC region)" in text
        await change_values(pilot, screen, "APAC")
        assert "This contract takes exactly that already." in screen_text(app)


async def test_a_change_by_keys_alone(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await pilot.press("down", "n")  # the first contract
        await settle(pilot)
        await pilot.press("down", "down", "space")  # its values
        await settle(pilot)
        assert "5 events seen" not in screen_text(app) and "2 events seen" in screen_text(app)
        await tap(pilot, *"eu", "enter")
        await pilot.press("down", "ctrl+u", *"2025", "minus", *"01")
        await rated(pilot, screen)
        assert screen.proposed is not None
        assert screen.proposed.group_values == ("US", "EU")
        await tap(pilot, "f2")
        assert isinstance(app.screen, RequestModal) and '"group_key": "region"' in app.screen.text


async def test_what_is_refused_is_said_at_its_field(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await tap(pilot, "down", "n")
        form = screen.panel.form
        assert form is not None
        form.row("starting_at").text = "2025-01-01 10:30"
        form.post_message(form.Changed(form, "starting_at"))
        async with asyncio.timeout(5):
            while screen.proposed is not None:
                await pilot.pause(0.01)
        assert "✗ must be on the hour" in screen_text(app)
        assert screen.proposed is None
        await tap(pilot, "ctrl+s")
        assert app.screen is screen


async def test_a_change_is_kept_and_gone_on_with(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        await tap(pilot, "escape")
        assert isinstance(app.screen, Leave)
        assert_in_view(app, "Button")
        await tap(pilot, "k")
        (draft,) = drafts.list_for(guided.store(), "ann")
        assert draft.kind == "usage_filter" and draft.contract_id == US
        assert "A change is unfinished: US region from 2025-01" in screen_text(app)
        await tap(pilot, "escape")
        again = await opened(pilot, guided)
        await pilot.press("n")
        await rated(pilot, again)
        assert again.proposed is not None and again.proposed.group_values == ("US", "EU")
        await tap(pilot, "escape")
        await tap(pilot, "d")
        assert drafts.list_for(guided.store(), "ann") == ()


async def test_what_is_typed_survives_the_loss_of_the_terminal(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        assert guided.rescue.run() == []
        (draft,) = drafts.list_for(guided.store(), "ann")
        assert draft.payload["form"]["group_values"] == "US\nEU"


async def test_a_change_made_meanwhile_by_somebody_else_is_not_overrun(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        from store.commands import set_usage_filter

        other = UsageFilterUpdate.model_validate(
            {"customer_id": MERIDIAN, "contract_id": US, "group_key": "region", "group_values": ["US"],
             "starting_at": "2025-02-01T00:00:00Z"}
        )  # fmt: skip
        with guided.work() as work:
            set_usage_filter(work, request=other)
        await tap(pilot, "ctrl+s")
        await tap(pilot, "right", "enter")
        assert "✗ Conflict" in screen_text(app)
        assert screen.drafting and len(updates(guided, US)) == 1


async def test_a_change_of_time_to_come_is_told_from_projected_usage(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, demo)
        await change(pilot, screen, APAC, "APAC\nLATAM", "2025-11-01")
        text = said(screen)
        assert "New: region LATAM → APAC region  (until now no contract)" in text
        assert "≈ The next three months, on usage projected from the last 90 days:" in text
        assert "± 2025-11  APAC region" in text and "± 2026-01  APAC region" in text


async def test_a_first_filter_is_chosen_from_the_values_of_usage(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert "All usage → WidgetsExpress 2024/25" in said(screen)
        await tap(pilot, "n")
        form = screen.panel.form
        assert form is not None
        form.row("group_key").text = "storage_class"
        form.post_message(form.Changed(form, "group_key"))
        await pilot.pause()
        form.row("group_values").editor.focus()
        await tap(pilot, "space")
        assert "archive" in screen_text(app) and "events seen" in screen_text(app)
        await pilot.press(*"archive", "enter")
        async with asyncio.timeout(5):
            while "✗ metric " not in screen_text(app):
                await pilot.pause(0.01)
        assert screen.proposed is None  # compute usage is not grouped by it: README, §6 rule 33


async def test_a_resumed_change_is_open_at_once(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, guided)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        assert guided.rescue.run() == []
        (draft,) = drafts.list_for(guided.store(), "ann")
        resumed = screen_for(guided, MERIDIAN, draft)
        assert isinstance(resumed, TimelineScreen)
        await app.push_screen(resumed)
        await settle(pilot)
        await rated(pilot, resumed)
        assert resumed.drafting
        assert resumed.proposed is not None and resumed.proposed.group_values == ("US", "EU")
