"""One statement before and after, line by line in one list: what stands beside each other is the same line.

Wide, both sides have quantity, price and total; narrow, the difference has the totals with quantities below, and either
side can be looked at alone. What changed is marked by a glyph: ± other numbers, + new, − gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from screens.amendment import effect
from screens.statement import lines, wording
from screens.widgets.table import Cell, Column, Row
from store.rating.difference import LineChange, StatementChange
from store.rating.statement import Line
from store.terms import shown

View = Literal["both", "difference", "before", "after"]

TONES = {"added": "good", "removed": "warn", "changed": "accent", "same": ""}


def columns(view: View) -> tuple[Column, ...]:
    """The columns of a view."""
    name = Column("  Line", flex=1, least=16)
    if view == "both":
        side = (
            Column("Quantity", align="right"), Column("Price", align="right"), Column("Before", align="right"),
            Column("│", width=1),
            Column("Quantity", align="right"), Column("Price", align="right"), Column("After", align="right"),
        )  # fmt: skip
        return (name, *side)
    if view == "difference":
        return (
            name, Column("Before", align="right"), Column("After", align="right"), Column("Change", align="right"),
        )  # fmt: skip
    total = "Before" if view == "before" else "After"
    return (
        name, Column("Quantity", align="right"), Column("Unit price", align="right"), Column(total, align="right"),
    )  # fmt: skip


def rows(change: StatementChange, view: View) -> Iterator[Row]:
    """The lines in that view."""
    names = _names(change)
    for k, line in enumerate(change.lines):
        one = line.after or line.before
        assert one is not None  # a change has at least one side
        name = f"{effect.MARKS[line.status]} {names.get(id(one), one.name)}"
        if view == "both":
            yield _both(k, line, name)
        elif view == "difference":
            yield from _difference(k, line, name)
        else:
            shown_line = line.before if view == "before" else line.after
            if shown_line is not None:
                yield _alone(k, line, shown_line, name)


def _names(change: StatementChange) -> dict[int, str]:
    """A line's text as its own statement shows it, with the bracket that ties it to its neighbours."""
    found: dict[int, str] = {}
    for statement in (change.before, change.after):
        if statement is not None:
            for row in lines.rows(statement, spacious=False):
                text = row.cells[0]
                found[id(row.value)] = text if isinstance(text, str) else text.text
    return found


def _tone(line: LineChange) -> str:
    one = line.after or line.before
    if line.status == "same" and one is not None and (one.type == wording.APPLIED or not one.total):
        return "muted"
    return TONES[line.status]


def _key(k: int, line: LineChange, part: str = "") -> tuple[object, ...]:
    one = line.after or line.before
    return (lines.identity(one) if one else (), k, part)


def _numbers(line: Line | None, other: Line | None) -> tuple[Cell, Cell, Cell]:
    """Quantity, price and total; those that differ from the other side's are marked."""
    if line is None:
        return Cell("", ""), Cell("", ""), Cell("–", "muted")

    def cell(text: str, was: str) -> Cell:
        return Cell(text, "accent" if other is not None and text != was else "")

    return (
        cell(wording.quantity(line), wording.quantity(other) if other else ""),
        cell(wording.unit_price(line), wording.unit_price(other) if other else ""),
        cell(wording.total(line), wording.total(other) if other else ""),
    )


def _both(k: int, line: LineChange, name: str) -> Row:
    left, right = _numbers(line.before, line.after), _numbers(line.after, line.before)
    return Row(_key(k, line), (name, *left, Cell("│", "muted"), *right), _tone(line), value=line)


def _difference(k: int, line: LineChange, name: str) -> Iterator[Row]:
    before, after, tone = line.before, line.after, _tone(line)
    one = after or before
    assert one is not None
    totals = (wording.total(before) if before else "–", wording.total(after) if after else "–")
    delta = effect.signed(line.delta, one.credit_type_id) if line.status != "same" else ""
    yield Row(_key(k, line), (name, *totals, delta), tone, value=line)
    detail = _detail(before, after) if line.status != "same" else ""
    if detail:
        yield Row(_key(k, line, "detail"), (Cell(detail, "muted"),), "muted", selectable=False)


def _detail(before: Line | None, after: Line | None) -> str:
    """`1,200 × $2.00 → 1,200 × $1.90`."""
    sides = [f"{wording.quantity(s)} × {wording.unit_price(s)}" for s in (before, after) if s and wording.quantity(s)]
    return "      " + " → ".join(dict.fromkeys(sides)) if sides else ""


def _alone(k: int, line: LineChange, one: Line, name: str) -> Row:
    cells = (name, wording.quantity(one), wording.unit_price(one), wording.total(one))
    return Row(_key(k, line), cells, _tone(line), value=line)


def total(change: StatementChange, view: View) -> Row:
    """The foot: the totals, in the columns of the lines."""
    unit = change.either.credit_type_id
    before = shown.amount(change.before.total, unit) if change.before else "–"
    after = shown.amount(change.after.total, unit) if change.after else "–"
    name = "  Total" + ("" if change.status in ("same", "changed") else f" ({effect.STATUS_WORDS[change.status]})")
    if view == "both":
        cells: tuple[str, ...] = (name, "", "", before, "│", "", "", after)
    elif view == "difference":
        cells = (name, before, after, effect.signed(change.delta, unit))
    else:
        cells = (name, "", "", before if view == "before" else after)
    return Row(None, cells, "strong", selectable=False)


def explained(line: LineChange) -> str:
    """How the numbers of both sides came to be, for reading."""
    from screens.statement.explanation import notes

    parts: list[str] = []
    for title, side in (("BEFORE", line.before), ("AFTER", line.after)):
        parts.append(title)
        if side is None:
            parts.append("  (there is no such line)")
        else:
            parts.append(f"  {side.name}: {wording.total(side)}")
            parts += [f"  {label}: {sentence}" for label, sentence in notes(side)]
        parts.append("")
    return "\n".join(parts).rstrip()
