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
        self._keys: deque[events.Event] = deque()
        self._key_turn = 0
        self._key_busy = False
        self._key_current: events.Event | None = None
        self._key_screen: Screen[Any] | None = None
        self._key_workers = 0

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes that come from the terminal; everything else goes its way."""
        if not isinstance(event, events.Key | events.Paste):
            await super().on_event(event)
        elif event.is_forwarded:  # a key that bubbled all the way: its binding, if it has one, runs now
            await super().on_event(event)
            if event is self._key_current:
                await self._settle()
        else:
            self._keys.append(event)
            if not self._key_busy:
                await self._take()
            elif len(self._keys) == 1:
                self._be_patient()

    async def _take(self) -> None:
        """Hand on what waits: letters for a text field at once, any other key alone, until it is through."""
        while self._keys and not self._key_busy:
            event = self._keys.popleft()
            target: DOMNode = self.focused or self.screen
            letter = isinstance(event, events.Key) and target.check_consume_key(event.key, event.character)
            if not letter:
                self._key_busy, self._key_current = True, event
                self._key_turn += 1
                self._key_screen, self._key_workers = self.screen, len(self.workers)
            await super().on_event(event)
            if not letter:
                self._follow(target, self._key_turn)
                if self._keys:
                    self._be_patient()

    def _be_patient(self) -> None:
        turn = self._key_turn
        self.set_timer(PATIENCE, lambda: self._go_on(turn))

    def _follow(self, node: DOMNode, turn: int) -> None:
        """Come back when everything now queued for the node is done, then for the node above it, up to the app.

        This is how the end of a key is seen that some widget kept for itself.
        """
        if turn != self._key_turn or not self._key_busy:
            return
        if node is self:
            self.call_later(self._settle)
        else:
            above = node.parent if isinstance(node.parent, DOMNode) else self
            if not node.call_later(self._follow, above, turn):
                self._go_on(turn)

    async def _settle(self) -> None:
        """The key has gone all the way; a worker that it started may open a screen now, which is waited for."""
        turn = self._key_turn
        if not self._key_busy:
            return
        self._key_current = None
        if len(self.workers) != self._key_workers:
            for _ in range(TICKS):
                await asyncio.sleep(0)
        if self.screen is self._key_screen:
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
        if turn == self._key_turn and self._key_busy:
            self._key_busy = False
            if self._keys:
                self.call_later(self._take)
