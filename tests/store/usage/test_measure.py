"""Measuring: events in memory against a plain reading of the definitions, assumed usage against the calendar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest

from store.rating.measure import MeasuredPeriod, MeasureRequest, Route
from store.terms import time
from store.usage.assumed import AssumedUsage, Assumption, accrued
from store.usage.measure import EventUsage
from tests.books import BookStory, at, book


def moment(day: str) -> datetime:
    """A day as an instant."""
    return time.instant(at(day))


def period(start: str, *cuts: str, routes: tuple[Route, ...] = ()) -> MeasuredPeriod:
    """A period without a filter, unless routes are given."""
    edges = tuple(moment(c) for c in cuts)
    return MeasuredPeriod(moment(start), edges, routes or (Route(moment(start), edges[-1], None, frozenset()),))


def request(name: str, *periods: MeasuredPeriod, groups: tuple[str, ...] = ()) -> MeasureRequest:
    """A question about acme's usage."""
    return MeasureRequest("acme", "contract", name, name, groups, periods)


def readings(kind: str) -> BookStory:
    """Readings of two regions."""
    story = book().sells("Calls", kind=kind, groups=("region",)).customer()
    for day, value, region in (("02", 5, "eu"), ("03", 9, "us"), ("09", 2, "eu"), ("20", 5, "us")):
        story.uses("Calls", value, on=f"2025-01-{day}", region=region)
    return story


@pytest.mark.parametrize(
    ("kind", "values"),
    [("COUNT", (2, 3, 4)), ("SUM", (14, 16, 21)), ("MAX", (9, 9, 9)), ("UNIQUE", (2, 3, 3)), ("LATEST", (9, 2, 5))],
)
def test_answers_are_cumulative_from_the_start_of_the_period(kind: str, values: tuple[int, ...]) -> None:
    bundle = readings(kind).bundle()
    usage = EventUsage(bundle.events, bundle)
    found = usage.measure(request("Calls", period("2025-01-01", "2025-01-05", "2025-01-10", "2025-02-01")))
    assert found.periods[0][()].values == values
    assert found.periods[0][()].events == (2, 3, 4)


@pytest.mark.parametrize(("kind", "value"), [("COUNT", 3), ("SUM", 16), ("MAX", 9), ("UNIQUE", 3), ("LATEST", 2)])
def test_routes_let_through_what_the_filter_of_the_moment_takes(kind: str, value: int) -> None:
    bundle = readings(kind).bundle()
    first = Route(moment("2025-01-01"), moment("2025-01-09"), None, frozenset())
    second = Route(moment("2025-01-09"), moment("2025-02-01"), "region", frozenset({"eu"}))
    asked = request("Calls", period("2025-01-01", "2025-02-01", routes=(first, second)))
    assert EventUsage(bundle.events, bundle).measure(asked).periods[0][()].values == (value,)


def test_groups_without_usage_are_absent() -> None:
    bundle = readings("SUM").bundle()
    found = EventUsage(bundle.events, bundle).measure(
        request("Calls", period("2025-01-01", "2025-01-03"), period("2025-02-01", "2025-03-01"), groups=("region",))
    )
    assert found.periods[0].keys() == {("eu",)}
    assert found.periods[1] == {}


def test_threads_get_the_same_answers() -> None:
    bundle = readings("SUM").bundle()
    usage = EventUsage(bundle.events, bundle)
    asked = request("Calls", period("2025-01-01", "2025-02-01"), groups=("region",))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: usage.measure(asked), range(64)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("monthly", [Decimal(100), Decimal("0.1"), Decimal("33.333")])
def test_assumed_months_are_exact_however_they_are_cut(monthly: Decimal) -> None:
    bundle = readings("SUM").bundle()
    usage = AssumedUsage((Assumption("Calls", monthly),), bundle)
    found = usage.measure(
        request("Calls", period("2025-01-01", "2025-01-07", "2025-01-23", "2025-02-01", "2025-03-01"))
    )
    values = found.periods[0][()].values
    assert values[2] == monthly
    assert values[3] == monthly * 2
    assert list(values) == sorted(values)
    assert accrued(monthly, moment("2025-03-01")) - accrued(monthly, moment("2025-01-01")) == 2 * monthly


def test_an_assumed_level_stands_from_the_first_instant() -> None:
    bundle = readings("MAX").bundle()
    usage = AssumedUsage((Assumption("Calls", Decimal(8), {"region": "eu"}),), bundle)
    found = usage.measure(request("Calls", period("2025-01-01", "2025-01-02", "2025-02-01"), groups=("region",)))
    assert found.periods[0][("eu",)].values == (8, 8)


def test_an_assumption_meets_the_filters_that_name_its_group() -> None:
    bundle = readings("SUM").bundle()
    usage = AssumedUsage(tuple(Assumption("Calls", Decimal(31), {"region": r}) for r in ("eu", "us")), bundle)
    route = Route(moment("2025-01-01"), moment("2025-02-01"), "region", frozenset({"eu"}))
    found = usage.measure(request("Calls", period("2025-01-01", "2025-02-01", routes=(route,)), groups=("region",)))
    assert found.periods[0][("eu",)].values == (31,)
    assert found.periods[0][("us",)].values == (0,)
