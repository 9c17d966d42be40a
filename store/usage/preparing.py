"""What was read from a file, made ready for the ledger: sound events as a sealed batch, the others with their reasons.

Most lines take a short way that accepts only what is sound beyond doubt. Whatever it does not accept goes the long way,
through the vocabulary's own `Event`, which alone decides and explains; both ways give the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from pydantic import ValidationError

from store.errors import Invalid, Problem
from store.terms import document
from store.terms.base import explain
from store.terms.event import MAX_PROPERTIES, Event
from store.usage.cells import short_way
from store.usage.ledger.batch import Batch, Row, rows_of, seal
from store.usage.rows import MAX_LINE, Cells, Given, Lines, Part
from store.usage.sound import moment, plain, texts
from store.usage.spreadsheet import csv_row


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that held no event: its number, why, and what it was."""

    line: int
    reason: str
    event: Any


@dataclass(frozen=True, slots=True)
class Prepared:
    """A part of a file, ready to be taken: how many lines it had, and how many of them held events."""

    batch: Batch
    refused: tuple[Refused, ...]
    lines: int
    events: int


class _Sent(msgspec.Struct, forbid_unknown_fields=True):
    transaction_id: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    customer_id: Annotated[str, msgspec.Meta(min_length=1)]
    event_type: Annotated[str, msgspec.Meta(min_length=1)]
    timestamp: str
    properties: dict[str, Any] = {}


def prepare(part: Part) -> Prepared:
    """The part's sound events and refused lines."""
    refused: list[Refused] = []
    if isinstance(part, Lines):
        rows = _of_lines(part, refused)
    elif isinstance(part, Cells):
        rows = _of_cells(part, refused)
    else:
        rows = _of_given(part.rows, refused)
    kept = list(rows)
    return Prepared(seal(kept), tuple(refused), part.count, len(kept))


def _of_lines(part: Lines, refused: list[Refused]) -> Iterator[Row]:
    decode = msgspec.json.Decoder(_Sent, float_hook=plain).decode
    careful = part.first == 1 or b"\\u" in part.data or b"\0" in part.data  # a byte order mark, no text: the long way
    number = part.first - 1
    for line in part.data.split(b"\n"):
        number += 1
        if not (careful and (number == 1 or b"\\u" in line or b"\0" in line)) and len(line) <= MAX_LINE:
            try:
                sent = decode(line)
                when = moment(sent.timestamp)
                properties = sent.properties
                for value in properties.values():
                    if type(value) is not str:
                        properties = texts(properties)
                        break
                if len(properties) <= MAX_PROPERTIES:
                    yield Row(0, sent.customer_id, when, sent.event_type, sent.transaction_id, properties)
                    continue
            except (ValueError, ArithmeticError, RecursionError):  # msgspec's errors are ValueErrors
                pass
        if line.strip():
            yield from _long_way(number, _read(line), refused, line)


def _of_cells(part: Cells, refused: list[Refused]) -> Iterator[Row]:
    short = short_way(part.header)
    for row in part.rows:
        found = None if isinstance(row, Given) else short(row[1])
        if found is not None:
            yield found
        else:
            yield from _of_given([row if isinstance(row, Given) else csv_row(row[0], part.header, row[1])], refused)


def _of_given(rows: Sequence[Given], refused: list[Refused]) -> Iterator[Row]:
    for given in rows:
        if not given.problem:
            try:
                sent = msgspec.convert(given.payload, _Sent)
                if len(sent.properties) <= MAX_PROPERTIES:
                    properties, when = texts(sent.properties), moment(sent.timestamp)
                    yield Row(0, sent.customer_id, when, sent.event_type, sent.transaction_id, properties)
                    continue
            except (ValueError, ArithmeticError):
                pass
        yield from _long_way(given.line, given, refused)


def _long_way(line: int, given: Given, refused: list[Refused], sent: bytes = b"") -> Iterator[Row]:
    found = [Problem("", given.problem)] if given.problem else event_of(given.payload)
    if isinstance(found, Event):
        yield from rows_of([found])
    else:
        refused.append(Refused(line, "; ".join(map(str, found)), _kept(given.payload, sent)))


def _kept(payload: Any, sent: bytes) -> Any:
    """What is kept of a refused line: what it held, or its text where numbers or depth keep that from being written."""
    try:
        document.write(payload)
    except (ArithmeticError, RecursionError, ValueError):
        return sent.decode("utf-8", "replace") if sent else None
    return payload


def event_of(payload: Any) -> Event | list[Problem]:
    """The payload as an event, or what is wrong with it."""
    try:
        return Event.model_validate(payload)
    except ValidationError as error:
        return explain(error, Event)
    except RecursionError:
        return [Problem("", "is nested too deeply")]


def _read(line: bytes) -> Given:
    if len(line) > MAX_LINE:
        return Given(0, None, f"is longer than {MAX_LINE} bytes")
    try:
        return Given(0, document.read(line, name="the line", repeats="last"))
    except Invalid as error:
        return Given(0, line.decode("utf-8", "replace").rstrip("\r\n"), error.message)
