"""A queue in front of those who write a file: whoever came first is let in first, of whichever process or thread.

SQLite lets in whoever happens to look while the file is free. Here everybody who waits takes a number: a byte of a
file beside the store, locked for as long as they wait. Nothing is written there, and whoever dies gives the number back
with the lock. The queue only puts writers in order, who may write stays SQLite's to say: programs that know nothing of
it are safe beside it, and where there can be none (no such locks, a folder that is not ours) only the order is lost.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.modes import file_mode

END = "-turns"
"""What the name of the file beside a store ends with."""
BESIDE = ("", "-wal", "-shm", END)
"""The ends of the names of a store's file and of what SQLite and we make beside it."""
SOON, LATER = 0.001, 0.02
"""Seconds until whoever is next looks again, and those far behind, at most."""
STUCK = 0.5
"""Seconds per place after which one looks oneself, where the first has not moved all the while: it may be stopped."""

_LOCK = struct.Struct("hhqqi4x")
"""`struct flock`: kind, whence, start, length, process."""
_COMMANDS = tuple(getattr(fcntl, name, None) for name in ("F_OFD_GETLK", "F_OFD_SETLK"))


class Place:
    """A place in the queue."""

    def __init__(self, file: int | None) -> None:
        """The last place of the queue in an open file; without one, the only place there is."""
        self._file = file
        self._number = 0
        self._first, self._since = 0, time.monotonic()
        while file is not None:
            self._number = self._number + 1
            taken = self._found(self._number, 0)
            if taken is not None:
                self._number = taken
            elif self._set(fcntl.F_WRLCK):
                break

    def pause(self) -> float:
        """How long to leave the store alone and look again here, in seconds; 0 for whose turn it is to look there."""
        first = self._found(1, self._number - 1) if self._number > 1 else None
        now = time.monotonic()
        if first is None:
            return 0
        if first != self._first:
            self._first, self._since = first, now
        behind = self._number - first
        if now - self._since > STUCK * behind:
            self._since = now
            return 0
        return min(LATER, behind * SOON)

    def leave(self) -> None:
        """Gives the place up."""
        if self._file is not None:
            self._set(fcntl.F_UNLCK)

    def _found(self, start: int, length: int) -> int | None:
        """A number that somebody else holds, from `start` on; the one who came first, as far as the system tells."""
        assert self._file is not None and _COMMANDS[0] is not None
        asked = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, start, length, 0)
        kind, _, found, _, _ = _LOCK.unpack(fcntl.fcntl(self._file, _COMMANDS[0], asked))
        return None if kind == fcntl.F_UNLCK else max(found, start)

    def _set(self, kind: int) -> bool:
        assert self._file is not None and _COMMANDS[1] is not None
        try:
            fcntl.fcntl(self._file, _COMMANDS[1], _LOCK.pack(kind, os.SEEK_SET, self._number, 1, 0))
        except BlockingIOError:
            return False
        return True


@contextmanager
def queued(store: Path) -> Iterator[Place]:
    """A place in the queue of those who wait to write a store file, given up at the end."""
    file = _opened(store.with_name(store.name + END))
    try:
        place = _placed(file)
        try:
            yield place
        finally:
            place.leave()
    finally:
        if file is not None:
            os.close(file)


def _placed(file: int | None) -> Place:
    try:
        return Place(file)
    except OSError:  # a file system without such locks
        return Place(None)


def _opened(path: Path) -> int | None:
    """The file, made if need be; None where it cannot be."""
    if None in _COMMANDS:
        return None
    flags = os.O_RDWR | os.O_NOFOLLOW
    with suppress(OSError):
        return os.open(path, flags)
    with suppress(OSError):
        file = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        os.fchmod(file, file_mode(path.parent))
        return file
    return None
