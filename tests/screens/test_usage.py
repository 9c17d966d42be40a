"""Usage at a glance, as an operator sees it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from screens.services import Services
from screens.usage.rows import rows
from screens.usage.screen import UsageScreen
from screens.widgets.table import RowList
from store.commands.events import accept_events
from store.queries.usage_statistics import Counted, UsageStatistics
from store.terms import document
from store.terms.event import Event
from store.usage.ledger.files import live_files
from tests.screens.reading import HOSTILE, SIZES, assert_clean, assert_in_view, console, screen_text, settle, tap
from tests.screens.snapshots import assert_as_before


async def opened(pilot: Any) -> UsageScreen:
    """The screen, by its key on the customer list, with everything counted."""
    await settle(pilot)
    await tap(pilot, "u")
    screen = pilot.app.screen
    assert isinstance(screen, UsageScreen)
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_demo_s_usage(demo: Services, size: tuple[int, int]) -> None:
    async with console(demo).run_test(size=size) as pilot:
        await opened(pilot)
        assert_in_view(pilot.app)
        assert_as_before(pilot.app, f"usage_{size[0]}x{size[1]}")


async def test_nothing_yet(services: Services) -> None:
    async with console(services).run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert "No usage events yet" in screen_text(pilot.app)


async def test_what_data_says_is_shown_literally(services: Services) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    storable = [odd for odd in HOSTILE if odd and not document.unwritable(odd)]
    with services.work() as work:
        accept_events(
            work,
            [
                Event(transaction_id=f"t{k}", customer_id=odd, event_type=odd, timestamp=at)
                for k, odd in enumerate(storable)
            ],
        )
    async with console(services).run_test(size=(120, 60)) as pilot:
        await opened(pilot)
        assert_clean(pilot.app)
        assert f"{len(storable)} events name {len(storable)} aliases that no customer has" in screen_text(pilot.app)


async def test_a_file_that_is_missing_is_told(services: Services) -> None:
    event = Event(transaction_id="t", customer_id="c", event_type="e", timestamp=datetime(2025, 1, 1, tzinfo=UTC))
    with services.work() as work:
        accept_events(work, [event])
    Path(live_files(services.store())[0].path).unlink()
    async with console(services).run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        assert "is missing" in screen_text(pilot.app)
        assert screen.query_one(RowList).row_count == 0


def test_aliases_that_are_not_listed_are_counted() -> None:
    found = UsageStatistics((), (Counted("a", 5),), 3, 7, ())
    assert [row.cells[0] for row in rows(found)][1:] == [
        "7 events name 3 aliases that no customer has", "a", ("and 2 more", "muted"),
    ]  # fmt: skip
