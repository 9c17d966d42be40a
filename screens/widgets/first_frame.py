"""One first frame instead of three: held back until sizes and styles have settled, then painted at once.

A new screen is laid out, resized, styled for its size and repainted whole, each time over a line that may be slow; a
frame is some 10 KB. This file alone knows how Textual's screen paints (`_compositor_refresh`, `_on_timer_update`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self, TypeVar

from textual.geometry import Region
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from screens.widgets.compositor import CroppedCompositor

Result = TypeVar("Result")
ROUNDS = 5
"""Turns that widgets get to hear of their sizes, and the screen to hear what follows from that."""


class FirstFrame(Screen[Result]):
    """A screen that is painted once when it opens, and not again when the focus moves: widgets show that themselves."""

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The widget with the focus."""

    _painted = False
    _held: ExitStack | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._compositor = CroppedCompositor()

    def on_screen_resume(self) -> None:
        """Hold the first frame; two rounds of messages later everything that was on its way has arrived."""
        if not self._painted:
            self.hold()

    def hold(self) -> None:
        """Paint what changes now and what follows from it in one frame: an answer sizes, shows and fills widgets."""
        if self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self.app.batch_update())
            self.call_later(self.call_later, self._show)

    def _show(self) -> None:
        """Lay out everything that waits; what learns its size by that may change once more."""
        if self._held is not None:
            self._held.close()
            self._on_timer_update()
            self._after(ROUNDS, self._paint)

    def _after(self, rounds: int, do: Callable[[], None]) -> None:
        if rounds:
            self.call_later(self._after, rounds - 1, do)
        else:
            do()

    def _paint(self) -> None:
        if self._held is not None:
            self._on_timer_update()
            self._held = None
            if not self._painted:
                self._painted = True
                for below in self.app._background_screens:  # painted along with a dialog: nothing of it waits
                    below._repaint_required = False
                    below._dirty_widgets.clear()
                    below._compositor._dirty_regions.clear()
            self._compositor_refresh()

    def _compositor_refresh(self) -> None:
        if self._held is None and not self._covered:
            super()._compositor_refresh()

    @property
    def _covered(self) -> bool:
        """Whether the screen on top hides this one wholly: it is painted anew when it comes back."""
        top = self.app.screen
        return top is not self and not top.is_modal and top.styles.background.a == 1

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """As the stock method; what was never painted, or is only laid out anew, need not be painted again."""
        if not (self._painted or regions or layout or recompose):
            return self
        return super().refresh(
            *regions, repaint=repaint and bool(regions or not layout), layout=layout, recompose=recompose
        )
