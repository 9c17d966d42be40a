"""Laws that every bundle keeps, whatever stands in it: rated or refused with a path, and no cent lost or made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store.bundle import parse_bundle
from store.errors import Invalid, TermsheetError
from store.preview import preview_bundle
from store.rating import report
from store.rating.engine import rate
from store.rating.statement import Line, Preview, Statement
from store.terms import document
from store.terms.money import EXACT
from store.usage.measure import EventUsage
from tests.store.rating.anything import Anything

ZERO = Decimal(0)
NOTHING = Decimal("1e-20")
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(min_value=0, max_value=1_000_000)


def rated(seed: int, **changed: Any) -> Preview | None:
    """The preview of the bundle of that number, None where it is refused; nothing else may come of it."""
    try:
        return preview_bundle(parse_bundle(made(seed) | changed))
    except TermsheetError as refused:
        assert str(refused)
        paths = [p.path for p in refused.problems] if isinstance(refused, Invalid) else [refused.path]
        assert all(path.startswith(("/contracts/", "/rate_cards/", "/products/", "/customers/")) for path in paths), (
            paths
        )
        return None


def made(seed: int) -> dict[str, Any]:
    """The bundle of that number, as it would be read from a file."""
    found: dict[str, Any] = document.read(document.write(Anything(Random(seed)).bundle()))
    return found


def summed(amounts: Any) -> Decimal:
    """An exact sum."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def counts(line: Line, statement: Statement) -> bool:
    """Whether a line is part of its statement's total."""
    owed = line.type == "applied_commit_or_credit" and line.applied is not None and line.applied.type == "POSTPAID"
    return line.credit_type_id == statement.credit_type_id and not owed


@given(seeds)
@often
def test_lines_add_up_and_what_pays_is_what_is_paid(seed: int) -> None:
    preview = rated(seed)
    for statement in preview.statements if preview else ():
        assert statement.total == summed(line.total for line in statement.lines if counts(line, statement))
        due: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for line in statement.lines:
            if line.applied is not None:
                key = (line.applied.id, line.applied.segment_id)
                due[key] = EXACT.add(due[key], line.total)
            if line.quantity is not None and line.unit_price is not None and line.type in ("usage", "subscription"):
                worth = EXACT.multiply(line.quantity, line.unit_price)
                raised = any(label == "minimum" for label, _ in line.explanation)
                assert raised or abs(EXACT.subtract(worth, line.total)) < NOTHING, line
        assert not any(due.values()), "an applied line takes off exactly what it covers"


@given(seeds)
@example(10_303)
@example(20_051)
@example(36_945)
@often
def test_what_balances_lose_lines_gain(seed: int) -> None:
    preview = rated(seed)
    if preview is None:
        return
    gained: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for statement in preview.statements:
        for line in statement.lines if statement.type != "USAGE_CONSOLIDATED" else ():
            if line.type == "applied_commit_or_credit" and line.applied is not None:
                key = (statement.id, line.applied.segment_id)
                gained[key] = EXACT.add(gained[key], line.total)
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for balance in preview.balances:
        held: dict[str, Decimal] = defaultdict(Decimal)
        for entry in balance.ledger:
            held[entry.segment_id] = EXACT.add(held[entry.segment_id], entry.amount)
            if entry.type.endswith("_DEDUCTION"):
                key = (entry.statement_id or "", entry.segment_id)
                lost[key] = EXACT.add(lost[key], entry.amount)
        by_hand = any(entry.type.endswith("_MANUAL") for entry in balance.ledger)
        assert by_hand or all(left >= 0 for left in held.values()), "nothing pays more than it holds"
    assert {k: v for k, v in gained.items() if v} == {k: v for k, v in lost.items() if v}


@given(seeds)
@often
def test_a_customer_alone_is_rated_as_among_all(seed: int) -> None:
    preview = rated(seed)
    if preview is None:
        return
    bundle = parse_bundle(made(seed))
    for customer in bundle.book().customer:
        assert bundle.as_of is not None
        alone = rate(bundle, EventUsage(bundle.events, bundle), as_of=bundle.as_of, customers=[customer])
        assert alone.statements == tuple(s for s in preview.statements if s.customer_id == customer)
        assert alone.balances == tuple(b for b in preview.balances if b.customer_id == customer)


PAYING = ("commits", "credits", "recurring_commits", "recurring_credits", "amendments", "edits", "ledger_entries")


@given(seeds)
@often
def test_balances_change_who_pays_and_not_what_is_charged(seed: int) -> None:
    """Where no balance has prices of its own, lines come to the same without any balance."""
    bundle = made(seed)
    if "COMMIT_RATE" in str(bundle["contracts"]) + str(bundle["customers"]) or "is_commit_specific" in str(bundle):
        return
    if "edits" in str(bundle):  # subscriptions' quantities change in them too
        return
    bare = [{k: v for k, v in contract.items() if k not in PAYING} for contract in bundle["contracts"]]
    customers = [{k: v for k, v in customer.items() if k not in PAYING} for customer in bundle["customers"]]
    paid, unpaid = rated(seed), rated(seed, contracts=bare, customers=customers)
    if paid is not None and unpaid is not None:
        assert charged(paid) == charged(unpaid)


def charged(preview: Preview) -> dict[str, Decimal]:
    """What the usage statements' lines come to before anything pays."""
    return {
        s.id: summed(line.total for line in s.lines if line.type in ("usage", "subscription"))
        for s in preview.statements
        if s.type == "USAGE"
    }


ODD: tuple[Any, ...] = (
    None, "", -1, 0, Decimal("1e25"), Decimal("-0.00000000000000000001"), "x" * 300, [], {}, True, "calls", "contract1",
    "0001-01-01T00:00:00Z", "2025-01-01T00:00:00Z", "9999-12-31T23:00:00Z", [1], {"a": 1}, "CUSTOM", 10**30,
)  # fmt: skip


def spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document: the object or list, and the name or number in it."""
    for place in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, place
        yield from spots(value[place])


def spoiled(seed: int) -> dict[str, Any]:
    """A sound bundle in which some things are gone, odd, or what stands elsewhere."""
    chance = Random(seed)
    found: dict[str, Any] = document.read(document.write(Anything(chance, unsound=False).bundle()))
    for _ in range(chance.randint(1, 3)):
        everywhere = list(spots(found))
        holder, place = chance.choice(everywhere)
        alike = [h[p] for h, p in everywhere if type(h[p]) is type(holder[place])]
        kind = chance.random()
        if kind < 0.2:
            del holder[place]
        else:
            holder[place] = deepcopy(chance.choice(alike if kind < 0.8 else ODD))
    return found


@given(seeds)
@often
def test_a_spoiled_bundle_is_rated_or_refused_and_nothing_else(seed: int) -> None:
    try:
        preview = preview_bundle(parse_bundle(spoiled(seed)))
    except TermsheetError as refused:
        assert str(refused)
    else:
        assert document.write(report.as_json(preview))
        assert report.as_csv(preview)
