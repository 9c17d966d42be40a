"""One first frame instead of three: held back until sizes and styles have settled, then painted at once.

A new screen is laid out, resized, styled for its size and repainted whole, each time over a line that may be slow; a
frame is some 10 KB. This file alone knows how Textual's screen paints (`_compositor_refresh`, `_on_timer_update`).
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self, TypeVar

from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

Result = TypeVar("Result")


class FirstFrame(Screen[Result]):
    """A screen that is painted once when it opens, and not again when the focus moves: widgets show that themselves."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget with the focus."""

    _painted = False
    _held: ExitStack | None = None

    def on_screen_resume(self) -> None:
        """Hold the first frame; two rounds of messages later everything that was on its way has arrived."""
        if not self._painted and self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self.app.batch_update())
            self.call_later(self.call_later, self._show)

    def _show(self) -> None:
        if self._held is not None:
            self._held.close()
            self._on_timer_update()  # everything that waits is laid out …
            self._held = None
            self._painted = True
            self._compositor_refresh()  # … and painted once

    def _compositor_refresh(self) -> None:
        if self._held is None:
            super()._compositor_refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As the stock method; what was never painted need not be painted again."""
        if not (self._painted or regions or layout or recompose):
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
