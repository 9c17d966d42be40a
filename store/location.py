"""Where a store is: a file for SQLite, or the address of a PostgreSQL database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from store.errors import StoreUnavailable
from store.text import masked

_EXPECTED = "a store is a file's path, sqlite:///path or postgresql+psycopg://user@host/database"


@dataclass(frozen=True, slots=True)
class Location:
    """A store's place: `path` for a SQLite file, else `server`; `shown` is how it is named to people (no password)."""

    path: Path | None
    server: URL | None
    shown: str


def locate(url: str) -> Location:
    """The place that a `--store` value means; raises `StoreUnavailable` for an address of another kind."""
    if not url.strip():
        raise StoreUnavailable("the address of the store is empty", hint=_EXPECTED)
    if "://" not in url:
        if masked(url) != url:  # an address in another form than ours: as a file's name it would be told as it is
            raise StoreUnavailable(f"{masked(url)} is not the address of a store", hint=_EXPECTED)
        return _file(url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreUnavailable(f"{masked(url)} is not the address of a store", hint=_EXPECTED) from None
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StoreUnavailable("a store needs a file: sqlite:///path", hint=_EXPECTED)
        return _file(parsed.database)
    if parsed.get_backend_name() == "postgresql":
        if "@" in (parsed.host or ""):
            raise StoreUnavailable(f"{masked(url)} is not the address of a store", hint="a password's @ is written %40")
        server = parsed.set(drivername="postgresql+psycopg")
        return Location(None, server, masked(url))
    raise StoreUnavailable(f"{parsed.get_backend_name()} is not a kind of store", hint=_EXPECTED)


def _file(text: str) -> Location:
    if "\0" in text:
        raise StoreUnavailable("the path of the store holds a NUL character")
    path = Path(text).expanduser().absolute()
    return Location(path, None, str(path))
