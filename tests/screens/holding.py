"""Whether a screen holds whatever is written on it: nothing obeyed, every cell where it belongs.

Cells are counted here character by character, as the simplest terminals do, by another library than the screens use.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.geometry import Region
from textual.widget import Widget
from wcwidth import wcwidth

from screens.widgets.line_list import LineList
from screens.widgets.table import GAP, Grid
from store.text import unseen
from tests.hostile import obeyed

SIDES = "│┃╭╮╰╯┌┐└┘├┤▌▐█"
"""What a box has at its left and at its right."""


def in_cells(line: str) -> list[str]:
    """What stands in each cell; the second of a wide character is empty."""
    cells: list[str] = []
    for char in line:
        taken = wcwidth(char)
        if taken == 0 and cells:
            cells[-1] += char
        else:
            cells += [char, *[""] * (taken - 1)]
    return cells


def assert_holds(app: App[Any], where: str = "") -> str:
    """Nothing obeyed, every line as wide as the screen, boxes closed, columns under one another; the screen's text."""
    width = app.size.width
    lines = [strip.text for strip in app.screen._compositor.render_strips()]
    cells = [in_cells(line) for line in lines]
    for line, row in zip(lines, cells, strict=True):
        assert not obeyed(line) and not unseen(line), f"{where}: {line!r}"
        assert len(row) == width, f"{where}: {len(row)} cells of {width} in {line!r}"
    for widget in app.screen.query("#dialog").results(Widget):
        _assert_closed(widget.region, cells, where)
    for listed in app.screen.query(LineList):
        grid = getattr(listed, "grid", None)
        if isinstance(grid, Grid) and listed.region.area and app.screen.region.contains_region(listed.region):
            _assert_in_columns(listed, grid, cells, where)
    return "\n".join(line.rstrip() for line in lines)


def _assert_closed(box: Region, cells: list[list[str]], where: str) -> None:
    for y in range(box.y, min(box.bottom, len(cells))):
        ends = {cells[y][x][:1] for x in (box.x, box.right - 1)}
        assert ends <= set(SIDES), f"{where}: the box is open at {y}: {''.join(cells[y])!r}"


def _assert_in_columns(listed: LineList, grid: Grid, cells: list[list[str]], where: str) -> None:
    size = listed.scrollable_content_region.size
    content = Region(*listed.content_region.offset, size.width, size.height)
    laid = grid.layout(content.width)
    used = sum(taken for _, taken in laid) + GAP * (len(laid) - 1)
    assert used <= content.width, f"{where}: the columns of {listed!r} take {used} cells of {content.width}: {laid}"
    rows = getattr(listed, "rows", ())
    for y in range(content.y + listed.header_height, content.bottom):
        index = y - content.y - listed.header_height + round(listed.scroll_offset.y)
        if index >= listed.row_count or (rows and len(rows[index].cells) == 1):
            continue
        x = content.x
        for _, taken in laid[:-1]:
            x += taken
            gap = cells[y][x : x + GAP]
            assert gap == [" "] * GAP, f"{where}: a column of {listed!r} leaves its cells: {''.join(cells[y])!r}"
            x += GAP
