"""A preview's JSON in the lines that the cases' expectations are written in, so that a difference reads like one.

`USAGE 2025-01-01..2025-02-01 = 2100` or `SCHEDULED 2025-01-01 = 500` begins a statement (contract named unless `c1`);
its lines read `name | quantity x unit price = total | region=eu | /team=a | tier 2 | start..end | paid by balance`:
pricing values, presentation values after a slash, a window only where it is not the whole period. What is not usage
says its type first. `applied` lines of one balance are added up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Context, Decimal
from typing import Any

_EXACT = Context(prec=80)
_DIVISION = Context(prec=28)
_SAME = Decimal("1e-20")
_TERM = re.compile(r"[+-]?[^+-]+")
_EXPRESSION = re.compile(r"[-+]?[\d.]+([-+*/][\d.]+)*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def short(stamp: str | None) -> str:
    """An instant as the cases write it."""
    if not stamp:
        return "?"
    return stamp[:10] if stamp.endswith("T00:00:00Z") else stamp.removesuffix(":00:00Z").removesuffix(":00Z")


def number(value: Any) -> str:
    """A decimal in plain digits."""
    if value is None:
        return "-"
    found = Decimal(value)
    return format(found.normalize(_EXACT), "f") if found else "0"


def statement(found: dict[str, Any]) -> tuple[str, list[str]]:
    """The heading of a statement and its lines."""
    owner = "" if found["contract_id"] == "c1" else f" {found['contract_id']}"
    start, end = found["start_timestamp"], found["end_timestamp"]
    when = f"{short(start)}..{short(end)}" if start else short(found["issued_at"])
    applied: dict[str, Decimal] = defaultdict(Decimal)
    lines: list[str] = []
    for each in found["line_items"]:
        if each["type"] == "applied_commit_or_credit":
            if each["name"] not in applied:
                lines.append(each["name"])
            applied[each["name"]] += each["total"]
        else:
            lines.append(_line(each, (start, end)))
    heading = f"{found['type']}{owner} {when} = {number(found['total'])}"
    return heading, [f"{line} | = {number(applied[line])}" if line in applied else line for line in lines]


def _line(line: dict[str, Any], period: tuple[str | None, str | None]) -> str:
    name = line["name"] if line["type"] == "usage" else f"{line['type']} {line['name']}"
    parts = [name, f"{number(line['quantity'])} x {number(line['unit_price'])} = {number(line['total'])}"]
    parts += [f"{key}={value}" for key, value in sorted(line["pricing_group_values"].items())]
    parts += [f"/{key}={value}" for key, value in sorted(line["presentation_group_values"].items())]
    if line["tier"]:
        parts.append(f"tier {line['tier']['level']}")
    window = (line["starting_at"], line["ending_before"])
    if line["type"] == "usage" and window != period:
        parts.append(f"{short(window[0])}..{short(window[1])}")
    if line["applied_commit_or_credit"]:
        parts.append(f"paid by {line['applied_commit_or_credit']['id']}")
    return " | ".join(parts)


def value(text: str) -> Decimal:
    """A number of an expectation: sums of products and quotients without spaces, `2000-297000/190`."""
    total = Decimal(0)
    for term in _TERM.findall(text):
        sign = -1 if term[0] == "-" else 1
        first, *rest = re.split(r"([*/])", term.lstrip("+-"))
        found = Decimal(first)
        for operation, operand in zip(rest[::2], rest[1::2], strict=True):
            apply = _EXACT.multiply if operation == "*" else _DIVISION.divide
            found = apply(found, Decimal(operand))
        total = _EXACT.add(total, sign * found)
    return total


def alike(expected: str, got: str) -> bool:
    """Whether a written line is the one expected: to the last digit, or to 20 places where the case divides."""
    wanted, found = expected.split(), got.split()
    return len(wanted) == len(found) and all(map(_same, wanted, found))


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if not _EXPRESSION.fullmatch(one) or not _NUMBER.fullmatch(other):
        return False
    wanted, found = value(one), Decimal(other)
    return abs(wanted - found) < _SAME if "/" in one else wanted == found
