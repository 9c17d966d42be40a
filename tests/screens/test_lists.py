"""Lists: the cursor, what is repainted, headings, columns that fit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip

from screens.widgets.line_list import LineList
from screens.widgets.table import Cell, Column, Grid, Row, RowList, heading
from screens.widgets.virtual_list import PAGE, VirtualList
from tests.screens.reading import HOSTILE, assert_clean, screen_text

COLUMNS = (Column("Item", flex=1), Column("Total", width=10, align="right"))


class Shown(App[None]):
    """One list."""

    def __init__(self, widget: RowList | VirtualList) -> None:
        super().__init__()
        self.widget = widget
        self.chosen: list[object] = []

    def compose(self) -> ComposeResult:
        """The list."""
        yield self.widget

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Remember."""
        self.chosen.append(event.row.key)


async def test_the_cursor_passes_over_headings_and_enter_chooses() -> None:
    rows = [heading("Contracts"), Row(1, ("one", "$1.00")), heading("Credits"), Row(2, ("two", "$2.00"))]
    app = Shown(RowList(COLUMNS, rows))
    async with app.run_test(size=(40, 10)) as pilot:
        assert isinstance(app.widget, RowList)
        app.widget.focus()
        assert app.widget.selected is not None
        assert app.widget.selected.key == 1
        await pilot.press("down")
        assert app.widget.selected.key == 2
        await pilot.press("down", "enter", "k", "k", "enter")
        assert app.chosen == [2, 1]
        await pilot.pause()
        assert [line.split() for line in screen_text(app).split("\n")[:5]] == [
            ["Item", "Total"], ["Contracts"], ["one", "$1.00"], ["Credits"], ["two", "$2.00"],
        ]  # fmt: skip


async def test_other_rows_keep_the_cursor_on_its_row() -> None:
    app = Shown(RowList(COLUMNS, [Row(n, (str(n), "")) for n in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        assert isinstance(app.widget, RowList)
        app.widget.focus()
        await pilot.press("end")
        app.widget.show([Row(n, (str(n), "")) for n in (4, 9, 7)])
        assert app.widget.selected is not None
        assert app.widget.selected.key == 4
        app.widget.show([])
        assert app.widget.selected is None
        await pilot.press("down", "enter", "pageup")
        assert app.chosen == []


async def test_a_click_selects_and_a_double_click_chooses() -> None:
    app = Shown(RowList(COLUMNS, [Row(n, (str(n), "")) for n in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.click(app.widget, offset=(3, 3))
        assert app.widget.cursor == 2
        assert app.chosen == []
        await pilot.double_click(app.widget, offset=(3, 4))
        assert app.chosen == [3]


class Numbers:
    """A source that counts how often it is asked."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.asked: list[int] = []

    def page(self, number: int) -> Sequence[Row]:
        """Rows named by their number."""
        self.asked.append(number)
        return [Row(n, (f"row {n}", "")) for n in range(number * PAGE, min((number + 1) * PAGE, self.total))]


async def test_a_million_rows_are_fetched_by_the_page() -> None:
    source = Numbers(1_000_000)
    app = Shown(VirtualList(COLUMNS))
    async with app.run_test(size=(40, 12)) as pilot:
        assert isinstance(app.widget, VirtualList)
        app.widget.focus()
        app.widget.open(source)
        await pilot.pause()
        assert source.asked == [0]
        await pilot.press("end")
        await pilot.pause()
        assert app.widget.selected is not None
        assert app.widget.selected.key == 999_999
        assert "row 999999" in screen_text(app)
        await pilot.press("up", "pageup", "home")
        await pilot.pause()
        assert "row 0" in screen_text(app)
        assert set(source.asked) == {0, 9999}


async def test_moving_the_cursor_repaints_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Shown(VirtualList(COLUMNS))
    async with app.run_test(size=(40, 22)) as pilot:
        assert isinstance(app.widget, VirtualList)
        app.widget.focus()
        app.widget.open(Numbers(500))
        await pilot.pause()
        drawn: list[int] = []
        stock = app.widget.row_segments

        def noting(index: int, width: int, cursor: Style | None) -> list[Segment]:
            drawn.append(index)
            return stock(index, width, cursor)

        monkeypatch.setattr(app.widget, "row_segments", noting)
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(drawn)) == [0, 1]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [20, 41, 80])
def test_rows_are_exactly_as_wide_as_the_list(name: str, width: int) -> None:
    from rich.style import Style

    grid = Grid((Column("Name", flex=2), Column("Note"), Column("Total", width=9, align="right", drop_below=30)))
    rows = [Row(1, (name, Cell(name, "warn"), "$1.00"), indent=2), heading(name), Row(2, ("short",))]
    grid.measure(rows)
    for row in rows:
        for cursor in (None, Style(bold=True)):
            segments = grid.segments(row, width, cursor, lambda tone: Style())
            assert sum(segment.cell_length for segment in segments) == width
            assert all(segment.text.isprintable() for segment in segments)


async def test_hostile_rows_are_clean_on_the_screen() -> None:
    app = Shown(RowList(COLUMNS, [Row(n, (name, Cell(name, "bad"))) for n, name in enumerate(HOSTILE)]))
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        assert_clean(app)
        assert "[@click=app.quit]x[/]" in screen_text(app)


async def test_what_follows_the_cursor_waits_until_it_rests() -> None:
    rested: list[int] = []

    class Following(Shown):
        def on_line_list_rested(self, event: LineList.Rested) -> None:
            rested.append(event.index)

    app = Following(RowList(COLUMNS, [Row(n, (str(n), "")) for n in range(9)]))
    async with app.run_test(size=(40, 12)) as pilot:
        app.widget.focus()
        await pilot.press("down", "down", "down")
        assert (rested, app.widget.restless) == ([], True), "a burst of keys moves the cursor only"
        while app.widget.restless:
            await pilot.pause()
        await pilot.pause()
        assert rested == [3], "the end of the burst counts, once"


async def test_enter_and_leaving_a_list_do_not_wait_for_rest() -> None:
    told: list[str] = []

    class Following(Shown):
        def on_line_list_rested(self, event: LineList.Rested) -> None:
            told.append(f"rested on {event.index}")

        def on_row_list_chosen(self, event: RowList.Chosen) -> None:
            told.append(f"chosen {event.index}")

    app = Following(RowList(COLUMNS, [Row(n, (str(n), "")) for n in range(9)]))
    async with app.run_test(size=(40, 12)) as pilot:
        app.widget.focus()
        await pilot.press("down", "enter")
        await pilot.pause()
        assert told == ["rested on 1", "chosen 1"]
        await pilot.press("down")
        app.set_focus(None)
        await pilot.pause()
        assert told[2:] == ["rested on 2"]


async def test_other_rows_repaint_only_the_lines_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Shown(RowList(COLUMNS, [Row(n, (str(n), "$1.00")) for n in range(5)]))
    async with app.run_test(size=(40, 10)) as pilot:
        assert isinstance(app.widget, RowList)
        await pilot.pause()
        painted: list[int] = []
        line = app.widget.render_line

        def noting(y: int) -> Strip:
            painted.append(y)
            return line(y)

        monkeypatch.setattr(app.widget, "render_line", noting)
        app.widget.show([Row(n, (str(n), "$2.00" if n == 3 else "$1.00")) for n in range(5)])
        await pilot.pause()
        assert painted == [4], "the header and the other rows stay as they are"
        app.widget.show([Row(n, (str(n), "")) for n in range(3)])
        await pilot.pause()
        assert [text.split() for text in screen_text(app).split("\n")[1:6]] == [["0"], ["1"], ["2"], [], []]
