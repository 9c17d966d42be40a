"""What a screen is given: the store, the previews, who is working and what time it is.

Nothing heavy is imported until it is asked for: SQLModel takes longer to import than the first screen takes to paint.
`store()` and `previews()` block on their first call, so only workers call them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from store.errors import ReadOnly, TermsheetError

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from store.database import Actor, Store, Work
    from store.directory.directory import Directory
    from store.directory.listing import Listing
    from store.preview import Previews


ASKED = "it was opened read-only"
"""Why nothing can be written where that was asked for."""


def utc_now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


class Rescue:
    """What must reach the disk if the terminal goes away: one saver per unfinished work, called on a signal.

    A saver takes nothing, touches no widget and awaits nothing: it writes plain data that its owner keeps current.
    """

    def __init__(self) -> None:
        self._savers: dict[str, Callable[[], object]] = {}

    def hold(self, name: str, save: Callable[[], object]) -> None:
        """Register (or replace) the saver of that name."""
        self._savers = {**self._savers, name: save}

    def drop(self, name: str) -> None:
        """Forget it: the work was saved or discarded."""
        self._savers = {key: save for key, save in self._savers.items() if key != name}

    def run(self) -> list[BaseException]:
        """Call every saver, whatever the others do; the failures."""
        failed: list[BaseException] = []
        for save in self._savers.values():
            try:
                save()
            except BaseException as error:  # noqa: BLE001  the last chance of every other draft
                failed.append(error)
        return failed


class _Opened:
    """The things opened so far, behind one lock: two workers that ask at once get the same store."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.store: Any = None
        self.previews: Any = None
        self.directory: Any = None
        self.ahead: threading.Thread | None = None
        self.first: Any = None
        self.tell: Callable[[], object] | None = None
        self.looking = ""


@dataclass(frozen=True)
class Services:
    """Passed to every screen by constructor."""

    url: str
    """The store's URL, such as `sqlite:////home/ann/.local/share/termsheet/store.db`."""
    operator: str = "operator"
    """Who is working: the name audit entries carry."""
    usage: str = ""
    """The folder where usage events live; empty: the one that goes with the store."""
    source: str | None = None
    """What that name does not say: another login, and where it came from."""
    read_only: bool = False
    """Writes are refused by the store; screens grey them. So it is too once `only_looking` tells a reason."""
    label: str = ""
    """What the header calls this store (`demo`, `team`); empty: nothing."""
    clock: Callable[[], datetime] = utc_now
    """The present instant; a test freezes it."""
    rescue: Rescue = field(default_factory=Rescue)
    """Savers of unfinished work, run when the terminal goes away."""
    _opened: _Opened = field(default_factory=_Opened, repr=False, compare=False)

    @property
    def actor(self) -> Actor:
        """The operator, as audit entries name them."""
        from store.database import Actor

        return Actor(self.operator, "console", self.source)

    @property
    def only_looking(self) -> str:
        """Why nothing can be written here, in a few words; empty where it can."""
        return self._opened.looking or (ASKED if self.read_only else "")

    def _found(self, directory: Directory) -> Directory:
        """Keeps the directory; where the store lets its user only look, that is as if they had asked for no more."""
        self._opened.directory = directory
        if directory.looking and not self.read_only:
            self._opened.looking = directory.looking
            object.__setattr__(self, "read_only", True)
        return directory

    def when_waiting(self, tell: Callable[[], object]) -> None:
        """What to call, from whichever thread, when another program keeps the store busy for a noticeable time."""
        self._opened.tell = tell

    def _waiting(self) -> None:
        if self._opened.tell is not None:
            self._opened.tell()

    def now(self) -> datetime:
        """The present instant by the clock of these services."""
        return self.clock()

    def store(self) -> Store:
        """The open store (created and migrated on the first call). Blocks: call it in a worker.

        Raises StoreUnavailable.
        """
        with self._opened.lock:
            if self._opened.store is None:
                from importlib import import_module

                from store.database import Store

                import_module("store.queries")  # where one worker comes by at a time: two would see half a package

                self._opened.store = Store.open(
                    self.url, usage=self.usage, read_only=self.read_only, note=self._waiting
                )
            opened: Store = self._opened.store
            return opened

    def directory_now(self) -> Directory:
        """The directory of customers, read directly and at once; raises NotReady where that cannot be done.

        A server is not asked so: it may be long in answering.
        """
        from store.directory.asking import NotReady
        from store.directory.server import server_address

        if server_address(self.url) is not None and self._opened.directory is None:
            raise NotReady("a server is asked by workers")
        with self._opened.lock:
            if self._opened.directory is None:
                from store.directory.directory import Directory

                self._found(Directory.open(self.url))
            opened: Directory = self._opened.directory
            return opened

    def read_ahead(self) -> None:
        """Begin to read the customer list now, beside the imports that its screen waits for."""

        def read() -> None:
            try:
                self._opened.first = self.directory_now().everyone()
            except TermsheetError:
                return  # whoever needs the list asks again, and is told why

        self._opened.ahead = threading.Thread(target=read, name="read-ahead", daemon=True)
        self._opened.ahead.start()

    def first_listing(self) -> Listing | None:
        """What was read ahead, once; None if nothing was."""
        if self._opened.ahead is not None:
            self._opened.ahead.join()
        listing: Listing | None = self._opened.first
        self._opened.ahead = self._opened.first = None
        return listing

    def directory(self) -> Directory:
        """The directory of customers of any store, which is opened (and made) if need be. Call it in a worker."""
        with self._opened.lock:
            if self._opened.directory is None:
                from store.directory.asking import NotReady
                from store.directory.directory import Directory

                try:
                    self._found(Directory.open(self.url))
                except NotReady:  # none there yet, or one that needs a closer look
                    self._found(Directory.over(self.store()))
            opened: Directory = self._opened.directory
            return opened

    def work(self) -> AbstractContextManager[Work]:
        """One transaction of this operator, now: `with services.work() as work: create_customer(work, …)`.

        Raises ReadOnly where the store was opened read-only.
        """
        if self.read_only:
            raise ReadOnly("the store was opened read-only")
        return self.store().work(by=self.actor, now=self.now())

    def previews(self) -> Previews:
        """The shared rating service over this store. Blocks on the first call, and while it rates."""
        with self._opened.lock:
            if self._opened.previews is None:
                from store.preview import Previews

                self._opened.previews = Previews(self.store(), self.clock)
            opened: Previews = self._opened.previews
            return opened

    def close(self) -> None:
        """Close what was opened."""
        with self._opened.lock:
            for opened in (self._opened.directory, self._opened.store):
                if opened is not None:
                    opened.close()
            self._opened.store = self._opened.previews = self._opened.directory = None
