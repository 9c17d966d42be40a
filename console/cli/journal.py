"""What a long run has done so far, kept so that the same run, given again after a stop, goes on where it was.

A line of JSON for each customer, in order, in a file that only its user may read. It is gone once the run is through.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")
KEPT = timedelta(hours=12)
"""How long what a stopped run has done is good for: a preview is one of a moment."""
AT_ONCE = 100
"""After so many parts what was done is on its way to the disk."""


class Begun(msgspec.Struct, frozen=True):
    """When a run began, as of which moment it previews, and what it was given: what must be the same to go on."""

    as_of: datetime
    given: tuple[str, ...]
    fresh: bool = False
    """Whether to begin anew whatever there is."""

    def same(self, other: Begun) -> bool:
        """Whether a run that begins now may go on with this one."""
        return self.given == other.given and timedelta(0) <= other.as_of - self.as_of < KEPT


class Journal(Generic[T]):
    """The parts of a run. Those that are `done` were made by one that was stopped, as of the moment `as_of`."""

    def __init__(self, file: IO[bytes], kind: type[T], begun: Begun) -> None:
        self._file = file
        self._kind = kind
        self._from = 0
        self.as_of = begun.as_of
        self.done = 0
        self._begin(begun)

    def _begin(self, begun: Begun) -> None:
        """Takes over what is there if it is of the same run and not too old; else begins anew."""
        self._file.seek(0)
        first = self._file.readline()
        before: Begun | None = None
        with suppress(msgspec.DecodeError):
            before = msgspec.json.decode(first, type=Begun)
        if before is None or begun.fresh or not before.same(begun):
            self._file.seek(0)
            self._file.truncate()
            self._file.write(msgspec.json.encode(begun) + b"\n")
            self._from = self._file.tell()
            return
        self.as_of = before.as_of
        self._from = end = self._file.tell()
        for line in self._file:
            if not line.endswith(b"\n"):  # the stop came in the middle of it
                break
            end += len(line)
            self.done += 1
        self._file.seek(end)
        self._file.truncate()

    def add(self, parts: Iterable[T]) -> Iterator[T]:
        """The parts, each noted before it is handed on."""
        self._file.seek(0, os.SEEK_END)
        for count, part in enumerate(parts, 1):
            self._file.write(msgspec.json.encode(part) + b"\n")
            if count % AT_ONCE == 0:
                self._file.flush()
            yield part
        self._file.flush()

    def parts(self) -> Iterator[T]:
        """All parts that were noted, in order; nothing may be added while they are read."""
        decode = msgspec.json.Decoder(self._kind).decode
        self._file.seek(self._from)
        for line in self._file:
            yield decode(line)


@contextmanager
def journal(folder: Path, kind: type[T], begun: Begun) -> Iterator[Journal[T]]:
    """The journal of that run. It is kept if the run ends before it is through, and gone if it comes to its end.

    Where the folder cannot be written to, or another process is at the same run, nothing is kept.
    """
    name = blake2b("\0".join(begun.given).encode(), digest_size=16).hexdigest()
    path = folder / f"{name}.jsonl"
    file = _own(path)
    if file is None:
        with TemporaryFile("w+b") as aside:
            yield Journal(aside, kind, begun)
        return
    with file:
        _forget_old(folder, path, begun.as_of)
        try:
            yield Journal(file, kind, begun)
        finally:
            file.flush()
        path.unlink(missing_ok=True)


def _own(path: Path) -> IO[bytes] | None:
    """The file for this process alone; None where that cannot be had."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file: Any = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file if path.exists() else None


def _forget_old(folder: Path, own: Path, now: datetime) -> None:
    """Removes what was left by runs that nobody went on with."""
    for path in folder.glob("*.jsonl"):
        with suppress(OSError):
            if path != own and path.stat().st_mtime < (now - KEPT).timestamp():
                path.unlink()
