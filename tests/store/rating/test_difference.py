"""Before and after: what is paired with what, and what counts as changed."""

from __future__ import annotations

from decimal import Decimal

from store.rating import report
from store.rating.difference import Comparison, compare
from store.terms.money import USD
from tests.books import BookStory, book, segment, tiers


def usual() -> BookStory:
    """Two products, a commit, one month."""
    story = book().sells("A", price=10, tags=["a"]).sells("B", price=5).contract("C", end="2025-03-01")
    story.commit("commit", segment(300, "2025-01-01", "2025-03-01"), paid=300)
    return story.uses("A", 50).uses("B", 4).uses("A", 7, on="2025-02-03")


def half_price(start: str) -> Comparison:
    """What half price on A from a date does."""
    before = usual().preview("2025-02-20")
    return compare(before, usual().multiplier("0.5", "A", start=start).preview("2025-02-20"))


def test_nothing_changes_nothing() -> None:
    same = compare(usual().preview("2025-02-20"), usual().preview("2025-02-20"))
    assert same.changed == ()
    assert {s.status for s in same.statements} == {"same"}
    assert same.totals[USD] == (590, 590)  # the commit itself 300, then 500 + 20 − 300, then 70


def test_a_cheaper_price_shows_per_line_statement_and_balance() -> None:
    changed = half_price("2025-02-01")
    assert [(s.either.type, s.delta) for s in changed.changed] == [("USAGE", -35)]
    (line,) = [c for c in changed.changed[0].lines if c.status != "same"]
    assert line.before and line.after
    assert (line.before.unit_price, line.after.unit_price, line.delta) == (10, 5, -35)
    assert {b.status for b in changed.balances} == {"same"}


def test_lines_that_appear_and_go() -> None:
    before = usual().preview("2025-01-20")
    after = (
        usual()
        .override(entitled=False, product_id="B")
        .charge("Fee", schedule_items=[{"timestamp": "2025-01-01T00:00:00Z", "amount": Decimal(9)}])
    )
    changed = compare(before, after.preview("2025-01-20"))
    found = [(c.status, (c.after or c.before).name) for s in changed.changed for c in s.lines if c.status != "same"]  # type: ignore[union-attr]
    assert sorted(found) == [("added", "Fee"), ("removed", "B")]


def test_a_balance_that_pays_more_is_told_apart_by_who_paid() -> None:
    before = usual().preview("2025-01-20")
    after = usual().credit("gift", segment(100, "2025-01-01", "2025-03-01"), priority=1).preview("2025-01-20")
    changed = compare(before, after)
    assert [(b.status, (b.after or b.before).id) for b in changed.balances] == [  # type: ignore[union-attr]
        ("same", "commit"),
        ("added", "gift"),
    ]
    assert [s.delta for s in changed.changed] == [-100]


def test_the_report_of_differences_is_plain_data() -> None:
    told = report.differences(half_price("2025-02-01"))
    assert told["totals"][0]["after"] - told["totals"][0]["before"] == -35
    (statement,) = told["statements"]
    assert statement["lines"][0]["before"]["unit_price"] == 10
    text = report.differences_csv(half_price("2025-02-01"))
    assert text.splitlines()[0].startswith("contract_id,type,start")
    assert len(text.splitlines()) == 3


def test_an_applied_line_is_paired_with_what_it_pays_for() -> None:
    def story() -> BookStory:
        return (
            book()
            .sells("A", price=tiers((10, 9), (None, 4)))
            .sells("B", price=5)
            .contract("C")
            .credit("gift", segment(1_000, "2025-01-01", "2026-01-01"))
        )

    def used(told: BookStory) -> BookStory:
        return told.uses("A", 10).uses("A", 10, on="2025-01-20").uses("B", 3)

    half = used(story().multiplier("0.5", "A", start="2025-01-15"))
    changed = compare(used(story()).preview(), half.preview())
    (statement,) = changed.changed
    found = [
        (c.before.total if c.before else None, c.after.total if c.after else None) for c in statement.lines if c.delta
    ]
    assert found == [(40, 20), (-40, -20)]
