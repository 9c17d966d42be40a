"""The options every command takes, and what they open."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from store.errors import Invalid
from store.terms import document

if TYPE_CHECKING:
    from store.database import Actor, Store

StoreUrl = Annotated[
    str | None, typer.Option("--store", metavar="URL", help="Where the book is: a file or a database URL.")
]
UsageUrl = Annotated[
    str | None,
    typer.Option("--usage", metavar="URL", help="The folder where usage events live (default: beside the store)."),
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Open the store read-only; every write is refused.")]


def now() -> datetime:
    """The present instant, UTC."""
    return datetime.now(UTC)


def actor(origin: str = "cli") -> Actor:
    """Who is asking, by `--as` or the login name, through what, where from, and why if that was told."""
    from console import settings
    from store.database import Actor

    before = BEFORE.get()
    name = before.name or settings.operator()
    return Actor(name, origin, settings.source(name), before.reason)


@dataclass(frozen=True, slots=True)
class Place:
    """Which store is meant, and whether it may be written to."""

    store: str | None
    usage: str | None
    read_only: bool

    @property
    def usage_folder(self) -> str:
        """Where usage events live, by the option or the settings; "": in the folder that goes with the store."""
        from console.settings import quick

        return quick(store=self.store, usage=self.usage).usage


class Before(NamedTuple):
    """The options that stood before the command's name."""

    store: str | None = None
    usage: str | None = None
    read_only: bool = False
    name: str | None = None
    reason: str | None = None


BEFORE: ContextVar[Before] = ContextVar("BEFORE", default=Before())  # noqa: B039  a tuple is no mutable default


def place(store: str | None, usage: str | None, read_only: bool) -> Place:
    """The options of a command, or where it has none, those given before its name."""
    before = BEFORE.get()
    return Place(store or before.store, usage or before.usage, read_only=read_only or before.read_only)


@contextmanager
def opened(
    store: str | None, usage: str | None, read_only: bool, *, create: bool = False, wait: float = 5.0
) -> Iterator[Store]:
    """The store those options name, closed afterwards; made first if it is missing and may be made.

    `wait` is how many seconds others may keep it from writing. Raises StoreUnavailable or ReadOnly.
    """
    from console.settings import quick
    from store.database import Store

    where = place(store, usage, read_only)
    told = quick(store=where.store, usage=where.usage)
    found = Store.open(told.store, usage=told.usage, read_only=where.read_only, create=create, wait=wait, note=_waiting)
    try:
        yield found
    finally:
        found.close()


def _waiting() -> None:
    sys.stderr.write("Another program is writing to the store; waiting for it …\n")


def read_text(name: str) -> bytes:
    """The bytes of a file, or of standard input for `-`; raises `Invalid` naming the file."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise Invalid(f"{name}: {error.strerror}") from None


def read_document(name: str) -> Any:
    """The JSON (or, by its ending, YAML) document in a file or on standard input."""
    label = "standard input" if name == "-" else name
    return document.read(read_text(name), name=label, yaml=name.lower().endswith((".yaml", ".yml")))
