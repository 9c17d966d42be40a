"""Following what others write: a thread looks once a second, the screen in view reads again if it is concerned.

Nobody is asked to reload: what comes through the API, the command line or another console appears by itself, the cursor
stays with its row, and a draft is never touched. While nobody writes, nothing is painted and next to nothing is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from screens.services import Services
from screens.widgets.base import BaseScreen
from store.directory.directory import Directory
from store.errors import TermsheetError

if TYPE_CHECKING:
    from textual.screen import Screen

EVERY = 1.0
"""Seconds between two looks."""
News = frozenset[str | None]
"""The customers that are concerned; None stands for what all of them share."""


class Following(threading.Thread):
    """Looks at the store until told to stop, with a connection of its own; `tell` gets what is new, in this thread."""

    def __init__(self, services: Services, tell: Callable[[News], object]) -> None:
        super().__init__(name="following", daemon=True)
        self._services, self._tell = services, tell
        self._directory: Directory | None = None
        self._ended = threading.Event()

    def run(self) -> None:
        """Look, again and again."""
        while not self._ended.wait(EVERY):
            news = self.look()
            if news:
                self._tell(news)
        if self._directory is not None:
            self._directory.close()

    def look(self) -> News:
        """What is new since the last look; nothing where the store is not there, or not readable right now."""
        try:
            if self._directory is None:
                self._directory = Directory.open(self._services.url)
            return self._directory.news()
        except TermsheetError:
            return frozenset()

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()


def follow(stack: Iterable[Screen[Any]], news: News) -> None:
    """Has the topmost full screen read again, if what is new concerns it and it has no draft open."""
    for screen in reversed(list(stack)):
        if isinstance(screen, BaseScreen):
            own = getattr(screen, "customer_id", None)
            if own is None or own in news or None in news:
                read: Callable[[], object] | None = getattr(screen, "follow", getattr(screen, "action_reload", None))
                if read is not None and not getattr(screen, "drafting", False):
                    read()
            return
