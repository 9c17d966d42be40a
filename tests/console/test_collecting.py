"""Garbage is looked for while the keys rest, not while somebody types."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from console import collecting
from console.collecting import THRESHOLDS, Collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The collector as it was."""
    kept = gc.get_threshold()
    yield
    gc.set_threshold(*kept)


def full_looks() -> int:
    """How often everything was looked at."""
    return int(gc.get_stats()[2]["collections"])


def test_what_many_keys_leave_is_looked_at_when_they_rest() -> None:
    collecting.seldom()
    assert gc.get_threshold() == THRESHOLDS
    gc.collect()
    before = full_looks()
    kept = [[n] for n in range(100_000)]
    assert full_looks() == before
    Collector().rest()
    assert full_looks() == before + 1
    Collector().rest()
    assert full_looks() == before + 1  # nothing new was made
    assert kept


async def test_every_key_begins_the_rest_anew() -> None:
    collector = Collector()
    collector.key()
    first = collector._waiting
    collector.key()
    assert first is not None and first.cancelled()
    assert collector._waiting is not None and not collector._waiting.cancelled()
    collector._waiting.cancel()
