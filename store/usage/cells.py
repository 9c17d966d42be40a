"""Rows of a CSV as the ledger has them, read the short way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from store.terms import document
from store.terms.event import MAX_PROPERTIES
from store.usage.ledger.batch import Row
from store.usage.sound import moment, plain, texts
from store.usage.spreadsheet import FIELDS, property_of

ID = 128
"""The longest transaction id."""


def short_way(header: Sequence[str]) -> Callable[[Sequence[str]], Row | None]:
    """Makes a row of cells that are sound beyond doubt; None of any others."""
    if document.unwritable(list(header)):
        return lambda cells: None
    id, customer, kind, stamp = (header.index(name) for name in FIELDS)
    columns = [
        (k, None if name == "properties" else property_of(name)) for k, name in enumerate(header) if name not in FIELDS
    ]
    decode = msgspec.json.Decoder(dict[str, Any], float_hook=plain).decode

    def row(cells: Sequence[str]) -> Row | None:
        try:
            if len(cells) != len(header) or not _writable(cells):
                return None
            if not 0 < len(cells[id]) <= ID or not cells[customer] or not cells[kind]:
                return None
            properties: dict[str, str] = {}
            for k, name in columns:
                cell = cells[k]
                if not cell:
                    continue
                if name is not None:
                    properties[name] = cell
                else:
                    given = decode(cell)
                    if "\\u" in cell or cell.count('":') != len(given):  # a field that is there twice, perhaps
                        return None
                    properties |= texts(given)
            if len(properties) > MAX_PROPERTIES:
                return None
            return Row(0, cells[customer], moment(cells[stamp]), cells[kind], cells[id], properties)
        except (ValueError, ArithmeticError, RecursionError):  # msgspec's errors are ValueErrors
            return None

    return row


def _writable(cells: Sequence[str]) -> bool:
    """Whether all of it is text; raises ValueError where half of a surrogate pair is not."""
    whole = "".join(cells)
    if not whole.isascii():
        whole.encode()
    return "\0" not in whole
