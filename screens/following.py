"""Following what others write: a thread looks once a second, the screen in view reads again if it is concerned.

Nobody is asked to reload: what comes through the API, the command line or another console appears by itself, the cursor
stays with its row, and a draft is never touched. While nobody writes, nothing is painted and next to nothing is done.
A server that goes away is told of at once, and once it answers again the screen reads what it could not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from screens.services import Services
from screens.widgets.base import BaseScreen, Commanded
from store.directory.directory import Directory
from store.errors import StoreUnavailable, TermsheetError

if TYPE_CHECKING:
    from textual.screen import Screen

EVERY = 1.0
"""Seconds between two looks."""
News = frozenset[str | None]
"""The customers that are concerned; None stands for what all of them share."""


class Following(threading.Thread):
    """Looks at the store until told to stop, with a connection of its own; `tell` gets what is new, in this thread.

    `lost` is told why a server does not answer any more, and with an empty text that it answers again.
    """

    def __init__(
        self, services: Services, tell: Callable[[News], object], lost: Callable[[str], object] = lambda why: None
    ) -> None:
        super().__init__(name="following", daemon=True)
        self._services, self._tell, self._lost = services, tell, lost
        self._directory: Directory | None = None
        self._away = False
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
            news = self._directory.news()
        except TermsheetError as error:
            self._is_away(error)
            return frozenset()
        if self._away:
            self._away = False
            self._lost("")
        return news

    def _is_away(self, error: TermsheetError) -> None:
        """A file is always there; who could not even begin is told by the screen."""
        if self._directory is not None and self._directory.far and not self._away:
            self._lost(str(error))
        self._away = self._directory is None or self._directory.far

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()


def answering(stack: Sequence[Screen[Any]], why: str) -> None:
    """Says on the screen in view why the store does not answer; without a reason that it does, which is then read."""
    if why:
        for screen in stack[-1:]:
            if isinstance(screen, Commanded):
                screen.say_error(StoreUnavailable(why))
        return
    told = [each for each in stack if isinstance(each, Commanded) and each.noticed.startswith(StoreUnavailable.title)]
    follow(stack, frozenset([None]))
    for screen in told:
        screen.say("The store answers again.")


def follow(stack: Sequence[Screen[Any]], news: News) -> None:
    """Has the topmost full screen read again, if what is new concerns it and it has no draft open."""
    for screen in reversed(stack):
        if isinstance(screen, BaseScreen):
            own = getattr(screen, "customer_id", None)
            if own is None or own in news or None in news:
                read: Callable[[], object] | None = getattr(screen, "follow", getattr(screen, "action_reload", None))
                if read is not None and not getattr(screen, "drafting", False):
                    read()
            return
