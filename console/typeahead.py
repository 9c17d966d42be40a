"""Keys in the order they were typed: each waits until the one before it has had its effect.

Over a slow line, or from quick fingers, several keys arrive at once. Textual hands each to whatever has the focus at
that moment, so the letters after a key that opens a search box or a dialog would go to the list behind it, as commands.
Here a key is handed on only when the one before has gone through every widget it bubbles to, and the screen or focus
that it asked for is there.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

PATIENCE = 0.4
"""Seconds after which waiting keys go on whatever became of the one before (its widget may be gone)."""


TICKS = 4
"""Turns of the event loop that a worker needs from being started to pushing its dialog."""
FOCUS_TRIES = 10
"""Hundredths of a second that a new screen gets to focus something."""


class TypeAhead(App[int]):
    """An app that takes one key at a time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._waiting: deque[events.Event] = deque()
        self._turn = 0
        self._busy = False

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes that come from the terminal; everything else goes its way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting.append(event)
        if self._busy:
            turn = self._turn
            self.set_timer(PATIENCE, lambda: self._go_on(turn))
        else:
            await self._take()

    async def _take(self) -> None:
        self._busy = True
        self._turn += 1
        before = self.screen
        target: DOMNode = self.focused or before
        await super().on_event(self._waiting.popleft())
        self._follow(target, before, self._turn)

    def _follow(self, node: DOMNode, before: Screen[Any], turn: int) -> None:
        """Come back when everything now queued for the node is done, then for the node above it, up to the app."""
        if node is self:
            self.call_later(self._settle, before, turn)
        else:
            above = node.parent if isinstance(node.parent, DOMNode) else self
            if not node.call_later(self._follow, above, before, turn):
                self._go_on(turn)

    async def _settle(self, before: Screen[Any], turn: int) -> None:
        """The key has gone all the way; a worker that it started may open a screen now, which is waited for."""
        for _ in range(TICKS):
            await asyncio.sleep(0)
        if self.screen is before:
            self._go_on(turn)
        else:
            self.screen.call_after_refresh(self._focused, turn, FOCUS_TRIES)

    def _focused(self, turn: int, tries: int) -> None:
        """Go on when the new screen has given something the focus, or seems to have nothing for it."""
        if self.screen.focused is not None or not tries:
            self._go_on(turn)
        else:
            self.set_timer(0.01, lambda: self._focused(turn, tries - 1))

    def _go_on(self, turn: int) -> None:
        if turn == self._turn and self._busy:
            self._busy = False
            if self._waiting:
                self.call_later(self._next)

    async def _next(self) -> None:
        if self._waiting and not self._busy:
            await self._take()
