"""Statement periods: the table of README, §4.3 (vector 30), and where generation starts."""

from __future__ import annotations

from typing import Any

import pytest

from store.rating.periods import statement_periods
from store.terms import time
from store.terms.contract import UsageStatementSchedule
from store.terms.time import Span
from tests.books import at, book, usage


def schedule(**given: Any) -> UsageStatementSchedule:
    """A statement schedule as a request writes it."""
    return UsageStatementSchedule.model_validate(given)


@pytest.mark.parametrize(
    ("start", "end", "given", "expected"),
    [
        ("2025-03-20", None, {"frequency": "MONTHLY", "day": "FIRST_OF_MONTH"}, ["03-20", "04-01", "05-01"]),
        (
            "2025-03-20",
            "2025-06-05",
            {"frequency": "MONTHLY", "day": "CONTRACT_START"},
            ["03-20", "04-20", "05-20", "06-05"],
        ),
        (
            "2025-03-20",
            None,
            {"frequency": "MONTHLY", "day": "CUSTOM_DATE", "billing_anchor_date": "2025-03-05T00:00:00Z"},
            ["03-20", "04-05", "05-05"],
        ),
        (
            "2023-12-31",
            None,
            {"frequency": "MONTHLY", "day": "CONTRACT_START"},
            ["12-31", "01-31", "02-29", "03-31", "04-30", "05-31"],
        ),
        ("2025-02-14", None, {"frequency": "QUARTERLY", "day": "FIRST_OF_MONTH"}, ["02-14", "05-01", "08-01", "11-01"]),
        ("2025-08-30", None, {"frequency": "QUARTERLY", "day": "CONTRACT_START"}, ["08-30", "11-30", "02-28", "05-30"]),
        ("2024-02-29", None, {"frequency": "ANNUAL", "day": "CONTRACT_START"}, ["02-29", "02-28", "02-28"]),
        ("2025-01-08", None, {"frequency": "WEEKLY"}, ["01-08", "01-15", "01-22"]),
    ],
)
def test_vector_30_statement_periods(start: str, end: str | None, given: dict[str, Any], expected: list[str]) -> None:
    span = Span(time.instant(at(start)), time.instant(at(end)) if end else time.DISTANT_FUTURE)
    found = statement_periods(schedule(**given), span, time.instant("2027-01-01T00:00:00Z"))
    edges = [found[0].start, *(p.end for p in found)]
    assert [edge.strftime("%m-%d") for edge in edges][: len(expected)] == expected
    if end:
        assert len(edges) == len(expected)


def test_no_schedule_is_monthly_on_the_first() -> None:
    span = Span(time.instant("2025-03-20T00:00:00Z"), time.DISTANT_FUTURE)
    found = statement_periods(None, span, time.instant("2025-05-01T00:00:00Z"))
    assert [(p.start.day, p.end.day) for p in found] == [(20, 1), (1, 1)]


def test_generation_starts_inside_a_period() -> None:
    given = {"frequency": "MONTHLY", "invoice_generation_starting_at": "2025-02-10T00:00:00Z"}
    preview = book().contract(usage_statement_schedule=given).preview("2025-03-05")
    assert [s.start.isoformat()[:10] for s in usage(preview) if s.start] == ["2025-02-10", "2025-03-01"]


def test_short_periods_do_not_prorate_usage() -> None:
    story = book().sells("Calls", price=7).contract(start="2025-01-30", end="2025-02-02")
    preview = story.uses("Calls", 10, on="2025-01-31").uses("Calls", 10, on="2025-02-01").preview("2025-03-01")
    assert [s.total for s in usage(preview)] == [70, 70]
