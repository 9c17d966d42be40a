"""The store: opening it, reading from it, and the unit of work in which everything is written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Insert, insert
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from store import schema
from store.chain import Content
from store.engine import Note, connect, writing
from store.errors import ReadOnly, StoreUnavailable
from store.faults import clear_faults
from store.location import Location, locate
from store.modes import file_mode
from store.schema import upgrade
from store.tables import batched, table
from store.tables.audit import AuditEntry
from store.tables.types import Written
from store.terms import document
from store.trail import Trail
from store.turns import BESIDE
from store.usage.ledger.ledger import Ledger, ledger_at

__all__ = ["Actor", "Store", "Work", "make_private", "upgrade"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and through what: `Actor("alice", "console")`; origins are console, cli and api.

    `source` is where they sat and under which login, where that says more than the name; `reason` is why, if told.
    """

    name: str
    origin: str
    source: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class Work:
    """One transaction: what commands write with, as whom, and when."""

    session: Session
    by: Actor
    now: datetime
    ledger: Ledger
    gathered: dict[type[SQLModel], list[dict[str, Any]]] | None = None
    """Rows waiting to be written together, inside `gathering`; None outside."""
    trail: Trail | None = None
    """The end of the audit, once something was added to it."""

    def audit(
        self, *, action: str, entity: str, entity_id: str, before: Any, after: Any, customer_id: str | None = None
    ) -> None:
        """Records what was done: `before` and `after` are JSON-ready values or terms, None where there is nothing."""
        was, became = (None if value is None else Written(document.write(value)) for value in (before, after))
        by = self.by
        content = Content(
            self.now, by.name, by.origin, by.source, by.reason, action, entity, entity_id, customer_id, was, became
        )
        if self.trail is None:
            self.trail = Trail.of(self.session)
        self.insert(AuditEntry, {**content._asdict(), "hash": self.trail.follow(content)})

    def insert(self, row: type[SQLModel], values: dict[str, Any] | list[dict[str, Any]]) -> None:
        """Adds one row, or several alike; nothing for an empty list."""
        if self.gathered is not None:
            self.gathered.setdefault(row, []).extend(values if isinstance(values, list) else [values])
        elif values:
            self.session.execute(_insert(row), values)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Writes what is inserted meanwhile together at the end, which is many times faster.

        Look-ups in between do not see it: whoever gathers has made sure that nothing clashes, within or without.
        """
        self.gathered = {}
        try:
            yield
            self.flush()
        finally:
            self.gathered = None

    def flush(self) -> None:
        """Writes what was gathered so far, what is referred to before what refers."""
        waiting, order = self.gathered or {}, list(SQLModel.metadata.sorted_tables)
        for row in sorted(waiting, key=lambda each: order.index(table(each))):
            for chunk in batched(waiting[row], 5000):
                self.session.execute(_insert(row), chunk)
        waiting.clear()


@cache
def _insert(row: type[SQLModel]) -> Insert:
    return insert(table(row))


class Store:
    """An opened store; any thread may use it, each call takes a connection of its own."""

    def __init__(self, url: str, location: Location, engine: Engine, ledger: Ledger, *, read_only: bool) -> None:
        self.url = url
        self.location = location
        self.ledger = ledger
        self.read_only = read_only
        self._engine = engine
        self._writer = writing(engine)
        self._aside = writing(engine, aside=True)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        usage: str = "",
        read_only: bool = False,
        create: bool = True,
        wait: float = 5.0,
        note: Note | None = None,
    ) -> Store:
        """Opens the store at a path, `sqlite:///path` or `postgresql+psycopg://…`; `usage` is the folder of its events.

        A missing file is made (0600, in a folder made 0700 if only that folder is missing; 0660 in a group's folder),
        unless `read_only` or not `create`. `wait` is how many seconds a lock is waited for; `note` is called, by the
        waiting thread, when that takes a noticeable time. Raises `StoreUnavailable` or `ReadOnly`, with nothing
        changed, for everything that stands in the way. Without `usage` the folder is the one that goes with the store.
        """
        location = locate(url)
        ledger = ledger_at(usage, location)
        made = _prepare(location, make=create and not read_only)
        if location.path is not None:
            _inspect(location.path, read_only=read_only)
        engine = connect(location, read_only=read_only, wait=wait, note=note)
        try:
            with clear_faults(location):
                with engine.connect() as connection:
                    ready = schema.check(connection, location)
                if not ready:
                    if read_only or not create:
                        raise StoreUnavailable(f"there is no store at {location.shown}: it is empty")
                    schema.migrate(engine)
        except BaseException:
            engine.dispose()
            if made and location.path is not None:
                _unmake(location.path)
            raise
        return cls(url, location, engine, ledger, read_only=read_only)

    def close(self) -> None:
        """Gives all connections back; the store can still be used, and opens new ones then."""
        self.ledger.close()
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state of the store; what it changes is thrown away."""
        with clear_faults(self.location), Session(self._engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def work(self, *, by: Actor, now: datetime) -> Iterator[Work]:
        """One unit of work: committed when the block ends well, rolled back when anything escapes from it.

        Works on the book come one after the other: this waits for its turn before anything is looked up.
        """
        with self._writing(self._writer, now) as session:
            work = Work(session, by, now, self.ledger)
            yield work
            if work.trail is not None:
                work.trail.keep(session)

    @contextmanager
    def aside(self, *, now: datetime) -> Iterator[Session]:
        """One transaction beside the book, for what is nobody else's (drafts): no work on the book holds it up."""
        with self._writing(self._aside, now) as session:
            yield session

    @contextmanager
    def _writing(self, engine: Engine, now: datetime) -> Iterator[Session]:
        if self.read_only:
            raise ReadOnly("the store was opened read-only")
        if now.tzinfo is None:
            raise ValueError("now must be an aware instant")
        with clear_faults(self.location), Session(engine, expire_on_commit=False) as session:
            session.connection()  # begins, and so waits for its turn
            yield session
            session.commit()


def make_private(folder: Path) -> None:
    """Makes a folder (with those above it) that only its owner can look into; leaves an existing one as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _prepare(location: Location, *, make: bool) -> bool:
    """Makes the file (and its folder) where that is asked for and needed; whether it did."""
    path = location.path
    if path is None:
        return False
    try:
        if os.path.lexists(path) and path.exists():
            return False
        if not make:
            raise StoreUnavailable(f"there is no store at {location.shown}")
        if not path.parent.exists():
            if not path.parent.parent.is_dir():
                raise StoreUnavailable(f"there is no folder {path.parent}", hint="make it first, or name another store")
            path.parent.mkdir(mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        path.chmod(file_mode(path.parent))  # SQLite gives the files beside it the same
    except FileExistsError:
        return False  # another program made it in the meantime
    except NotADirectoryError:
        raise StoreUnavailable(f"{path.parent} is not a folder") from None
    except OSError as error:
        raise StoreUnavailable(f"the store {location.shown} cannot be made: {error.strerror}") from None
    return True


def _unmake(path: Path) -> None:
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)


def _inspect(path: Path, *, read_only: bool) -> None:
    """Refuses what cannot be a store, without opening it.

    A file that is closed gives up the locks that any other connection of this process has on it (POSIX), and the next
    program to leave would take its log away from under us. So nobody but SQLite ever opens a store.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise StoreUnavailable(f"the store {path} cannot be read: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        raise StoreUnavailable(f"{path} is a folder; a store is a file in it")
    if not stat.S_ISREG(mode):
        raise StoreUnavailable(f"{path} is not a file")
    if not os.access(path, os.R_OK):
        raise StoreUnavailable(f"the store {path} cannot be read: {os.strerror(errno.EACCES)}")
    if not read_only and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        raise ReadOnly(f"the store {path} is not writable", hint="open it with --read-only to look at it")
