"""Instants as they are typed, echoed and shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.widgets import when
from tests.screens.reading import NOW


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("2025-01-31", "2025-01-31 00", "2025-01-31 00"),
        ("2025-1-3", "2025-01-03 00", "2025-01-03 00"),
        ("2025-01", "2025-01-01 00", "2025-02-01 00"),
        ("2025-q4", "2025-10-01 00", "2026-01-01 00"),
        ("2025Q1", "2025-01-01 00", "2025-04-01 00"),
        ("2025", "2025-01-01 00", "2026-01-01 00"),
        ("2025-01-31 13", "2025-01-31 13", "2025-01-31 13"),
        ("2025-01-31T13:00:00Z", "2025-01-31 13", "2025-01-31 13"),
        ("2025-01-31T13:00:00+02:00", "2025-01-31 11", "2025-01-31 11"),
        ("today", "2026-03-01 00", "2026-03-01 00"),
        ("now", "2026-03-01 12", "2026-03-01 12"),
        ("tomorrow", "2026-03-02 00", "2026-03-02 00"),
        ("+30d", "2026-03-31 00", "2026-03-31 00"),
        ("-2w", "2026-02-15 00", "2026-02-15 00"),
        ("+1m", "2026-04-01 00", "2026-04-01 00"),
        ("+1y", "2027-03-01 00", "2027-03-01 00"),
        ("+6h", "2026-03-01 18", "2026-03-01 18"),
        ("som", "2026-03-01 00", "2026-03-01 00"),
        ("EOM", "2026-04-01 00", "2026-04-01 00"),
        ("eoy", "2027-01-01 00", "2027-01-01 00"),
    ],
)
def test_a_period_starts_or_ends_where_the_field_says(typed: str, start: str, end: str) -> None:
    for text, is_end in ((start, False), (end, True)):
        expected = datetime.fromisoformat(text + ":00").replace(tzinfo=UTC)
        assert when.parse(typed, now=NOW, end=is_end) == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2025-02-30", "is not a date that exists"),
        ("2025-13", "is not a date that exists"),
        ("+99999y", "is not a date that exists"),
        ("soon", "must be a date such as"),
        ("01/02/2025", "must be a date such as"),
        ("2025-01-31 13:30", "must be on the hour"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        when.parse(typed, now=NOW)


def test_an_end_says_that_it_is_not_included() -> None:
    assert when.echo(NOW.replace(hour=0)) == "= Sun 2026-03-01 00:00 UTC"
    assert when.echo(NOW.replace(hour=0), end=True) == "= until Sun 2026-03-01 00:00 UTC (not included)"
    assert when.span(NOW, None) == "2026-03-01 12:00 → open"


@given(st.integers(0, 130 * 365 * 24))
def test_what_is_loaded_and_typed_again_is_the_same(hours: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    assert when.parse(when.typed(moment), now=NOW, end=True) == moment
