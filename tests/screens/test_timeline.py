"""The usage-filter timeline as an operator uses it, on the guide's customers before the guide's change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from screens.services import Services
from screens.timeline.lanes import Lanes
from tests.screens.demo_store import BLUE_HARBOR
from tests.screens.guide_store import US, guide
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap
from tests.screens.rerouting import change, opened
from tests.screens.snapshots import assert_as_before


@pytest.mark.parametrize("size", SIZES)
async def test_lanes_and_words(guided: Services, size: tuple[int, int]) -> None:
    app = console(guided)
    async with app.run_test(size=size) as pilot:
        await opened(pilot, guided)
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


async def test_zoom_and_time_move_the_view_and_nothing_else(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        lanes, before = screen.query_one(Lanes), screen_text(app)
        for key in ("plus", "plus", "left_square_bracket", "minus", "right_square_bracket", "up", "G", "home"):
            await pilot.press(key)
        await settle(pilot)
        assert lanes.scale != lanes.home
        await tap(pilot, "0")
        assert lanes.scale == lanes.home
        assert screen_text(app).split("\n")[1] == before.split("\n")[1]


async def test_without_a_contract_it_says_what_to_do(demo: Services) -> None:
    app = console(demo)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, demo, BLUE_HARBOR)
        assert "No contracts yet" in screen_text(app)
        await tap(pilot, "n", "enter", "plus", "0", "left", "r")
        assert "No contracts yet" in screen_text(app)


async def test_read_only_offers_no_change(guided: Services) -> None:
    guided.close()
    reading = replace(guided, read_only=True)
    app = console(reading)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, reading)
        await tap(pilot, "down", "enter", "n")
        assert not screen.drafting


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
            await tap(pilot, "ctrl+s")
            assert_clean(app)
        services.close()
