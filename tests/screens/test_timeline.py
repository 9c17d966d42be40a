"""The usage-filter timeline as an operator uses it, on the guide's customers before the guide's change."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from screens.overview.resuming import screen_for
from screens.request.modal import RequestModal
from screens.services import Services
from screens.timeline.lanes import Lanes
from screens.timeline.screen import TimelineScreen
from screens.widgets.confirm import Confirm
from screens.widgets.leave import Leave
from screens.widgets.text_pane import TextPane
from store import drafts
from store.queries.book import customer_book
from store.terms.contract import UsageFilterUpdate
from tests.screens.demo_store import BLUE_HARBOR, MERIDIAN, WIDGETS
from tests.screens.guide_store import APAC, EU, US, guide
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, settle
from tests.screens.snapshots import assert_as_before


async def opened(pilot: Any, services: Services, customer: str = MERIDIAN) -> TimelineScreen:
    """The screen, with contracts and usage read."""
    screen = TimelineScreen(services, customer)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


async def rated(pilot: Any, screen: TimelineScreen) -> None:
    """Until the effect of the change that is typed is known."""
    async with asyncio.timeout(10):
        while screen.what_if is None:
            await pilot.pause(0.01)
    await settle(pilot)


async def change(pilot: Any, screen: TimelineScreen, contract: str, values: str, start: str) -> None:
    """Type a change (values one a line) and wait for its effect."""
    lanes = screen.query_one(Lanes)
    lanes.go_to(contract, screen.services.now())
    await pilot.press("n")
    await settle(pilot)
    form = screen.panel.form
    assert form is not None
    form.row("group_values").text = values
    form.row("starting_at").text = start
    screen.what_if = None
    form.post_message(form.Changed(form, "starting_at"))
    await rated(pilot, screen)


def said(screen: TimelineScreen) -> str:
    """What stands under the lanes, unwrapped."""
    return screen.query_one(TextPane).text.plain


def updates(services: Services, contract: str) -> tuple[UsageFilterUpdate, ...]:
    """What is stored of filter changes."""
    return customer_book(services.store(), MERIDIAN).contract[contract].usage_filter_updates


@pytest.mark.parametrize("size", SIZES)
async def test_lanes_and_words(tmp_path: Path, size: tuple[int, int]) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, services)
        text = screen_text(app)
        for line in (
            "From 2024-10-01 on",
            "region US → US region · 2 events",
            "region LATAM → no contract · 1 event",
            "today 2025-03-10",
        ):
            assert line in text
        assert_in_view(app, "Lanes", "#words", "KeyBar", "Notice")
        assert_as_before(app, f"timeline_{size[0]}x{size[1]}")
    services.close()


async def test_the_change_of_the_guide_is_seen_before_it_is_made(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, US, "US\nEU", "2025-01-01")
        text = screen_text(app)
        assert "◆ US, EU" in text
        assert "From 2025-01-01 on" in text
        assert "New: region EU → US region and EU region: billed twice" in text
        assert "billed twice · 1 event  (until now EU region)" in said(screen)
        assert "EU region still takes EU" in text
        assert "contract EU region can take the same usage" in text
        assert "  $99.00 → $144.00  +$45.00" in text  # 1,100 × 9c, then 1,600 × 9c: README, §7.5
        assert updates(services, US) == ()
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        assert "+$45.00" in screen_text(app)
        assert app.focused is not None and app.focused.id == "no"
        await pilot.press("right", "enter")
        await settle(pilot)
        (update,) = updates(services, US)
        assert update.group_values == ("US", "EU")
        assert "Saved: US region takes US, EU from 2025-01-01 on." in screen_text(app) and not screen.drafting
        screen.read()  # as it does within a second of any write, this one too
        await settle(pilot)
        assert "Saved: US region takes US, EU from 2025-01-01 on." in screen_text(app)
        assert "▲ twice: EU" in screen_text(app)
    services.close()


async def test_with_the_other_contract_ended_nothing_is_billed_twice(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, EU, "LATAM", "2025-01")
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        screen.query_one("#words").scroll_end(animate=False)
        assert "billed twice" not in screen_text(app)
        assert screen.what_if is not None
        deltas = {c.either.contract_id: c.delta for c in screen.what_if.comparison.changed}
        assert deltas[US] == 4500
    services.close()


async def test_a_value_that_a_contract_no_longer_takes_is_named(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, APAC, "LATAM", "2025-01")
        text = said(screen)
        assert "No longer taken by this contract: APAC." in text
        assert "+ ✓ New: region LATAM → APAC region · 1 event  (until now no contract)" in text
        assert "+ ○ New: region APAC → no contract · 1 event  (until now APAC region)" in text
        await change_values(pilot, screen, "APAC")
        assert "This contract takes exactly that already." in screen_text(app)
    services.close()


async def change_values(pilot: Any, screen: TimelineScreen, values: str) -> None:
    """Other values in the open form."""
    form = screen.panel.form
    assert form is not None
    screen.what_if = None
    form.row("group_values").text = values
    form.post_message(form.Changed(form, "group_values"))
    await rated(pilot, screen)


async def test_a_change_by_keys_alone(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await pilot.press("down", "n")  # the first contract
        await settle(pilot)
        await pilot.press("down", "down", "space")  # its values
        await settle(pilot)
        assert "5 events seen" not in screen_text(app) and "2 events seen" in screen_text(app)
        await pilot.press(*"eu", "enter")
        await settle(pilot)
        await pilot.press("down", "ctrl+u", *"2025", "minus", *"01")
        await rated(pilot, screen)
        assert screen.proposed is not None
        assert screen.proposed.group_values == ("US", "EU")
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(app.screen, RequestModal) and '"group_key": "region"' in app.screen.text
    services.close()


async def test_what_is_refused_is_said_at_its_field(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await pilot.press("down", "n")
        await settle(pilot)
        form = screen.panel.form
        assert form is not None
        form.row("starting_at").text = "2025-01-01 10:30"
        form.post_message(form.Changed(form, "starting_at"))
        async with asyncio.timeout(5):
            while screen.proposed is not None:
                await pilot.pause(0.01)
        assert "✗ must be on the hour" in screen_text(app)
        assert screen.proposed is None
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert app.screen is screen
    services.close()


async def test_a_change_is_kept_and_gone_on_with(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, Leave)
        assert_in_view(app, "Button")
        await pilot.press("k")
        await settle(pilot)
        (draft,) = drafts.list_for(services.store(), "ann")
        assert draft.kind == "usage_filter" and draft.contract_id == US
        assert "A change is unfinished: US region from 2025-01" in screen_text(app)
        await pilot.press("escape")
        await settle(pilot)
        again = await opened(pilot, services)
        await pilot.press("n")
        await rated(pilot, again)
        assert again.proposed is not None and again.proposed.group_values == ("US", "EU")
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("d")
        await settle(pilot)
        assert drafts.list_for(services.store(), "ann") == ()
    services.close()


async def test_what_is_typed_survives_the_loss_of_the_terminal(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        assert services.rescue.run() == []
        (draft,) = drafts.list_for(services.store(), "ann")
        assert draft.payload["form"]["group_values"] == "US\nEU"
    services.close()


async def test_a_change_made_meanwhile_by_somebody_else_is_not_overrun(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        from store.commands import set_usage_filter

        other = UsageFilterUpdate.model_validate(
            {"customer_id": MERIDIAN, "contract_id": US, "group_key": "region", "group_values": ["US"],
             "starting_at": "2025-02-01T00:00:00Z"}
        )  # fmt: skip
        with services.work() as work:
            set_usage_filter(work, request=other)
        await pilot.press("ctrl+s")
        await settle(pilot)
        await pilot.press("right", "enter")
        await settle(pilot)
        assert "✗ Conflict" in screen_text(app)
        assert screen.drafting and len(updates(services, US)) == 1
    services.close()


async def test_zoom_and_time_move_the_view_and_nothing_else(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, services)
        lanes, before = screen.query_one(Lanes), screen_text(app)
        for key in ("plus", "plus", "left_square_bracket", "minus", "right_square_bracket", "up", "G", "home"):
            await pilot.press(key)
        await settle(pilot)
        assert lanes.scale != lanes.home
        await pilot.press("0")
        await settle(pilot)
        assert lanes.scale == lanes.home
        assert screen_text(app).split("\n")[1] == before.split("\n")[1]
    services.close()


async def test_without_a_contract_it_says_what_to_do(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        assert "No contracts yet" in screen_text(app)
        await pilot.press("n", "enter", "plus", "0", "left", "r")
        await settle(pilot)
        assert "No contracts yet" in screen_text(app)
    demo.close()


async def test_read_only_offers_no_change(tmp_path: Path) -> None:
    made = guide(tmp_path)
    made.close()
    services = Services(url=made.url, operator="ann", read_only=True, clock=made.clock)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await pilot.press("down", "enter", "n")
        await settle(pilot)
        assert not screen.drafting
    services.close()


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_and_values_are_shown_as_they_are(tmp_path: Path, size: tuple[int, int]) -> None:
    usable = [text for text in HOSTILE if "\ud800" not in text]
    for k in range(0, len(usable), 3):
        name, value, other = (usable[(k + n) % len(usable)] for n in range(3))
        folder = tmp_path / str(k)
        folder.mkdir()
        services = guide(folder, names={US: name}, values={"EU": value, "LATAM": other})
        app = console(services)
        async with app.run_test(size=size) as pilot:
            screen = await opened(pilot, services)
            assert_clean(app)
            await change(pilot, screen, US, "US\nAPAC", "2025-01")
            assert_clean(app)
            await pilot.press("ctrl+s")
            await settle(pilot)
            assert_clean(app)
        services.close()


async def test_a_change_of_time_to_come_is_told_from_projected_usage(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, demo)
        await change(pilot, screen, APAC, "APAC\nLATAM", "2025-11-01")
        text = said(screen)
        assert "New: region LATAM → APAC region  (until now no contract)" in text
        assert "≈ The next three months, on usage projected from the last 90 days:" in text
        assert "± 2025-11  APAC region" in text and "± 2026-01  APAC region" in text
    demo.close()


async def test_a_first_filter_is_chosen_from_the_values_of_usage(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, demo, WIDGETS)
        assert "All usage → WidgetsExpress 2024/25" in said(screen)
        await pilot.press("n")
        await settle(pilot)
        form = screen.panel.form
        assert form is not None
        form.row("group_key").text = "storage_class"
        form.post_message(form.Changed(form, "group_key"))
        await pilot.pause()
        form.row("group_values").editor.focus()
        await pilot.press("space")
        await settle(pilot)
        assert "archive" in screen_text(app) and "events seen" in screen_text(app)
        await pilot.press(*"archive", "enter")
        async with asyncio.timeout(5):
            while "✗ metric " not in screen_text(app):
                await pilot.pause(0.01)
        assert screen.proposed is None  # compute usage is not grouped by it: README, §6 rule 33
    demo.close()


async def test_a_resumed_change_is_open_at_once(tmp_path: Path) -> None:
    services = guide(tmp_path)
    app = console(services)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, services)
        await change(pilot, screen, US, "US\nEU", "2025-01")
        assert services.rescue.run() == []
        (draft,) = drafts.list_for(services.store(), "ann")
        resumed = screen_for(services, MERIDIAN, draft)
        assert isinstance(resumed, TimelineScreen)
        await app.push_screen(resumed)
        await settle(pilot)
        await rated(pilot, resumed)
        assert resumed.drafting
        assert resumed.proposed is not None and resumed.proposed.group_values == ("US", "EU")
    services.close()
