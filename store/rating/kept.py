"""What can always be made anew, kept within bounds."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """A dictionary of what follows from its keys alone; one that is full forgets everything and starts over."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def keep(self, key: K, value: V) -> V:
        """Keeps a value, and yields it."""
        if len(self) >= self.limit:
            self.clear()
        self[key] = value
        return value
