"""What a what-if does to money, in words: totals, single statements, balances, and what is final by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from screens.statement import wording
from screens.widgets import when
from store.rating.difference import BalanceChange, Comparison, StatementChange
from store.rating.statement import Balance, Line, Statement
from store.terms import shown
from store.terms.money import EXACT, USD
from store.terms.review import Finding

if TYPE_CHECKING:
    from store.preview import WhatIf

ZERO = Decimal(0)
MARKS = {"added": "+", "removed": "−", "changed": "±", "same": " "}
"""A change's glyph."""
STATUS_WORDS = {"added": "new", "removed": "gone", "changed": "changed", "same": "same"}


def signed(value: Decimal, unit: str = USD) -> str:
    """A difference with its sign: `+$45.00`, `−$1.20`, `±0`."""
    if not value:
        return "±0"
    text = shown.amount(value, unit)
    return text if text.startswith(shown.MINUS) else f"+{text}"


def moved(before: Decimal, after: Decimal, unit: str = USD) -> str:
    """`$10.00 → $12.00 (+$2.00)`, or the amount alone where it stays."""
    if before == after:
        return shown.amount(after, unit)
    delta = EXACT.subtract(after, before)
    return f"{shown.amount(before, unit)} → {shown.amount(after, unit)} ({signed(delta, unit)})"


def counted(n: int, noun: str = "statement") -> str:
    """`1 statement`, `9 statements`."""
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def matters(change: StatementChange) -> bool:
    """Whether a statement's numbers change: another price of something that was not used does not count."""
    if change.status == "same":
        return False
    return change.status != "changed" or any(
        line.delta or line.status in ("added", "removed") or _quantity(line.before) != _quantity(line.after)
        for line in change.lines
    )


def _quantity(line: Line | None) -> Decimal | None:
    return line.quantity if line is not None else None


def summary(found: WhatIf) -> str:
    """All statements in one sentence."""
    if found.refusal is not None:
        return f"This cannot be rated: {found.refusal}"
    changed = [c for c in found.comparison.changed if matters(c)]
    if not changed:
        return "No statement changes."
    parts = [
        f"{moved(before, after, unit)}" for unit, (before, after) in found.comparison.totals.items() if before != after
    ]
    total = "; ".join(parts) if parts else "their sum stays the same"
    return f"{len(changed):,} of {counted(len(found.comparison.statements))} change: {total}"


def final(found: WhatIf) -> str:
    """What is final by now and keeps its numbers; empty if nothing is."""
    closed = {s.id for s in found.closed}
    n = sum(matters(c) and c.before is not None and c.before.id in closed for c in found.comparison.changed)
    if not n:
        return ""
    whose = "it keeps its" if n == 1 else "they keep their"
    return (
        f"{n:,} of these {'is' if n == 1 else 'are'} final already: {whose} numbers "
        "until voided and regenerated."
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Affected:
    """A statement that changes: what it is, and its totals as text."""

    mark: str
    title: str
    contract: str
    before: str
    after: str
    delta: str
    closed: bool


def affected(found: WhatIf, names: Mapping[str, str]) -> Iterator[Affected]:
    """The statements that change, in time order."""
    closed = {s.id for s in found.closed}
    for change in filter(matters, found.comparison.changed):
        one, unit = change.either, change.either.credit_type_id
        yield Affected(
            MARKS[change.status],
            wording.short_period(one) + ("" if one.start else " scheduled"),
            names.get(one.contract_id, one.contract_id),
            shown.amount(change.before.total, unit) if change.before else "–",
            shown.amount(change.after.total, unit) if change.after else "–",
            signed(change.delta, unit),
            change.before is not None and change.before.id in closed,
        )


def balances(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """Text and tone of each balance that changes: `± Contract Prepaid Commit: drawn $24.00 → $22.80 (−$1.20)`."""
    for change in comparison.balances:
        if change.status != "same":
            yield from _balance(change)


def _balance(change: BalanceChange) -> Iterator[tuple[str, str]]:
    one = change.after or change.before
    if one is None:
        return
    kind = wording.BALANCE_KINDS.get(one.type, one.type.lower())
    if change.before is None:
        text = f"+ {one.name} ({kind}): {shown.amount(one.original, one.credit_type_id)} new"
        yield f"{text}, left {shown.amount(one.balance, one.credit_type_id)}", "good"
        return
    if change.after is None:
        yield f"− {one.name} ({kind}) is gone", "warn"
        return
    before, after = _used(change.before), _used(change.after)
    parts = []
    if before != after:
        parts.append(f"drawn {moved(before, after, one.credit_type_id)}")
    if change.before.balance != change.after.balance:
        parts.append(f"left {moved(change.before.balance, change.after.balance, one.credit_type_id)}")
    if change.before.ending_before != change.after.ending_before:
        parts.append(f"ends {when.shown(change.before.ending_before)} → {when.shown(change.after.ending_before)}")
    if parts:
        yield f"± {one.name}: {'; '.join(parts)}", ""


def _used(balance: Balance) -> Decimal:
    """What statements have drawn of it so far."""
    return sum((-e.amount for e in balance.ledger if e.statement_id is not None and e.amount < 0), ZERO)


def pays(change: StatementChange, comparison: Comparison) -> str:
    """What balances do in one statement: `Contract Prepaid Commit pays $24.00 → $22.80, left $76.00 → $77.20`."""
    told = []
    for balance in comparison.balances:
        before, after = _paid(balance.before, change.before), _paid(balance.after, change.after)
        if before is None and after is None:
            continue
        one = balance.after or balance.before
        assert one is not None  # a change has at least one side
        unit = one.credit_type_id
        (paid, left), (will_pay, will_be_left) = before or (ZERO, ZERO), after or (ZERO, ZERO)
        verb = "counts" if one.type == "POSTPAID" else "pays"
        told.append(f"{one.name} {verb} {_both(paid, will_pay, unit)}, left {_both(left, will_be_left, unit)}")
    return " · ".join(told)


def _paid(balance: Balance | None, statement: Statement | None) -> tuple[Decimal, Decimal] | None:
    """What a balance gave to a statement, and what it had left then; None where it gave nothing."""
    if balance is None or statement is None:
        return None
    paid = sum((-e.amount for e in balance.ledger if e.statement_id == statement.id), ZERO)
    if not paid:
        return None
    moment = max(e.timestamp for e in balance.ledger if e.statement_id == statement.id)
    known = (e for e in balance.ledger if e.timestamp < moment or e.statement_id == statement.id)
    return paid, sum((e.amount for e in known), ZERO)


def _both(before: Decimal, after: Decimal, unit: str) -> str:
    return " → ".join(dict.fromkeys((shown.amount(before, unit), shown.amount(after, unit))))


def finding(one: Finding) -> str:
    """A finding with the place it is about in plain words: `starting at: is outside the contract's term`."""
    place = " ".join(
        str(int(p) + 1) if p.isdigit() else p.replace("_", " ")
        for p in one.path.removeprefix("/add_").strip("/").split("/")
    )
    return f"{place}: {one.message}" if place else one.message


def confirm_effect(found: WhatIf | None, chosen: StatementChange | None = None) -> str:
    """The money effect that a confirmation names."""
    if found is None:
        return "Its effect on statements is not known: it could not be rated."
    parts = [summary(found)]
    if chosen is not None and chosen.delta:
        before = chosen.before.total if chosen.before else ZERO
        after = chosen.after.total if chosen.after else ZERO
        parts.append(f"{wording.title(chosen.either)}: {moved(before, after, chosen.either.credit_type_id)}.")
    parts += [text.lstrip("±+− ") + "." for text, _ in balances(found.comparison)]
    closed = final(found)
    return " ".join([parts[0].rstrip(".") + ".", *parts[1:], closed]).strip()
