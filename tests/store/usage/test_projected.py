"""Usage of the time to come, projected from the past."""

from __future__ import annotations

from decimal import Decimal

import pytest

from store.rating.engine import rate
from store.rating.statement import Preview
from store.terms import time
from store.usage.measure import EventUsage
from store.usage.projected import Method, ProjectedUsage, Projection
from tests.books import BookStory, at, book, usage

SINCE = "2025-04-01"


def projected(story: BookStory, projection: Projection, *, until: str = "2025-06-15", since: str = SINCE) -> Preview:
    """The story rated on its events up to `since`, and on the projection after it."""
    bundle = story.bundle()
    measured = ProjectedUsage(EventUsage(bundle.events, bundle), bundle, projection, since=time.instant(at(since)))
    return rate(bundle, measured, as_of=time.instant(at(until)))


def quantities(preview: Preview, name: str = "calls") -> list[Decimal]:
    """What each usage statement counts of a product."""
    return [
        sum((line.quantity or Decimal(0) for line in s.lines if line.name == name), Decimal(0)) for s in usage(preview)
    ]


def test_a_trailing_average_goes_on_at_the_rate_of_the_last_days() -> None:
    story = book().sells("calls", price=7).contract(start="2025-03-01")
    for day in range(2, 32):
        story.uses("calls", 10, on=f"2025-03-{day:02}")
    found = projected(story, Projection(days=30))
    assert quantities(found) == [300, 300, 310, 300]
    assert [s.total for s in usage(found)] == [2100, 2100, 2170, 2100]


def test_the_period_in_progress_keeps_what_was_measured_and_projects_the_rest() -> None:
    story = book().sells("calls", price=7).contract(start="2025-03-01").uses("calls", 100, on="2025-04-05")
    found = projected(story, Projection(days=10), since="2025-04-11", until="2025-04-15")
    assert quantities(found)[1] == 100 + 200


def test_last_year_repeats_the_same_span_a_year_later() -> None:
    story = book().sells("calls", price=7).contract(start="2024-04-01")
    story.uses("calls", 40, on="2024-04-20").uses("calls", 60, on="2024-05-20").uses("calls", 5, on="2025-03-31")
    assert quantities(projected(story, Projection(Method.LAST_YEAR)))[-3:] == [40, 60, 0]


@pytest.mark.parametrize(("kind", "reading"), [("MAX", 9), ("LATEST", 6), ("UNIQUE", 3)])
def test_readings_stand_where_the_last_days_left_them(kind: str, reading: int) -> None:
    story = book().sells("calls", price=7, kind=kind).contract(start="2025-03-01")
    story.uses("calls", 4, on="2025-03-10").uses("calls", 9, on="2025-03-15").uses("calls", 6, on="2025-03-20")
    assert quantities(projected(story, Projection(days=31))) == [reading] * 4


def test_projected_usage_follows_a_filter_that_changes_later() -> None:
    story = book().sells("calls", price=7, groups=("region",))
    story.contract(start="2025-03-01", usage_filter={"group_key": "region", "group_values": ["US"]})
    story.refiltered("2025-05-01", "region", "US", "EU")
    story.uses("calls", 31, on="2025-03-10", region="US").uses("calls", 62, on="2025-03-10", region="EU")
    assert quantities(projected(story, Projection(days=31))) == [31, 30, 93, 90]


def test_nothing_before_the_present_is_touched() -> None:
    story = book().sells("calls", price=7).contract(start="2025-01-01").uses("calls", 10, on="2025-02-10")
    plain, ahead = story.preview(SINCE), projected(story, Projection())
    assert [s.lines for s in usage(ahead)[:3]] == [s.lines for s in usage(plain)]
    assert len(usage(plain)) == 3
