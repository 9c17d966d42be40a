"""Who takes which usage when: the regions of the guide, and the laws of routing (README, §4.2, §7.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from store.bundle import parse_bundle
from store.terms.book import Book
from store.terms.routing import (
    Seen,
    Stretch,
    Usage,
    contracts_in,
    event_types,
    filter_keys,
    horizon,
    sharing,
    stretches,
    takes,
)
from store.terms.time import DISTANT_FUTURE, Span

START = datetime(2024, 10, 1, tzinfo=UTC)
CHANGE = datetime(2025, 1, 1, tzinfo=UTC)
ALWAYS = Span(START, DISTANT_FUTURE)


RATE = {"starting_at": "2020-01-01T00:00:00Z", "entitled": True, "rate_type": "FLAT", "price": 9}


def regional(*contracts: dict[str, Any], other_card: bool = False) -> Book:
    """Contracts of one customer on one card that sells API calls, grouped by region (`eu2` sells something else)."""
    metrics = [
        {
            "id": name,
            "name": name,
            "aggregation_type": "COUNT",
            "event_type_filter": {"in_values": [name]},
            "property_filters": [{"name": "region", "exists": True}, {"name": "team", "exists": True}],
            "group_keys": [["region"], ["team"], ["region", "team"]],
        }
        for name in ("calls", "other")
    ]
    products = [{"id": n, "name": n, "type": "USAGE", "billable_metric_id": n} for n in ("calls", "other")]
    cards = [
        {
            "id": f"{name} card",
            "name": name,
            "rates": [{"product_id": name, **RATE}],
        }
        for name in ("calls", "other")
    ]  # fmt: skip
    common = {"customer_id": "maps", "rate_card_id": "calls card", "starting_at": "2024-10-01T00:00:00Z"}
    return parse_bundle(
        {
            "billable_metrics": metrics,
            "products": products,
            "rate_cards": cards,
            "customers": [{"id": "maps", "name": "Maps"}],
            "contracts": [{**common, **contract} for contract in contracts],
        }
    )


def takes_only(*values: str, key: str = "region") -> dict[str, Any]:
    """A contract's usage filter."""
    return {"usage_filter": {"group_key": key, "group_values": list(values)}}


def then(*values: str, at: str = "2025-01-01T00:00:00Z", key: str = "region") -> dict[str, Any]:
    """A later filter of the same contract."""
    return {"usage_filter_updates": [{"group_key": key, "group_values": list(values), "starting_at": at}]}


US = {"id": "US", **takes_only("US"), **then("US", "EU")}
EU = {"id": "EU", **takes_only("EU")}
EU_ENDED = {**EU, "ending_before": "2025-01-01T00:00:00Z"}
APAC = {"id": "APAC", **takes_only("APAC")}


def told(book: Book, usage: Usage | None = None, within: Span = ALWAYS) -> tuple[Stretch, ...]:
    """The stretches of the customer's routing."""
    contracts = contracts_in(book, "maps")
    seen = usage or Usage(filter_keys(contracts))
    return stretches(contracts, seen, within=within, shared=sharing(contracts, book))


def map_of(stretch: Stretch) -> dict[str | None, tuple[str, ...]]:
    """Value → contracts, where one property decides."""
    return {route.values[0]: route.contracts for route in stretch.routes}


def test_the_regions_of_the_guide() -> None:
    before, after = told(regional(US, EU_ENDED, APAC))
    assert before.span == Span(START, CHANGE)
    assert map_of(before) == {"US": ("US",), "EU": ("EU",), "APAC": ("APAC",)}
    assert after.span == Span(CHANGE, DISTANT_FUTURE)
    assert map_of(after) == {"US": ("US",), "EU": ("US",), "APAC": ("APAC",)}
    assert not before.twice and not after.twice


def test_a_value_taken_by_two_contracts_is_billed_twice() -> None:
    _, after = told(regional(US, EU, APAC))
    (route,) = after.twice
    assert route.values == ("EU",)
    assert route.contracts == ("US", "EU")


def test_contracts_that_price_nothing_in_common_share_usage_without_harm() -> None:
    _, after = told(regional(US, {**EU, "rate_card_id": "other card"}))
    assert map_of(after)["EU"] == ("US", "EU")
    assert not after.twice


def test_usage_that_was_seen_and_goes_nowhere_is_told_with_its_events() -> None:
    day = datetime(2025, 2, 3, tzinfo=UTC)
    usage = Usage(("region",), (Seen(day, ("LATAM",), 3), Seen(day, (None,), 2), Seen(day, ("US",), 5)))
    before, after = told(regional(US, EU_ENDED, APAC), usage)
    assert [(r.values, r.events, r.ever) for r in after.untaken] == [(("LATAM",), 3, 3), ((None,), 2, 2)]
    assert [(r.values, r.events, r.ever) for r in before.untaken] == [(("LATAM",), 0, 3), ((None,), 0, 2)]


def test_a_contract_without_filter_takes_also_events_without_the_property() -> None:
    usage = Usage(("region",), (Seen(START, (None,), 2),))
    (stretch,) = told(regional({"id": "all"}, APAC), usage)
    assert stretch.open == ("all",)
    assert map_of(stretch) == {"APAC": ("all", "APAC"), None: ("all",)}
    assert [route.values for route in stretch.twice] == [("APAC",)]


def test_time_without_a_contract_is_a_stretch_of_its_own() -> None:
    late = {**APAC, "starting_at": "2025-03-01T00:00:00Z"}
    gap = told(regional(EU_ENDED, late))[1]
    assert gap.span == Span(CHANGE, datetime(2025, 3, 1, tzinfo=UTC))
    assert gap.active == () and all(not route.contracts for route in gap.routes)


def test_filters_on_two_properties_meet_in_one_event() -> None:
    book = regional({"id": "US", **takes_only("US")}, {"id": "red", **takes_only("red", key="team")})
    (stretch,) = told(book)
    found = {route.values: route.contracts for route in stretch.routes}
    assert found == {("US", "red"): ("US", "red"), ("US", None): ("US",), (None, "red"): ("red",)}
    assert [route.values for route in stretch.twice] == [("US", "red")]


def test_an_archived_contract_takes_nothing() -> None:
    book = regional({**EU, "archived_at": "2024-12-01T00:00:00Z"}, APAC)
    assert [c.id for c in contracts_in(book, "maps")] == ["APAC"]


def test_a_change_that_changes_nothing_does_not_cut() -> None:
    assert len(told(regional({"id": "US", **takes_only("US"), **then("US")}))) == 1


def test_the_horizon_reaches_from_the_first_start_to_beyond_everything() -> None:
    now = datetime(2025, 6, 1, tzinfo=UTC)
    usage = Usage(("region",), (Seen(datetime(2024, 9, 1, tzinfo=UTC), ("US",), 1),))
    whole = horizon(contracts_in(regional(US, EU_ENDED), "maps"), usage, now)
    assert whole.start == datetime(2024, 9, 1, tzinfo=UTC)
    assert whole.end > now
    assert horizon((), Usage(()), now).holds(now)


def test_only_event_types_that_metrics_count_matter() -> None:
    book = regional(US)
    assert event_types(book) == {"calls", "other"}
    metric = book.billable_metrics[0].model_copy(update={"event_type_filter": None})
    assert event_types(book.replace(billable_metrics=(metric,))) is None


VALUES = ("US", "EU", "APAC")
filters = st.lists(
    st.tuples(st.integers(0, 400), st.lists(st.sampled_from(VALUES), min_size=1, unique=True)), max_size=3
)  # fmt: skip
contracts = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 400), filters), min_size=1, max_size=4)


@given(contracts)
def test_every_stretch_agrees_with_what_each_contract_takes(drawn: Any) -> None:
    """Law: what a stretch says holds at each of its instants, and the stretches tile the time they are asked for."""
    payloads = []
    for k, (start, length, changes) in enumerate(drawn):
        begins = START + timedelta(days=start)
        updates = [
            {"group_key": "region", "group_values": values, "starting_at": begins + timedelta(days=after)}
            for after, values in changes
        ]
        ends = begins + timedelta(days=length)
        payloads.append({"id": str(k), "starting_at": begins, "ending_before": ends, "usage_filter_updates": updates})
    book = regional(*payloads)
    in_force = contracts_in(book, "maps")
    within = Span(START, START + timedelta(days=700))
    found = stretches(in_force, Usage(("region",)), within=within, shared=sharing(in_force, book))
    assert found[0].span.start == within.start and found[-1].span.end == within.end
    assert all(a.span.end == b.span.start for a, b in pairwise(found))
    for stretch, moment in product(found, (START + timedelta(days=n) for n in range(0, 700, 13))):
        if stretch.span.holds(moment):
            for route in stretch.routes:
                expected = tuple(c.id for c in in_force if takes(c, {"region": route.values[0]}, moment))
                assert route.contracts == expected
