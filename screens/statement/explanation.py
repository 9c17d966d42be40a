"""How one number came to be: the line under the cursor, in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from screens.statement import wording
from screens.widgets.facts import FactPane
from store.rating import worded
from store.rating.statement import Line
from store.terms import shown

EMPTY = "Move to a line to see how its number came to be."
_PATH = re.compile(r" \(/[a-z0-9_/-]+\)")
"""Where a term stands in the book: for programs, not for people."""
_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):00Z")


class Explanation(FactPane):
    """`explain(line)`; scrolls where it is longer than its place."""

    def __init__(self, *, empty: str = EMPTY, id: str | None = None) -> None:
        super().__init__(empty=empty, id=id)

    def explain(self, line: Line | None, names: Mapping[str, str] = wording.NOBODY) -> None:
        """Another line, or none; `names`: what contracts are called."""
        if line is None:
            self.clear()
        else:
            self.tell(line.name, wording.KINDS.get(line.type, line.type), notes(line, names))


def notes(line: Line, names: Mapping[str, str] = wording.NOBODY) -> Iterator[tuple[str, str]]:
    """What the line says by itself, then how the rating came to it, as label and sentence."""
    yield from facts(line)
    if line.origin is not None:
        yield "repeated", f"from the statement {wording.origin(line, names)}"
    for label, sentence in line.explanation:
        yield label, _PATH.sub("", _STAMP.sub(_day, sentence))


def facts(line: Line) -> Iterator[tuple[str, str]]:
    """What the line says by itself."""
    value = wording.total(line)
    if line.quantity is not None and line.unit_price is not None:
        yield "amount", f"{wording.quantity(line)} × {wording.unit_price(line)} = {value}"
    else:
        yield "amount", value
    listed = line.list_price
    if listed is not None and listed != line.unit_price:
        yield "list price", worded.price(line, listed)
    groups = shown.groups({**line.pricing_group_values, **line.presentation_group_values})
    if groups:
        yield "group", groups
    if line.starting_at is not None:
        yield "window", f"{shown.span(line.starting_at, line.ending_before)} (the end is not in it)"
    if line.applied is not None and not any(label == "balance" for label, _ in line.explanation):
        what = wording.BALANCE_KINDS.get(line.applied.type, line.applied.type.lower())
        yield "balance", f"{line.applied.name} ({what})"
    if wording.only_counted(line):
        yield "total", "only counted toward the commitment: the usage above is billed, so this is not in the total"
    if line.product_tags:
        yield "tags", ", ".join(line.product_tags)


def plain(line: Line, names: Mapping[str, str] = wording.NOBODY) -> str:
    """Name, facts and notes of a line as text to read and copy."""
    head = f"{line.name} ({wording.KINDS.get(line.type, line.type)})"
    return "\n".join([head, "", *(f"{label}: {sentence}" for label, sentence in notes(line, names))])


def _day(match: re.Match[str]) -> str:
    """An instant of the notes as people read it: the hour only where it is not midnight."""
    return match[1] if match[2] == "00:00" else f"{match[1]} {match[2]}Z"
