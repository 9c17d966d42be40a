"""Undo inside a draft: every state it was in, and what was done to it. Only drafts; what is saved stays saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

State = TypeVar("State")
DEEPEST = 500
"""States kept; the oldest are forgotten."""


@dataclass
class History(Generic[State]):
    """States in order, the present one marked. States are values: whoever changes one makes a new one."""

    present: State
    _past: list[tuple[str, State]] = field(default_factory=list)
    _future: list[tuple[str, State]] = field(default_factory=list)

    @property
    def undoable(self) -> bool:
        """Whether anything was done."""
        return bool(self._past)

    def do(self, what: str, state: State) -> None:
        """The draft changed: `what` says how, in words that follow “Undone:”. The same state again is no change."""
        if state == self.present:
            return
        self._past.append((what, self.present))
        del self._past[:-DEEPEST]
        self._future.clear()
        self.present = state

    def merge(self, what: str, state: State) -> None:
        """As `do`, but a change of the same kind as the last one becomes one step with it (typing in a field)."""
        if self._past and self._past[-1][0] == what and not self._future:
            self.present = state
        else:
            self.do(what, state)

    def undo(self) -> str | None:
        """Go back one step; what was undone, or None where there is nothing before."""
        if not self._past:
            return None
        what, state = self._past.pop()
        self._future.append((what, self.present))
        self.present = state
        return what

    def redo(self) -> str | None:
        """Take the last undo back; what was done again, or None."""
        if not self._future:
            return None
        what, state = self._future.pop()
        self._past.append((what, self.present))
        self.present = state
        return what
