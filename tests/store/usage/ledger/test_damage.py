"""Files that somebody changed by hand: never counted, never merged, found by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest

from store import integrity
from store.database import Store
from store.errors import StoreUnavailable
from store.queries import count_events, events_of
from store.queries.usage_statistics import usage_statistics
from store.terms import time
from store.usage.engines.duck import LedgerEngine
from store.usage.ledger.compaction import FILES, GRACE, clear, compact, tend
from store.usage.ledger.files import live_files, verify
from tests.store.usage.ledger.feed import BY, NOW, accept, event

FEBRUARY = datetime(2025, 2, 3, tzinfo=UTC)


def test_a_file_in_the_place_of_another_is_not_counted(store: Store) -> None:
    """It is Parquet, with the right columns, and events that were never sent there."""
    accept(store, [event(1)])
    accept(store, [event(k, n=k) for k in range(2, 9)])
    one, other = live_files(store)
    copyfile(other.path, one.path)
    said = f"a usage file is damaged: {one.path}"
    for ask in (
        lambda: list(events_of(store)),
        lambda: usage_statistics(store),
        lambda: count_events(store, ["c"]),
        lambda: verify(store),
        lambda: LedgerEngine(store).rows(lambda events: events.select(), time.DISTANT_PAST, time.DISTANT_FUTURE),
    ):
        with pytest.raises(StoreUnavailable) as refused:
            ask()
        assert refused.value.message == said


def test_one_changed_byte_is_found_by_who_looks_and_is_never_merged_away(store: Store) -> None:
    accept(store, [event(1)])
    accept(store, [event(2)])
    (one, _) = live_files(store)
    verify(store)
    data = bytearray(Path(one.path).read_bytes())
    data[12] ^= 1
    Path(one.path).write_bytes(data)
    with pytest.raises(StoreUnavailable, match="a usage file is damaged"):
        verify(store)
    with pytest.raises(StoreUnavailable, match="a usage file is damaged"):
        compact(store, "2025-01", by=BY, now=NOW)
    assert [fault for fault in integrity.check(store) if one.path in fault]
    assert len(live_files(store)) == 2


def test_a_month_with_a_missing_file_keeps_no_other_from_being_tended(store: Store) -> None:
    for k in range(FILES):
        accept(store, [event(k)])
    for k in range(FILES):
        accept(store, [event(1000 + k, at=FEBRUARY)])
    assert len(live_files(store, ["2025-01"])) == FILES
    Path(live_files(store, ["2025-01"])[3].path).unlink()
    later = NOW + GRACE + timedelta(seconds=1)
    tend(store, by=BY, now=NOW)
    assert len(live_files(store, ["2025-01"])) == FILES
    assert len(live_files(store, ["2025-02"])) == 1
    tend(store, by=BY, now=later)
    assert len(list((store.ledger.folder / "2025-02").iterdir())) == 1
    clear(store, by=BY, now=later)
    with pytest.raises(StoreUnavailable, match="a usage file is missing"):
        list(events_of(store))
