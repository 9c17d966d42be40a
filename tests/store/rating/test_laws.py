"""Laws that hold for any book: money is neither lost nor made, and what should not matter does not."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store.rating.statement import Preview, Statement
from store.terms import money, time
from tests.books import BookStory, amounts, book, exact, segment, tiers, usage

REGIONS = ("eu", "us", "apac")
DAYS = [f"2025-{m:02}-{d:02}T{h:02}:30:00Z" for m in (1, 2, 3) for d in range(1, 29) for h in (0, 7, 23)]
END = "2025-04-01"

prices = st.one_of(
    st.integers(0, 50),
    st.sampled_from([Decimal("0.25"), Decimal("3.7"), Decimal(7)]),
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 40)), min_size=1, max_size=3).map(
        lambda steps: tiers(*steps, (None, 3))
    ),
)
kinds = st.sampled_from(["SUM", "COUNT", "MAX", "UNIQUE", "LATEST"])
months = st.sampled_from(["2025-01-01", "2025-01-15", "2025-02-01", "2025-02-10", "2025-03-01"])


@st.composite
def overrides(draw: st.DrawFn) -> dict[str, Any]:
    """A multiplier of at most 1, or an overwrite; sometimes only for what a balance pays."""
    start = draw(months)
    common: dict[str, Any] = {"starting_at": f"{start}T00:00:00Z", "product_id": draw(st.sampled_from(["A", "B"]))}
    if draw(st.booleans()):
        common["ending_before"] = "2025-03-20T00:00:00Z"
    if draw(st.integers(0, 3)) == 0:
        return {
            **common,
            "type": "OVERWRITE",
            "overwrite_rate": {"rate_type": "FLAT", "price": draw(st.integers(0, 9))},
        }
    factor = draw(st.sampled_from(["0", "0.5", "0.95", "1"]))
    return {**common, "type": "MULTIPLIER", "multiplier": Decimal(factor)}


@st.composite
def balances(draw: st.DrawFn, name: str) -> tuple[str, dict[str, Any]]:
    """A commit or credit with one or two segments, for everything, one product or a tag."""
    story = BookStory()
    kind = draw(st.sampled_from(["CREDIT", "PREPAID", "POSTPAID"]))
    amount = st.integers(0, 900)
    parts = [segment(draw(amount), "2025-01-01", draw(st.sampled_from(["2025-02-15", END])), id=f"{name}-1")]
    more: dict[str, Any] = {"priority": draw(st.integers(1, 3))}
    if kind == "POSTPAID":
        item = {"timestamp": parts[0]["ending_before"], "amount": parts[0]["amount"]}
        more["invoice_schedule"] = {"schedule_items": [item]}
    elif draw(st.booleans()):
        parts.append(segment(draw(amount), "2025-02-15", END, id=f"{name}-2"))
    scope = draw(st.sampled_from(["all", "product", "tag"]))
    if scope == "product":
        more["applicable_product_ids"] = ["A"]
    elif scope == "tag":
        more["applicable_product_tags"] = ["b"]
    return ("credits" if kind == "CREDIT" else "commits"), story.balance(kind, name, *parts, **more)


@st.composite
def events(draw: st.DrawFn) -> list[tuple[str, str, int, str]]:
    """Usage of two products on distinct instants."""
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=14, unique=True))
    return [
        (draw(st.sampled_from("AB")), day, draw(st.integers(1, 90)), draw(st.sampled_from(REGIONS))) for day in days
    ]


@st.composite
def stories(draw: st.DrawFn, *, overridden: bool = True, measured: Any = kinds) -> BookStory:
    """A customer with one contract over a quarter, two products, balances and usage."""
    story = book()
    for name, tags in (("A", ["a"]), ("B", ["b"])):
        presented = ("region",) if draw(st.booleans()) else ()
        story.sells(
            name, price=draw(prices), kind=draw(measured), presentation=presented, groups=("region",), tags=tags
        )
    story.contract("C", end=END)
    terms = story.payload["contracts"][0]
    for k in range(draw(st.integers(0, 3))):
        kind, term = draw(balances(f"balance-{k}"))
        terms.setdefault(kind, []).append(term)
    if overridden:
        terms["overrides"] = draw(st.lists(overrides(), max_size=3))
    for name, day, value, region in draw(events()):
        story.uses(name, value, on=day, region=region)
    return story.seen("2025-04-03")


def told(preview: Preview) -> list[tuple[Any, ...]]:
    """Everything that a customer sees, without the words of explanations."""
    return [
        (
            s.type,
            s.start,
            s.total,
            [(x.type, x.name, x.quantity, x.unit_price, x.total, x.starting_at) for x in s.lines],
        )
        for s in preview.statements
    ] + [(b.id, b.balance, b.ledger) for b in preview.balances]


def totals(preview: Preview) -> list[Decimal]:
    """The total of each statement."""
    return [s.total for s in preview.statements]


def quantity(statements: list[Statement], name: str) -> Decimal:
    """How much of a product was billed."""
    return money.add(*(x.quantity or Decimal(0) for s in statements for x in s.lines if x.name == name))


@settings(max_examples=60, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_duplicated_and_permuted_events_change_nothing(story: BookStory, random: Any) -> None:
    before = told(story.preview())
    again = copy.deepcopy(story.payload["events"])
    shuffled = story.payload["events"]
    random.shuffle(shuffled)
    story.payload["events"] = [*shuffled, *again]
    assert told(story.preview()) == before


@settings(max_examples=60, deadline=None)
@given(stories(overridden=False))
def test_a_multiplier_of_one_changes_nothing(story: BookStory) -> None:
    before = told(story.preview())
    for product in "AB":
        story.multiplier(1, product)
    assert told(story.preview()) == before


@settings(max_examples=60, deadline=None)
@given(stories(), months)
def test_a_change_to_the_same_price_changes_no_total(story: BookStory, day: str) -> None:
    before = totals(story.preview())
    rates = story.payload["rate_cards"][0]["rates"]
    rates.extend([{**rate, "starting_at": f"{day}T00:00:00Z"} for rate in rates])
    assert totals(story.preview()) == before


@settings(max_examples=80, deadline=None)
@given(stories())
def test_what_balances_lose_is_what_lines_gained(story: BookStory) -> None:
    preview = story.preview()
    applied: dict[str, Decimal] = {}
    covered: dict[str, Decimal] = {}
    for statement in usage(preview):
        for line in statement.lines:
            if line.applied is not None:
                into = applied if line.type == "applied_commit_or_credit" else covered
                into[line.applied.id] = money.add(into.get(line.applied.id, Decimal(0)), line.total)
    for balance in preview.balances:
        taken = sum((e.amount for e in balance.ledger if "DEDUCTION" in e.type), Decimal(0))
        assert applied.get(balance.id, 0) == taken == -covered.get(balance.id, Decimal(0))
        assert balance.original + taken >= 0
        assert sum(e.amount for e in balance.ledger) == 0  # all of it is past: used, expired or trued up


@settings(max_examples=80, deadline=None)
@given(stories())
def test_paid_and_unpaid_parts_make_the_whole(story: BookStory) -> None:
    preview = story.preview()
    terms = story.payload["contracts"][0]
    held = {"commits": terms.pop("commits", []), "credits": terms.pop("credits", [])}
    bare = story.preview()
    for rich, poor in zip(usage(preview), usage(bare), strict=True):
        for name in "AB":
            assert money.add(*amounts(rich, name)) == money.add(*amounts(poor, name))
            assert quantity([rich], name) == quantity([poor], name)
    due = money.add(*(s.total for s in usage(bare)), *(-s.total for s in usage(preview)))
    ids = {b["id"] for b in held["credits"]} | {b["id"] for b in held["commits"] if b["type"] == "PREPAID"}
    paid = -sum(e.amount for b in preview.balances if b.id in ids for e in b.ledger if "DEDUCTION" in e.type)
    assert due == paid


@settings(max_examples=60, deadline=None)
@given(stories(), overrides(), st.sampled_from(["2025-02-01", "2025-03-01"]))
def test_an_amendment_from_a_later_date_leaves_earlier_statements(
    story: BookStory, change: dict[str, Any], day: str
) -> None:
    before = story.preview()
    story.amended(day, overrides=[change])
    after = story.preview()
    limit = time.instant(f"{day}T00:00:00Z")

    def early(preview: Preview) -> list[Statement]:
        return [s for s in usage(preview) if s.end and s.end <= limit]

    assert early(after) == early(before)


@settings(max_examples=60, deadline=None)
@given(stories(measured=st.just("SUM")), st.sets(st.sampled_from(REGIONS), min_size=1, max_size=2), months)
def test_complementary_filters_conserve_quantity(story: BookStory, taken: set[str], day: str) -> None:
    whole = story.preview()
    rest = sorted(set(REGIONS) - taken)
    first = story.payload["contracts"][0]
    second = copy.deepcopy({k: v for k, v in first.items() if k not in ("commits", "credits")})
    first["usage_filter"] = {"group_key": "region", "group_values": sorted(taken)}
    second |= {"id": "D", "usage_filter": {"group_key": "region", "group_values": rest}}
    story.payload["contracts"].append(second)
    swap = {"group_key": "region", "starting_at": f"{day}T00:00:00Z"}
    first["usage_filter_updates"] = [{**swap, "group_values": rest}]
    second["usage_filter_updates"] = [{**swap, "group_values": sorted(taken)}]
    split = story.preview()
    for name in "AB":
        assert quantity(usage(split), name) == quantity(usage(whole), name)
    assert not [w for w in split.warnings if w.code == "overlapping_usage"]
    assert not split.unmatched


@settings(max_examples=60, deadline=None)
@given(stories(), st.lists(months, min_size=1, max_size=3, unique=True))
def test_measuring_in_pieces_gives_the_same_bill(story: BookStory, cuts: list[str]) -> None:
    before = told(story.preview())
    for cut in cuts:  # cuts windows, and prices nothing
        story.override(start=cut, type="MULTIPLIER", multiplier=exact(2), applicable_product_tags=["nothing"])
    assert told(story.preview()) == before
