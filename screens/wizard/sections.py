"""What the draft comes to, as rows of a list: what is wrong, invoices by date, first statements, balances."""

from __future__ import annotations

from collections.abc import Iterator

from screens.statement import wording
from screens.statement.lines import tied
from screens.widgets.table import Cell, Row, heading
from screens.wizard.known import Look
from store.rating import worded
from store.rating.statement import Line, Statement
from store.terms import money, shown

FIRST = 1
"""Usage statements that are shown with their lines; of later ones only the totals."""
LATER = 5


def invoices(look: Look, *, lines: bool = True) -> Iterator[Row]:
    """The scheduled invoices with their lines, and what they come to."""
    found = look.invoices
    yield heading("Scheduled invoices")
    if not found:
        yield _quiet("none: no commit is invoiced, no charge scheduled")
        return
    for invoice in found:
        amount = shown.amount(invoice.total, invoice.credit_type_id)
        date = shown.day(invoice.issued_at)
        yield Row(("invoice", invoice.id), (Cell(date, "accent"), Cell(amount, "strong")), selectable=True)
        if lines:
            yield from _lines(invoice)
    yield Row(("invoices",), (f"{len(found)} in all", Cell(_sum(found), "strong")))


def _sum(found: tuple[Statement, ...]) -> str:
    units = dict.fromkeys(s.credit_type_id for s in found)
    totals = {u: money.add(*(s.total for s in found if s.credit_type_id == u)) for u in units}
    return " + ".join(shown.amount(total, unit) for unit, total in totals.items())


def _lines(statement: Statement) -> Iterator[Row]:
    for place, line, tie in tied(statement, zero=statement.start is None):
        text = f"{tie} {_line(line, statement)}" if statement.start is not None else _line(line, statement)
        yield Row(("line", statement.id, place), (text, wording.total(line)), indent=2)


def _line(line: Line, statement: Statement) -> str:
    times = ""
    if line.quantity is not None and line.unit_price is not None and (line.type == "usage" or line.quantity != 1):
        times = f"{worded.quantity(line, 3)} × {wording.unit_price(line)}"
    detail = ", ".join(wording.details(line, statement))
    return "  ".join(part for part in (line.name, detail, times) if part)


def statements(look: Look) -> Iterator[Row]:
    """The first usage statement with its lines, the totals of the next ones."""
    found = look.usage
    yield heading("First usage statement" if len(found) < 2 else "First usage statements")
    if not found:
        yield _quiet("none yet: it takes a rate card and a start")
        return
    for k, statement in enumerate(found[: FIRST + LATER]):
        total = shown.amount(statement.total, statement.credit_type_id)
        row = (Cell(wording.period(statement), "accent"), Cell(total, "strong"))
        yield Row(("statement", statement.id), row)
        if k < FIRST:
            lines = list(_lines(statement))
            yield from lines or [_quiet("no usage in this period; F5 assumes some")]
    more = len(found) - FIRST - LATER
    if more > 0:
        yield _quiet(f"and {more} more up to {seen(look)}")


def balances(look: Look) -> Iterator[Row]:
    """What is left of each commit and credit at the instant the preview is seen from."""
    if not look.balances:
        return
    yield heading(f"Left on {seen(look)}")
    for balance in look.balances:
        left = shown.amount(balance.balance, balance.credit_type_id)
        of = shown.amount(balance.original, balance.credit_type_id)
        yield Row(("balance", balance.id), (f"{balance.name}, of {of}", left))


def summary(look: Look) -> str:
    """One line for where there is no room: invoices, first statement, problems."""
    if look.terms is None:
        return "Nothing to preview yet."
    found = look.invoices
    wrong, doubts = len(look.errors) + (look.refusal is not None), len(look.doubts) + len(look.warnings)
    parts = [f"✗ {wrong}"] if wrong else []
    parts += [f"▲ {doubts}"] if doubts else []
    parts.append(f"{len(found)} invoice{'s' * (len(found) != 1)}, {_sum(found)}" if found else "no invoices")
    if look.usage:
        first = look.usage[0]
        amount = shown.amount(first.total, first.credit_type_id)
        parts.append(f"first statement {wording.short_period(first)}: {amount}")
    return " · ".join(parts)


def rows(look: Look) -> list[Row]:
    """Everything, for the preview beside a step."""
    if look.terms is None:
        return [_quiet("Nothing to rate before it has a start.")]
    gap = Row(None, ("", ""), selectable=False)
    left = list(balances(look))
    return [*invoices(look), gap, *statements(look), *([gap, *left] if left else [])]


def seen(look: Look) -> str:
    """The day the preview is seen from."""
    return f"{look.as_of:%Y-%m-%d}" if look.as_of else ""


def _quiet(text: str) -> Row:
    return Row(None, (Cell(text, "muted"), ""), selectable=False, indent=2)
