"""Several processes at the ledger at once, and processes that are killed: nothing lost, nothing twice, nothing torn."""

from __future__ import annotations

import multiprocessing
from multiprocessing.queues import Queue
from pathlib import Path
from random import Random

from store import integrity
from store.database import Store
from store.queries import events_of
from store.usage.ledger.compaction import GRACE, compact, tend
from store.usage.ledger.files import live_files
from tests.store.usage.ledger.feed import BY, NOW, accept, event
from tests.store.usage.ledger.killing import killed_while_ingesting

SPAWN = multiprocessing.get_context("spawn")
RACERS, EACH, AT_ONCE = 3, 300, 25


def race(url: str, usage: str, seed: int, taken: Queue[int]) -> None:
    """Sends the same events as the others, in an order of its own."""
    store = Store.open(url, usage=usage, wait=60.0)
    events = [event(k) for k in range(EACH)]
    Random(seed).shuffle(events)
    count = 0
    for first in range(0, EACH, AT_ONCE):
        count += accept(store, events[first : first + AT_ONCE])
    store.close()
    taken.put(count)


def test_processes_racing_for_the_same_transaction_ids_take_each_once(store: Store, store_url: str) -> None:
    usage = str(store.ledger.folder)
    taken: Queue[int] = SPAWN.Queue()
    racers = [SPAWN.Process(target=race, args=(store_url, usage, seed, taken)) for seed in range(RACERS)]
    for racer in racers:
        racer.start()
    assert sum(taken.get(timeout=120) for _ in racers) == EACH
    for racer in racers:
        racer.join()
    assert sorted(int(e.transaction_id[1:]) for e in events_of(store)) == list(range(EACH))
    assert integrity.check(store) == ()


def feed_and_merge(url: str, usage: str, rounds: int) -> None:
    """Takes events in, merges and clears away, round after round."""
    store = Store.open(url, usage=usage, wait=60.0)
    for k in range(rounds):
        now = NOW + k * GRACE
        accept(store, [event(10 * k + j) for j in range(10)], now=now)
        if k % 3 == 2:
            compact(store, "2025-01", by=BY, now=now)
        tend(store, by=BY, now=now)
    store.close()


def test_readers_see_whole_batches_while_another_process_ingests_merges_and_clears(
    store: Store, store_url: str
) -> None:
    rounds = 15
    accept(store, [event(10_000)])
    writer = SPAWN.Process(target=feed_and_merge, args=(store_url, str(store.ledger.folder), rounds))
    writer.start()
    last = reads = 0
    while writer.is_alive() or not reads:
        found = [e.transaction_id for e in events_of(store)]
        assert len(set(found)) == len(found)
        assert len(found) % 10 == 1 and len(found) >= last
        last, reads = len(found), reads + 1
    writer.join()
    assert writer.exitcode == 0
    assert len(list(events_of(store))) == 10 * rounds + 1
    assert len(live_files(store)) < rounds
    assert integrity.check(store) == ()


def test_an_ingester_that_is_killed_loses_nothing_it_said_and_takes_nothing_twice(tmp_path: Path) -> None:
    assert killed_while_ingesting(tmp_path, times=4, seed=1) > 0
