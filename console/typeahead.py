"""Keys in the order they were typed: each waits until the one before it has had its effect.

Over a slow line, or from quick fingers, several keys arrive at once. Textual hands each to whatever has the focus at
that moment, so the letters after a key that opens a search box or a dialog would go to the list behind it, as commands.
Here a key is handed on only when the one before has gone through every widget it bubbles to, and the screen or focus
that it asked for is there. Where a screen is still reading what a key is about, the key waits for that, and those
typed after it; Esc waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from screens.widgets.base import Commanded

PATIENCE, STEPS = 4.0, 40
"""Seconds after which waiting keys go on whatever became of the one before; counted in steps, so that time in which
nothing at all could be done counts as one step only. A key whose widget is gone is not waited for."""
READ_AGAIN = 0.02
"""Seconds between looks whether a screen has read what a key waits for."""
MOVES = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})
"""Keys that open nothing by what they make a widget say."""
AT_ONCE = ("escape", "ctrl+q")
"""Keys that wait for no reading, and make those that do superfluous."""


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
        self._key_screen: Screen[Any] | None = None
        self._key_workers = 0
        self._key_node: DOMNode | None = None
        self._reading = False

    async def on_event(self, event: events.Event) -> None:
        """Queue keys and pastes that come from the terminal; everything else goes its way."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        else:
            if self._reading and isinstance(event, events.Key) and event.key in AT_ONCE:
                self._keys.clear()
                self._reading = False
            self._keys.append(event)
            if self._reading:
                return
            if not self._key_busy:
                await self._take()
            elif len(self._keys) == 1:
                self._be_patient()

    async def _take(self) -> None:
        """Hand on what waits: letters for a text field at once, any other key alone, until it is through."""
        while self._keys and not self._key_busy:
            if self._too_early(self._keys[0]):
                self._reading = True
                self.set_timer(READ_AGAIN, self._look_again)
                return
            event = self._keys.popleft()
            target: DOMNode = self.focused or self.screen
            letter = isinstance(event, events.Key) and target.check_consume_key(event.key, event.character)
            if not letter:
                self._key_busy = True
                self._key_turn += 1
                self._key_screen, self._key_workers = self.screen, len(self.workers)
            await super().on_event(event)
            if not letter:
                moves = isinstance(event, events.Key) and event.key in MOVES
                self._follow(target, self._key_turn, None if moves else target)
                if self._keys:
                    self._be_patient()

    def _too_early(self, event: events.Event) -> bool:
        """Whether the screen is still reading what the key is about."""
        screen = self.screen
        return isinstance(event, events.Key) and isinstance(screen, Commanded) and screen.awaits(event.key)

    async def _look_again(self) -> None:
        """Take the keys that waited for a screen to read, or wait on."""
        if self._reading:
            self._reading = False
            if not self._key_busy:
                await self._take()

    def _be_patient(self) -> None:
        self._wait(self._key_turn, STEPS)

    def _wait(self, turn: int, steps: int) -> None:
        if turn != self._key_turn or not self._key_busy:
            return
        if steps and (self._key_node is None or self._key_node.is_running):
            self.set_timer(PATIENCE / STEPS, lambda: self._wait(turn, steps - 1))
        else:
            self._go_on(turn)

    def _follow(self, node: DOMNode, turn: int, again: DOMNode | None) -> None:
        """Come back when everything now queued for the node is done, then for the node above it, up to the app.

        This is how the end of a key is seen that some widget kept for itself. The way is gone twice, the second time
        from `again` on: behind what the key made the widgets say, such as that a row was chosen.
        """
        if turn != self._key_turn or not self._key_busy:
            return
        self._key_node = node
        if node is not self:
            above = node.parent if isinstance(node.parent, DOMNode) else self
            if not node.call_later(self._follow, above, turn, again):
                self._go_on(turn)
        elif again is not None and again.is_running:
            self._follow(again, turn, None)
        else:
            self.call_later(self._settle)

    async def _settle(self) -> None:
        """The key has gone all the way; a worker that it started may open a screen now, which is waited for."""
        turn = self._key_turn
        if not self._key_busy:
            return
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
