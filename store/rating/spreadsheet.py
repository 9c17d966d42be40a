"""A preview and a comparison as rows of text, for CSV: numbers with every digit (README, *Formats*)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from store.rating.credit_types import credit_type
from store.rating.difference import Comparison, LineChange
from store.rating.statement import Line, Preview, Statement
from store.terms import money, time

COLUMNS = (
    "customer_id", "contract_id", "type", "status", "start", "end", "issued_at", "line_type", "name", "groups", "tier",
    "quantity", "unit_price", "total", "credit_type", "balance_id",
)  # fmt: skip
"""The columns of `rows`."""

DIFFERENCE_COLUMNS = (
    "contract_id", "type", "start", "issued_at", "change", "line_type", "name", "groups", "tier",
    "quantity_before", "quantity_after", "unit_price_before", "unit_price_after", "total_before", "total_after",
    "delta",
)  # fmt: skip
"""The columns of `difference_rows`."""


def as_csv(preview: Preview) -> str:
    """The preview as CSV with a header: one row per line and one per statement total."""
    return _csv(COLUMNS, rows(preview))


def differences_csv(comparison: Comparison) -> str:
    """The comparison as CSV with a header: one row per line that changes and one per statement total."""
    return _csv(DIFFERENCE_COLUMNS, difference_rows(comparison))


def _csv(columns: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(cell) for cell in line] for line in lines)
    return out.getvalue()


def inert(cell: str) -> str:
    """Text that a spreadsheet will not take for a formula; numbers stay as they are."""
    if cell[:1] in ("=", "+", "@", "\t", "\r", "\n"):
        return "'" + cell
    if cell[:1] == "-" and not cell[1:].replace(".", "", 1).isdigit():
        return "'" + cell
    return cell


def rows(preview: Preview) -> Iterator[tuple[str, ...]]:
    """One row of text per line (`COLUMNS`), and one per statement with its total."""
    for s in preview.statements:
        head = (s.customer_id, s.contract_id, s.type, s.status, *_period(s))
        for line in s.lines:
            yield (
                *head,
                line.type,
                line.name,
                _groups(line),
                _tier(line),
                _number(line.quantity),
                _number(line.unit_price),
                _number(line.total),
                credit_type(line.credit_type_id)["name"],
                line.applied.id if line.applied else "",
            )
        unit = credit_type(s.credit_type_id)["name"]
        yield (*head, "total", "", "", "", "", "", _number(s.total), unit, "")


def difference_rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    """One row of text per line that changes (`DIFFERENCE_COLUMNS`), and one per statement with its totals."""
    for change in comparison.changed:
        start, _, issued = _period(change.either)
        head = (change.either.contract_id, change.either.type, start, issued)
        for line in change.lines:
            if line.status != "same":
                yield (*head, *_difference(line))
        before = _number(change.before.total) if change.before else ""
        after = _number(change.after.total) if change.after else ""
        yield (*head, change.status, "total", "", "", "", "", "", "", "", before, after, _number(change.delta))


def _difference(change: LineChange) -> tuple[str, ...]:
    shown = change.after or change.before
    assert shown is not None  # a change has at least one side
    old, new = change.before, change.after
    return (
        change.status,
        shown.type,
        shown.name,
        _groups(shown),
        _tier(shown),
        _number(old.quantity) if old else "",
        _number(new.quantity) if new else "",
        _number(old.unit_price) if old else "",
        _number(new.unit_price) if new else "",
        _number(old.total) if old else "",
        _number(new.total) if new else "",
        _number(change.delta),
    )


def _period(s: Statement) -> tuple[str, str, str]:
    return time.stamp(s.start) if s.start else "", time.stamp(s.end) if s.end else "", time.stamp(s.issued_at)


def _groups(line: Line) -> str:
    values = {**line.pricing_group_values, **line.presentation_group_values}
    return ", ".join(f"{k}={v}" for k, v in values.items())


def _tier(line: Line) -> str:
    return str(line.tier.level) if line.tier else ""


def _number(value: Decimal | None) -> str:
    return "" if value is None else money.text(value)
