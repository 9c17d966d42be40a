"""Two previews side by side: statements and lines paired, what was added, removed and changed, and the totals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

from store.rating.runout import RunOut, run_out
from store.rating.statement import Balance, Line, Preview, Statement
from store.terms.money import EXACT

Status = Literal["added", "removed", "changed", "same"]
ZERO = Decimal(0)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line before and after; None where there is none."""

    status: Status
    before: Line | None
    after: Line | None

    @property
    def delta(self) -> Decimal:
        """By how much the total changed, in stored units."""
        return EXACT.subtract(self.after.total if self.after else ZERO, self.before.total if self.before else ZERO)


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement before and after, with its lines paired in the order of the later one."""

    status: Status
    before: Statement | None
    after: Statement | None
    lines: tuple[LineChange, ...]

    @property
    def either(self) -> Statement:
        """The statement after, or the one before where it is gone."""
        found = self.after or self.before
        assert found is not None  # a change has at least one side
        return found

    @property
    def delta(self) -> Decimal:
        """By how much the total changed, in stored units of the statement's credit type."""
        return EXACT.subtract(self.after.total if self.after else ZERO, self.before.total if self.before else ZERO)


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A balance before and after."""

    status: Status
    before: Balance | None
    after: Balance | None
    out_before: RunOut | None = None
    """When it runs out, or lapses, as things are; None while something is left."""
    out_after: RunOut | None = None
    """The same after the change."""

    @property
    def delta(self) -> Decimal:
        """By how much what is left changed."""
        before = self.before.balance if self.before else ZERO
        return EXACT.subtract(self.after.balance if self.after else ZERO, before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change does to a customer's statements and balances."""

    statements: tuple[StatementChange, ...]
    balances: tuple[BalanceChange, ...]
    totals: Mapping[str, tuple[Decimal, Decimal]]
    """Credit type → the sum of all statements before and after."""

    @property
    def changed(self) -> tuple[StatementChange, ...]:
        """The statements that are not the same."""
        return tuple(s for s in self.statements if s.status != "same")


def compare(before: Preview, after: Preview) -> Comparison:
    """Pairs everything that is about the same thing on both sides."""
    statements = tuple(
        _statement(old, new) for old, new in _paired(before.statements, after.statements, [_statement_key])
    )
    pairs = _paired(before.balances, after.balances, [lambda b: (b.customer_id, b.contract_id, b.id)])
    balances = tuple(_balance(before, old, after, new) for old, new in pairs)
    units = dict.fromkeys(s.credit_type_id for s in (*before.statements, *after.statements))
    totals = {u: (_sum(before.statements, u), _sum(after.statements, u)) for u in units}
    return Comparison(statements, balances, totals)


def _sum(statements: Iterable[Statement], unit: str) -> Decimal:
    total = ZERO
    for s in statements:
        if s.credit_type_id == unit and s.type != "USAGE_CONSOLIDATED":  # it repeats what its constituents ask for
            total = EXACT.add(total, s.total)
    return total


@dataclass(frozen=True, slots=True)
class _Place:
    """A line, and the line it belongs to: an applied line follows the one it pays for."""

    line: Line
    of: Line


def _places(statement: Statement | None) -> list[_Place]:
    found: list[_Place] = []
    for line in statement.lines if statement else ():
        applied = line.type == "applied_commit_or_credit" and bool(found)
        found.append(_Place(line, found[-1].of if applied else line))
    return found


def _balance(before: Preview, old: Balance | None, after: Preview, new: Balance | None) -> BalanceChange:
    outs = (run_out(before, old) if old else None, run_out(after, new) if new else None)
    return BalanceChange(_status(old, new, old == new), old, new, *outs)


def _statement(old: Statement | None, new: Statement | None) -> StatementChange:
    pairs = _paired(_places(old), _places(new), [_window_tier_payer, _window_tier, _tier_payer, _source])
    lines = tuple(
        LineChange(_status(a, b, a is not None and b is not None and _value(a) == _value(b)), a, b)
        for a, b in ((x.line if x else None, y.line if y else None) for x, y in pairs)
    )
    same = old is not None and new is not None and old.total == new.total and all(c.status == "same" for c in lines)
    return StatementChange(_status(old, new, same), old, new, lines)


def _status(old: object | None, new: object | None, same: bool) -> Status:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    return "same" if same else "changed"


def _statement_key(s: Statement) -> Hashable:
    return s.contract_id, s.type, s.start or s.issued_at, s.id if s.start is None else ""


def _groups(line: Line) -> Hashable:
    return tuple(sorted(line.pricing_group_values.items())), tuple(sorted(line.presentation_group_values.items()))


def _source(place: _Place) -> tuple[Hashable, ...]:
    """What a line is for: its product and groups, or its term."""
    of = place.of
    term = of.scheduled_charge_id or of.discount_id or of.subscription_id
    return place.line.type, of.type, of.product_id or of.name, _groups(of), term


def _tier_payer(place: _Place) -> Hashable:
    return *_source(place), _tier(place.of), _payer(place)


def _window_tier(place: _Place) -> Hashable:
    return *_source(place), place.of.starting_at, _tier(place.of)


def _window_tier_payer(place: _Place) -> Hashable:
    return *_source(place), place.of.starting_at, _tier(place.of), _payer(place)


def _tier(line: Line) -> int | None:
    return line.tier.level if line.tier else None


def _payer(place: _Place) -> str | None:
    return place.of.applied.id if place.of.applied else None


def _value(line: Line) -> Hashable:
    paid = line.applied.id if line.applied else None
    return line.quantity, line.unit_price, line.total, line.starting_at, line.ending_before, paid, line.name


def _paired(
    old: Sequence[T], new: Sequence[T], keys: Sequence[Callable[[T], Hashable]]
) -> list[tuple[T | None, T | None]]:
    """Pairs by the first key that fits, in the order of `new`; what is left of `old` follows where it stood."""
    free = list(range(len(old)))
    partner: dict[int, int] = {}
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for k in free:
            waiting.setdefault(key(old[k]), []).append(k)
        for j, item in enumerate(new):
            if j not in partner and waiting.get(key(item)):
                partner[j] = waiting[key(item)].pop(0)
        taken = set(partner.values())
        free = [k for k in free if k not in taken]
    pairs: list[tuple[T | None, T | None]] = []
    gone = list(free)
    for j, item in enumerate(new):
        mine = partner.get(j)
        while mine is not None and gone and gone[0] < mine:
            pairs.append((old[gone.pop(0)], None))
        pairs.append((old[mine] if mine is not None else None, item))
    pairs.extend((old[k], None) for k in gone)
    return pairs
