"""Usage events out of files, one by one: JSON lines, CSV and Parquet, plain or gzipped; nothing is kept in memory.

A reader yields `Row`s in the order of the file: the payload of an event, or why the line holds none. A file that cannot
be read as a whole (missing, not what its name says, cut off in the middle) raises `Invalid` where that shows.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from store.errors import Invalid
from store.terms import document

MAX_LINE = 4_000_000
"""A longer line is no event: 2000 properties of 1000 characters fit in half of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number (from 1), and the event's payload, or `problem` with `payload` as it was read."""

    line: int
    payload: Any
    problem: str = ""


class Source:
    """A file of events that knows how far it was read: `done` and `size` in bytes (`size` None: unknown)."""

    def __init__(self, name: str) -> None:
        """`name` is a path, or `-` for JSON lines on standard input; raises `Invalid` for an unknown ending."""
        self.name = name
        self.size: int | None = None
        self._position: Callable[[], int] = lambda: 0
        self._read = _reader(name)

    @property
    def done(self) -> int:
        """How many bytes of the file (as it lies on the disk) were taken in."""
        return self._position()

    def rows(self) -> Iterator[Row]:
        """Every line in order. Raises `Invalid` where the file cannot be read on."""
        if self._read is parquet_rows:
            yield from parquet_rows(Path(self.name))
            return
        with self._stream() as stream:
            try:
                yield from self._read(stream)
            except (EOFError, zlib.error, gzip.BadGzipFile):
                raise Invalid(f"{self.name} is not a whole gzip file: it breaks off or is damaged") from None

    @contextmanager
    def _stream(self) -> Iterator[IO[bytes]]:
        if self.name == "-":
            yield sys.stdin.buffer
            return
        try:
            file = Path(self.name).open("rb")  # noqa: SIM115 - closed below, after the generator is done with it
        except FileNotFoundError:
            raise Invalid(f"there is no file {self.name}") from None
        except OSError as error:
            raise Invalid(f"{self.name} cannot be read: {error.strerror}") from None
        with file:
            self.size = file.seek(0, io.SEEK_END)
            file.seek(0)
            self._position = lambda: self.size or 0 if file.closed else file.tell()
            if self.name.lower().endswith(".gz"):
                with gzip.open(file) as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield file


def _reader(name: str) -> Callable[..., Iterator[Row]]:
    plain = name.lower().removesuffix(".gz")
    if name == "-" or plain.endswith((".jsonl", ".ndjson")):
        return json_rows
    if plain.endswith(".csv"):
        return csv_rows
    if plain.endswith(".parquet") and plain == name.lower():
        return parquet_rows
    raise Invalid(
        f"{name}: events are read from .jsonl, .csv (either also as .gz) and .parquet",
        hint="- reads JSON lines from standard input",
    )


def json_rows(stream: IO[bytes]) -> Iterator[Row]:
    """JSON lines: one object each, blank lines skipped, numbers exact."""
    line = 0
    while chunk := stream.readline(MAX_LINE + 1):
        line += 1
        if len(chunk) > MAX_LINE:
            while chunk and not chunk.endswith(b"\n"):
                chunk = stream.readline(MAX_LINE + 1)
            yield Row(line, None, f"is longer than {MAX_LINE} bytes")
            continue
        if not chunk.strip():
            continue
        try:
            payload = document.read(chunk, name="the line")
        except Invalid as error:
            yield Row(line, chunk.decode("utf-8", "replace").rstrip("\r\n"), error.message)
            continue
        yield Row(line, payload)


FIELDS = ("transaction_id", "customer_id", "event_type", "timestamp")


def csv_rows(stream: IO[bytes]) -> Iterator[Row]:
    """CSV with a header: the four fields, `properties` as JSON, and every other column (`properties.x` or `x`) as a
    property; an empty cell is a property that the event does not have."""
    csv.field_size_limit(MAX_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise Invalid(f"the header of the CSV cannot be read: {error}") from None
    if header is None:
        return
    check_columns(header)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(reader.line_num, None, f"is not valid CSV: {error}")
            continue
        if cells is None:
            return
        if cells:
            yield _csv_row(reader.line_num, header, cells)


def _csv_row(line: int, header: list[str], cells: list[str]) -> Row:
    if len(cells) != len(header):
        return Row(line, cells, f"has {len(cells)} columns where the header has {len(header)}")
    if any(not cell.isascii() for cell in cells) and (problem := _text_problem(cells)):
        return Row(line, [cell.encode("utf-8", "replace").decode() for cell in cells], problem)
    return assemble(line, ((name, cell) for name, cell in zip(header, cells, strict=True) if cell))


def check_columns(names: list[str]) -> None:
    """Raises `Invalid` where a required column is missing or a column is there twice."""
    missing = [field for field in FIELDS if field not in names]
    if missing:
        raise Invalid(f"the file has no column {', '.join(missing)}", hint=f"it needs {', '.join(FIELDS)}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Invalid(f"the file has the column {twice[0]} twice")


def assemble(line: int, cells: Any) -> Row:
    """The event's payload from (column, value) pairs; values that are not there are left out by the caller."""
    payload: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for name, value in cells:
        if name in FIELDS:
            payload[name] = value
        elif name != "properties":
            properties[name.removeprefix("properties.")] = value
        elif isinstance(value, dict):
            properties |= value
        else:
            try:
                given = document.read(value, name="its properties")
            except Invalid as error:
                return Row(line, value, error.message)
            if not isinstance(given, dict):
                return Row(line, value, "properties: must be an object")
            properties |= given
    return Row(line, payload | {"properties": properties}, _text_problem(properties))


def _text_problem(value: Any) -> str:
    found = document.unwritable(value)
    return str(found) if found else ""


def parquet_rows(path: Path) -> Iterator[Row]:
    """Parquet, through DuckDB; columns as in CSV, `properties` also a struct or map. Times without a zone are UTC."""
    from store.usage import parquet

    for line, cells in parquet.records(path, check_columns):
        yield assemble(line, cells)
