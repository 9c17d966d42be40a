"""Painting less paints the same: what is rendered for a part of the screen is what the stock compositor renders."""

from __future__ import annotations

import random
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.geometry import Region

from screens.services import Services
from screens.statement.screen import StatementScreen
from screens.terms.editor import TermEditor
from screens.widgets.compositor import CroppedCompositor
from tests.screens.demo_store import WIDGETS
from tests.screens.reading import SIZES, console, settle
from tests.screens.terms_samples import commit, offering
from tests.screens.typing_keys import press


def painted(app: Any, kind: type[Compositor], crop: Region) -> list[dict[int, Any]]:
    """The parts of each line within the crop, as that compositor renders them."""
    compositor = app.screen._compositor
    lines = range(crop.y, crop.bottom)
    try:
        compositor.__class__ = kind
        chops = compositor._render_chops(crop, lines.__contains__)
    finally:
        compositor.__class__ = CroppedCompositor
    cuts = [[cut for cut in chops[y] if crop.x <= cut < crop.right] for y in lines]
    return [{cut: chops[y][cut] for cut in kept} for y, kept in zip(lines, cuts, strict=True)]


def regions(size: tuple[int, int]) -> list[Region]:
    """Rows, blocks and single cells here and there."""
    some = random.Random(7)
    found = [Region(0, y, size[0], 1) for y in range(size[1])]
    for _ in range(60):
        x, y = some.randrange(size[0]), some.randrange(size[1])
        found.append(Region(x, y, some.randint(1, size[0] - x), some.randint(1, size[1] - y)))
    return found


@pytest.mark.parametrize("size", SIZES)
async def test_a_part_is_rendered_as_in_the_whole(demo: Services, size: tuple[int, int]) -> None:
    app = console(demo)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await app.push_screen(StatementScreen(demo, WIDGETS))
        await settle(pilot)
        await press(pilot, "down", "enter", "down")
        await settle(pilot)
        for dialog in (False, True):
            if dialog:
                app.push_screen(TermEditor(demo, "commits", offering(), commit()))
                await settle(pilot)
                await press(pilot, "down")
            for region in regions(size):
                assert painted(app, CroppedCompositor, region) == painted(app, Compositor, region), region


async def test_only_the_lines_that_changed_are_rendered(demo: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    app = console(demo)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await app.push_screen(StatementScreen(demo, WIDGETS))
        await settle(pilot)
        rendered: list[int] = []
        render = CroppedCompositor._get_renders

        def counted(self: CroppedCompositor, crop: Region | None = None) -> Any:
            for region, clip, strips in render(self, crop):
                rendered.append(len(strips))
                yield region, clip, strips

        monkeypatch.setattr(CroppedCompositor, "_get_renders", counted)
        await press(pilot, "end")
        await settle(pilot)
        rendered.clear()
        await press(pilot, "up")
        assert rendered and sum(rendered) <= 24  # two rows, and what lies beside and behind them; of 40 lines and more
