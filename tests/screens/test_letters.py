"""What a letter costs in a form: its own line is painted, and nothing is laid out anew."""

from __future__ import annotations

from textual.app import App, ComposeResult

from screens.widgets.text_input import TextInput


class Typed(App[None]):
    """One line to type into."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield TextInput()


async def test_no_letter_lays_the_screen_out_anew() -> None:
    app = Typed()
    async with app.run_test(size=(40, 4)) as pilot:
        await pilot.press("a", "b")
        counted: list[bool] = []
        original = app.screen._refresh_layout
        app.screen._refresh_layout = lambda *a, **k: (counted.append(True), original(*a, **k))[1]  # type: ignore
        await pilot.press(*"a text that is longer than the line is wide".replace(" ", "x"))
        line = app.query_one(TextInput)
        assert not counted
        assert line.scroll_offset.x > 0  # the end of it is in view
        await pilot.press("home")
        assert line.scroll_offset.x == 0
