"""What a database complains of, in our words: locked, full, damaged, not ours to write, not there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from store.errors import Conflict, Invalid, ReadOnly, StoreUnavailable, TermsheetError, reason_of
from store.location import Location


@contextmanager
def clear_faults(location: Location) -> Iterator[None]:
    """Turns what the database driver raises into `StoreUnavailable`, `ReadOnly`, `Invalid` or `Conflict`."""
    try:
        yield
    except IntegrityError as error:
        if _is_unique(error.orig):
            raise Conflict("clashes with something stored at the same moment; nothing was written") from error
        raise
    except DBAPIError as error:
        fault = explain(error.orig, location)
        if fault is None:
            raise
        raise fault from error
    except sqlite3.Error as error:
        fault = explain(error, location)
        if fault is None:
            raise
        raise fault from error
    except NoConnectionFree as error:
        raise StoreUnavailable(f"too much is asked of the store {location.shown} at once", hint=_AGAIN) from error


def is_busy(error: Any) -> bool:
    """Whether a driver's error says that another program has the lock that was asked for."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or getattr(error, "sqlstate", None) == "55P03"


def _is_unique(error: Any) -> bool:
    name = getattr(error, "sqlite_errorname", "")
    return (
        name in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
        or getattr(error, "sqlstate", "") == "23505"
    )


_AGAIN = "try again when it has finished"
_LOOK = "open it with --read-only to look at it"
_ROLE = "it takes another role of the database: termsheet db grants"
_SQLITE = {
    "SQLITE_BUSY": "is locked by another program",
    "SQLITE_LOCKED": "is locked by another program",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_PERM": "cannot be opened: permission denied",
    "SQLITE_NOTADB": "is not a Termsheet store: the file is not a database",
    "SQLITE_CORRUPT": "is damaged",
    "SQLITE_FULL": "cannot grow: the disk is full",
    "SQLITE_IOERR": "cannot be read or written: the disk reports an error",
}
_POSTGRESQL = {
    "55P03": "is locked by another program",
    "40": "is locked by another program",
    "53100": "cannot grow: the disk is full",
    "53300": "takes no more connections",
    "53": "has run out of resources",
    "28": "refuses the login",
    "3D000": "is not there: the server has no database of that name",
    "57P": "is being shut down",
    "25P03": "was kept waiting too long",
    "XX001": "is damaged",
    "XX002": "is damaged",
}
"""SQLSTATE, or the beginning of it, the longest first."""
_HINTS = {
    "SQLITE_BUSY": _AGAIN,
    "SQLITE_LOCKED": _AGAIN,
    "SQLITE_CORRUPT": "restore a backup with: termsheet db restore FILE",
    "55P03": _AGAIN,
    "40": _AGAIN,
    "53300": "try again when others have left",
    "57P": "try again when it is back",
}


def explain(error: Any, location: Location) -> TermsheetError | None:
    """The fault in our words, or None where it is none of the store's (and so a defect of ours)."""
    name = str(getattr(error, "sqlite_errorname", "") or "")
    if name.startswith("SQLITE_READONLY"):
        return ReadOnly(f"the store {location.shown} is not writable", hint=_LOOK)
    for code, text in _SQLITE.items():
        if name == code or name.startswith(code + "_"):
            return StoreUnavailable(f"the store {location.shown} {text}", hint=_HINTS.get(code, ""))
    return _of_server(error, location) if location.server is not None else None


def _of_server(error: Any, location: Location) -> TermsheetError | None:
    state = str(getattr(error, "sqlstate", None) or "")
    if state == "42501":
        return ReadOnly(f"the store {location.shown} does not let this login do that", hint=_ROLE)
    if state == "25006":
        return ReadOnly(f"the store {location.shown} is not writable", hint=_LOOK)
    for length in (5, 3, 2):
        if text := _POSTGRESQL.get(state[:length]):
            return StoreUnavailable(f"the store {location.shown} {text}", hint=_HINTS.get(state[:length], ""))
    kind = type(error).__name__
    if kind == "DataError" or isinstance(error, UnicodeEncodeError):
        return Invalid("holds a character that is not text")
    if kind == "ProgrammingError" and "connection option" in str(error):
        return StoreUnavailable(f"the store {location.shown} is addressed with an option that PostgreSQL does not have")
    if kind in ("OperationalError", "ConnectionTimeout"):
        return StoreUnavailable(f"the store {location.shown} does not answer: {reason_of(error)}")
    return None
