"""Without colours (NO_COLOR) every screen says the same in the same words and glyphs, and the cursor is still seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rich.color import Color
from rich.segment import Segment
from textual.app import App
from textual.screen import Screen

from screens.catalog.screen import CatalogScreen
from screens.overview.screen import OverviewScreen
from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.timeline.screen import TimelineScreen
from screens.widgets.line_list import LineList
from tests.screens.amending import CLOUD, opened, put
from tests.screens.demo_store import MERIDIAN, WIDGETS
from tests.screens.reading import console, settle, tap
from tests.screens.snapshots import assert_as_before

CONTRAST = 1.5
"""How much lighter or darker than its surroundings the cursor's row has to be, as WCAG measures it."""


@pytest.fixture(autouse=True)
def no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator sets it."""
    monkeypatch.setenv("NO_COLOR", "1")


def drawn(app: App[Any]) -> list[list[Segment]]:
    """The screen as it goes to the terminal."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


def lightness(color: Color) -> float:
    """Relative luminance of a grey; fails for anything else."""
    red, green, blue = color.get_truecolor()
    assert red == green == blue, "a colour, though the operator asked for none"
    part = red / 255
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


def assert_grey_with_a_cursor(app: App[Any]) -> None:
    """No colour anywhere; the cursor's row of the list with the focus stands out."""
    backgrounds = []
    for line in drawn(app):
        shades = []
        for segment in line:
            if segment.style is not None and segment.style.color is not None:
                lightness(segment.style.color)
            if segment.style is not None and segment.style.bgcolor is not None:
                shades += [lightness(segment.style.bgcolor)] * len(segment.text)
        backgrounds.append(shades)
    focused = app.screen.focused
    assert isinstance(focused, LineList)
    region = focused.scrollable_content_region
    y = region.y + focused.header_height + focused.cursor - focused.scroll_offset.y
    here, there = (max(backgrounds[line][region.x : region.right]) for line in (y, region.bottom - 1))
    light, dark = max(here, there), min(here, there)
    assert (light + 0.05) / (dark + 0.05) > CONTRAST, "the cursor's row looks like the others"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("name", ["overview_aa58", "overview_1311", "statement", "catalog_1", "catalog_2", "catalog_3"])
async def test_the_demo_says_the_same(demo: Services, size: tuple[int, int], name: str) -> None:
    screens: dict[str, Callable[[], Screen[Any]]] = {
        "overview_aa58": lambda: OverviewScreen(demo, WIDGETS),
        "overview_1311": lambda: OverviewScreen(demo, MERIDIAN),
        "statement": lambda: StatementScreen(demo, WIDGETS),
    }
    screen = screens.get(name, lambda: CatalogScreen(demo))()
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(screen)
        await settle(pilot)
        if name.startswith("catalog"):
            await tap(pilot, name[-1])
        assert_as_before(app, f"{name}_{size[0]}x{size[1]}")
        assert_grey_with_a_cursor(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_timeline_says_the_same(guided: Services, size: tuple[int, int]) -> None:
    app = console(guided)
    async with app.run_test(size=size) as pilot:
        await app.push_screen(TimelineScreen(guided, MERIDIAN))
        await settle(pilot)
        assert_as_before(app, f"timeline_{size[0]}x{size[1]}")
        assert_grey_with_a_cursor(app)


async def test_what_an_amendment_changes_is_marked_by_glyphs(guided: Services) -> None:
    app = console(guided)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, guided)
        await put(pilot, screen, "2024-11-01", overrides=[CLOUD])
        assert_as_before(app, "amendment_120x40")
        assert_grey_with_a_cursor(app)
