"""How many events there are of a name in a month, whatever files hold them."""

from __future__ import annotations

from datetime import UTC, datetime

from store.database import Store
from store.usage.ledger.compaction import compact
from store.usage.ledger.tally import MonthCount, Tally
from tests.store.usage.ledger.feed import BY, NOW, accept, event

MARCH = datetime(2025, 3, 1, tzinfo=UTC)
FIRST = 1_735_689_600_000_000
"""The first instant of 2025 in microseconds since 1970; events come a minute apart."""


def test_a_tally_follows_what_comes_in_and_is_merged(store: Store) -> None:
    tally = Tally(store)
    assert tally.of(["acme"]) == []
    accept(store, [event(3), event(1), event(2, of="other")])
    january = MonthCount("acme", "2025-01", 2, FIRST + 60_000_000)
    assert tally.of(["acme", "nobody"]) == [january]
    accept(store, [event(0), event(4, of="other"), event(5, at=MARCH)])
    grown = [MonthCount("acme", "2025-01", 3, FIRST), MonthCount("acme", "2025-03", 1, FIRST + 59 * 86_400_000_000)]
    assert sorted(tally.of(["acme"])) == grown
    assert compact(store, "2025-01", by=BY, now=NOW)
    assert sorted(tally.of(["acme"])) == grown
    assert sorted(tally.of(["acme", "other"]))[2] == MonthCount("other", "2025-01", 2, FIRST + 120_000_000)
