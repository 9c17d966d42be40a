"""Laws of paying where each balance has its own price: commit rates, overrides made for balances, tiers under both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store.terms import money
from tests.books import BookStory, amounts, book, drawn, left, only, segment, tiers

price = st.integers(1, 40)
tables = st.one_of(
    st.lists(st.tuples(st.integers(1, 30), price), min_size=1, max_size=3).map(lambda s: tiers(*s, (None, 3))),
    price,
)


@st.composite
def stories(draw: st.DrawFn) -> BookStory:
    """One month of two products; balances at list price, at commit rates, and with multipliers of their own."""
    story = book()
    for name in "AB":
        story.sells(name)
        flat = {"rate_type": "FLAT", "price": draw(price)}
        also: dict[str, Any] = {"commit_rate": flat} if draw(st.booleans()) else {}
        story.rate(name, draw(tables), **also)
    story.contract()
    for k in range(draw(st.integers(1, 4))):
        more = {"rate_type": "COMMIT_RATE"} if draw(st.booleans()) else {}
        story.commit(f"c{k}", segment(draw(st.integers(1, 900)), "2025-01-01", "2025-02-01"), priority=k + 1, **more)
        if draw(st.booleans()):
            chosen = [{"product_id": p, "commit_ids": [f"c{k}"]} for p in "AB" if draw(st.booleans())]
            factor = Decimal(draw(st.sampled_from(["0.5", "0.75", "1.5"])))
            if chosen:
                effect: dict[str, Any] = {"type": "MULTIPLIER", "multiplier": factor, "is_commit_specific": True}
                story.override(override_specifiers=chosen, **effect)
    for name in "AB":
        story.uses(name, draw(st.integers(0, 120)), on="2025-01-03")
    return story


@settings(max_examples=150, deadline=None)
@given(stories())
def test_nothing_stays_unpaid_while_a_balance_that_may_pay_has_money(story: BookStory) -> None:
    preview = story.preview("2025-01-20")
    statement = only(preview)
    unpaid = [x for x in statement.lines if x.applied is None and x.total > 0]
    assert not (unpaid and any(left(preview).values()))


@settings(max_examples=150, deadline=None)
@given(stories())
def test_each_unit_is_billed_once_and_no_balance_pays_more_than_it_has(story: BookStory) -> None:
    preview = story.preview("2025-01-20")
    statement = only(preview)
    used = {e["event_type"]: Decimal(e["properties"]["value"]) for e in story.payload["events"]}
    for name in "AB":
        lines = [x for x in statement.lines if x.name == name]
        billed = money.add(*(x.quantity or Decimal(0) for x in lines), -used[name])
        assert abs(billed) < Decimal("1e-20")
        assert all((x.quantity or Decimal(0)) >= 0 and x.total >= 0 for x in lines)
    for balance in preview.balances:
        assert balance.balance >= 0
        assert money.add(balance.balance, drawn(statement).get(balance.id, Decimal(0))) == balance.original
    paid = money.add(*drawn(statement).values())
    assert money.add(statement.total, paid) == money.add(*amounts(statement))


@settings(max_examples=100, deadline=None)
@given(stories())
def test_the_quantity_of_a_paid_line_times_its_price_is_its_total(story: BookStory) -> None:
    for line in only(story.preview("2025-01-20")).lines:
        if line.quantity is not None and line.unit_price is not None:
            assert abs(money.multiply(line.quantity, line.unit_price) - line.total) < Decimal("1e-18")
