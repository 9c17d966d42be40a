"""Usage events out of files, part by part: JSON lines, CSV and Parquet, plain or gzipped; memory stays flat.

A file that cannot be read as a whole (not what its name says, cut off in the middle) raises `Invalid`, which names it,
where that shows, after what was read before.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import stat
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, cast

from store.errors import Invalid
from store.usage.lines import lines_of
from store.usage.rows import Cells, Part, Unfit, gathered
from store.usage.spreadsheet import csv_rows

PIECE = 1 << 20
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)


class Source:
    """A file of events that knows how far it was read: `lines`, and `done` of `size` bytes (None: unknown).

    `rows` is how many it has, where it says so itself.
    """

    def __init__(self, name: str) -> None:
        """`name` is a path, or `-` for JSON lines on standard input; raises `Invalid` for an unknown ending."""
        self.name = name
        self.size: int | None = None
        self.rows: int | None = None
        self.lines = 0
        self._position: Callable[[], int] = lambda: 0
        self._parts = self._reader()

    @property
    def title(self) -> str:
        """What it is called in a sentence."""
        return "standard input" if self.name == "-" else self.name

    def check(self) -> None:
        """Raises `Invalid` where there is no such file, or it may not be read; nothing of it is read."""
        if self.name == "-":
            return
        path = Path(self.name)
        try:
            found = path.stat()
        except OSError as error:
            raise self._unreadable(error) from None
        self.size = found.st_size if stat.S_ISREG(found.st_mode) else None
        if path.is_dir() or not os.access(path, os.R_OK):
            raise Invalid(f"{self.name} cannot be read: {'it is a folder' if path.is_dir() else 'permission denied'}")

    @property
    def done(self) -> int:
        """How many bytes of the file (as it lies on the disk) were taken in."""
        return self._position()

    def parts(self) -> Iterator[Part]:
        """Everything in order, in parts. Raises `Invalid` where the file cannot be read on."""
        self.check()
        try:
            for part in self._parts():
                self.lines += part.count
                yield part
        except Unfit as error:
            raise Invalid(f"{self.title} {error.message}", hint=error.hint) from None

    def _reader(self) -> Callable[[], Iterator[Part]]:
        plain = self.name.lower().removesuffix(".gz")
        if self.name == "-" or plain.endswith((".jsonl", ".ndjson")):
            return self._json
        if plain.endswith(".csv"):
            return self._csv
        if plain.endswith(".parquet"):
            return self._parquet
        raise Invalid(
            f"{self.name}: events are read from .jsonl, .csv and .parquet, each also as .gz",
            hint="- reads JSON lines from standard input",
        )

    @property
    def _zipped(self) -> bool:
        return self.name.lower().endswith(".gz")

    def _json(self) -> Iterator[Part]:
        with self._file() as file:
            pieces = self._unzipped(file) if self._zipped else iter(lambda: file.read1(PIECE), b"")
            yield from lines_of(_looked_at(pieces))

    def _csv(self) -> Iterator[Part]:
        with self._file() as file:
            stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if self._zipped else file
            try:
                _check_text(cast("io.BufferedReader", stream).peek(8))
                header, rows = csv_rows(stream)
                yield from gathered(rows, partial(Cells, header))
            except _BROKEN:
                raise self._broken() from None

    def _parquet(self) -> Iterator[Part]:
        if not self._zipped:
            yield from self._parquet_parts(Path(self.name))
            return
        with self._file() as file, tempfile.TemporaryDirectory(prefix="termsheet-") as folder:
            unzipped = Path(folder) / "events.parquet"
            try:
                with gzip.open(file) as stream, unzipped.open("wb") as out:
                    shutil.copyfileobj(stream, out, PIECE)
            except _BROKEN:
                raise self._broken() from None
            yield from self._parquet_parts(unzipped)

    def _parquet_parts(self, path: Path) -> Iterator[Part]:
        from store.usage import parquet

        self.rows = parquet.count(path)
        yield from parquet.parts(path)

    def _broken(self) -> Invalid:
        return Invalid(f"{self.name} is not a whole gzip file: it breaks off or is damaged")

    def _unzipped(self, file: io.BufferedReader) -> Iterator[bytes]:
        """The bytes in a gzip file (of one member or several), up to where it breaks off."""
        member = None
        while piece := file.read1(PIECE // 8):
            while piece:
                member = member or zlib.decompressobj(wbits=31)
                try:
                    yield member.decompress(piece)
                except zlib.error:
                    raise self._broken() from None
                piece = b""
                if member.eof:
                    piece, member = member.unused_data.lstrip(b"\0"), None
        if member is not None:
            raise self._broken()

    @contextmanager
    def _file(self) -> Iterator[io.BufferedReader]:
        if self.name == "-":
            yield cast("io.BufferedReader", sys.stdin.buffer)
            return
        try:
            file = Path(self.name).open("rb")  # noqa: SIM115 - closed below, after the generator is done with it
        except OSError as error:
            raise self._unreadable(error) from None
        with file:
            if file.seekable():  # a pipe with a name is not, and has no size
                self.size = file.seek(0, io.SEEK_END)
                file.seek(0)
                self._position = lambda: self.size or 0 if file.closed else file.tell()
            yield file

    def _unreadable(self, error: OSError) -> Invalid:
        if isinstance(error, FileNotFoundError):
            return Invalid(f"there is no file {self.name}")
        return Invalid(f"{self.name} cannot be read: {error.strerror}")


_MAGIC = {
    b"\x1f\x8b": "is compressed with gzip: its name should end with .gz",
    b"PAR1": "is a Parquet file: its name should end with .parquet",
    b"PK\x03\x04": "is a zip archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd: unpack it first",
}


def _looked_at(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, where the first of them looks like text."""
    begun = False
    for piece in pieces:
        if piece and not begun:
            _check_text(piece[:8])
            begun = True
        yield piece


def _check_text(head: bytes) -> None:
    """Raises `Invalid` where a file that begins so is nothing that could hold lines of UTF-8."""
    for magic, said in _MAGIC.items():
        if head.startswith(magic):
            raise Unfit(said)
    encoding = json.detect_encoding(head)
    if b"\0" in head and not encoding.startswith("utf-8"):
        raise Unfit(f"is {encoding[:6].upper()} text: events are read as UTF-8")
