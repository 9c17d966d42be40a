"""Events as rows of columns, in CSV or Parquet: the four fields, and everything else as properties."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import IO, Any

from store.errors import Invalid
from store.terms import document
from store.usage.rows import MAX_LINE, Given, Row, Unfit

FIELDS = ("transaction_id", "customer_id", "event_type", "timestamp")


def csv_rows(stream: IO[bytes]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The header of a CSV, which names the four fields, and its rows, each with the line on which it begins."""
    csv.field_size_limit(MAX_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    try:
        header = tuple(next(reader, ()))
    except csv.Error as error:
        raise Unfit(f"has a header that is not valid CSV: {error}") from None
    if header:
        check_columns(header)
    return header, _rows(reader, text)


def _rows(reader: Any, text: Any) -> Iterator[Row]:
    """`text` is what is read from: it would be closed where nobody held it."""
    while True:
        line = reader.line_num + 1  # where the row begins: a cell in quotes may go over several lines
        try:
            cells = next(reader, None)
        except csv.Error as error:
            over = f", by line {reader.line_num}" if reader.line_num > line else ""
            yield Given(line, None, f"is not valid CSV: {error}{over}")
            continue
        if cells is None:
            return
        if cells:
            yield line, cells


def csv_row(line: int, header: Sequence[str], cells: Sequence[str]) -> Given:
    """The event in a row: the four fields, `properties` as JSON, and every other column (`properties.x` or `x`) as a
    property; an empty cell is a property that the event does not have."""
    if len(cells) != len(header):
        return Given(line, _shown(cells), f"has {len(cells)} columns where the header has {len(header)}")
    for name, cell in zip(header, cells, strict=True):
        if not cell.isascii() and document.unwritable(cell):
            return Given(line, _shown(cells), f"{field_path(name)}: is not UTF-8 text")
    return assemble(line, ((name, cell) for name, cell in zip(header, cells, strict=True) if cell))


def _shown(cells: Sequence[str]) -> list[str]:
    """Cells that can be written: bytes that were no text as question marks."""
    return [cell.encode("utf-8", "replace").decode() for cell in cells]


def field_path(column: str) -> str:
    """Where a column's value stands in an event."""
    return f"/{column}" if column in FIELDS else f"/properties/{property_of(column)}"


def property_of(column: str) -> str:
    """The property that a column holds."""
    return column.removeprefix("properties.")


def check_columns(names: Sequence[str]) -> None:
    """Raises `Invalid` where a required column is missing or a column is there twice."""
    missing = [field for field in FIELDS if field not in names]
    if missing:
        raise Unfit(f"has no column {', '.join(missing)}", hint=f"it needs {', '.join(FIELDS)}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unfit(f"has the column {twice[0]} twice")


def assemble(line: int, cells: Any) -> Given:
    """The event's payload from (column, value) pairs; values that are not there are left out by the caller."""
    payload: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for name, value in cells:
        if name in FIELDS:
            payload[name] = value
        elif name != "properties":
            properties[property_of(name)] = value
        elif isinstance(value, dict):
            properties |= value
        else:
            try:
                given = document.read(value, name="its properties")
            except Invalid as error:
                return Given(line, value, error.message)
            if not isinstance(given, dict):
                return Given(line, value, "properties: must be an object")
            properties |= given
    payload["properties"] = properties
    return Given(line, payload, _text_problem(payload))


def _text_problem(value: Any) -> str:
    found = document.unwritable(value)
    return str(found) if found else ""
