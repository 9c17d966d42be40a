"""The Textual application: it holds services, theme, keymap and the screens; no rule and no work of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from rich.text import Text
from textual import events
from textual.app import App
from textual.filter import LineFilter
from textual.screen import Screen

from console import crash, theme
from console.keymap import usable
from console.typeahead import TypeAhead
from screens.command import APP_COMMANDS, bindings
from screens.safe import COPY_LIMIT, SafeText, lines, literal
from screens.services import Services

SMALLEST = (60, 15)
"""Columns and rows below which nothing sensible can be shown."""


class ConsoleApp(TypeAhead):
    """The console on one store."""

    TITLE = "Termsheet"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [*bindings(APP_COMMANDS)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]

    CSS = """
    Toast { width: 60; max-width: 60%; }
    """

    def __init__(self, services: Services, *, keymap: dict[str, str] | None = None, theme_name: str = "") -> None:
        """A console; `keymap` and `theme_name` are the operator's settings (a faulty keymap is told and not used)."""
        super().__init__()
        self.services = services
        self.crash_line = ""
        self.covered = False
        self.mouse_on = True
        for choice in theme.THEMES:
            self.register_theme(choice)
        chosen = theme_name if theme_name in self.available_themes else theme.DEFAULT
        self.set_reactive(App.theme, chosen)  # without its watcher, which would style everything twice
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self._asked_keymap = keymap or {}
        if keymap:
            from console.commands import table

            self.set_keymap(usable(keymap, table()))

    def get_default_screen(self) -> Screen[Any]:
        """The customer list is the first screen, without a blank one before it."""
        from screens.customers.screen import CustomersScreen

        return CustomersScreen(self.services)

    def on_mount(self) -> None:
        """Tell what is wrong with the settings, and later whenever the store is waited for."""
        loop = asyncio.get_running_loop()
        waits = "Another program is writing to the store; waiting for it …"
        self.services.when_waiting(lambda: loop.call_soon_threadsafe(partial(self.notify, waits, markup=False)))
        if self._asked_keymap:
            from console.commands import table
            from console.keymap import problems

            wrong = problems(self._asked_keymap, table())
            if wrong:
                self.notify(literal("; ".join(wrong)), title="Keymap not used", severity="warning", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Cover everything while the window is too small, uncover it when it has grown."""
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        if small and not self.covered:
            from screens.widgets.too_small import TooSmall

            self.covered = True
            self.push_screen(TooSmall(*SMALLEST))
        elif self.covered and not small:
            self.covered = False
            self.pop_screen()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and the backstop against control characters."""
        return [*super().get_line_filters(), SafeText()]

    def copy_to_clipboard(self, text: str) -> None:
        """By OSC 52, whoever asks: nothing that a shell would obey once it is pasted, no more than terminals take."""
        clean = lines(text)
        if len(clean.encode()) <= COPY_LIMIT:
            super().copy_to_clipboard(clean)
        else:
            self.notify("That is too long for a terminal's clipboard.", severity="warning", markup=False)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never: a browser would open on the server."""
        self.notify(literal(url), title="Open this address in your browser", markup=False)

    def action_help(self) -> None:
        """F1."""
        from console.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.services, self.screen))

    def action_palette(self) -> None:
        """Ctrl+P."""
        from console.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(self.services, self.screen), self._run)

    def action_history(self) -> None:
        """F12: of the customer that is on the screen, else of the whole book."""
        from screens.history.screen import HistoryScreen

        if not isinstance(self.screen, HistoryScreen):
            self.push_screen(HistoryScreen(self.services, getattr(self.screen, "customer_id", None)))

    async def _run(self, choice: Any) -> None:
        if choice is not None:
            await choice.run(self)

    def action_next_theme(self) -> None:
        """F10."""
        self.theme = theme.after(self.theme)

    def action_toggle_mouse(self) -> None:
        """F9: give the mouse to the terminal, so that its own text selection works, or take it back."""
        use = getattr(self._driver, "use_mouse", None)
        if use is not None:
            self.mouse_on = not self.mouse_on
            use(self.mouse_on)
            self.notify(
                "The mouse works in the console again."
                if self.mouse_on
                else "The mouse selects text now; F9 takes it back.",
                markup=False,
            )

    def end_on(self, error: BaseException) -> None:
        """A defect in a thread that is none of Textual's ends the console as any other does."""
        self._handle_exception(error if isinstance(error, Exception) else RuntimeError(type(error).__name__))

    def _handle_exception(self, error: Exception) -> None:
        """A defect: a note on disk, one line on the terminal; the stock trace shows local variables, so data."""
        self._return_code = 70
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            self._say_last(error)
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """As above, for the places that call it by itself."""
        import sys

        self._say_last(sys.exc_info()[1] or RuntimeError("unknown"))
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """As above, for the input thread."""
        self._fatal_error()

    def _say_last(self, error: BaseException) -> None:
        if not self.crash_line:
            self.crash_line = crash.note(error)
            self._exit_renderables.append(Text(literal(self.crash_line)))
