"""Editing operators at once, on each database: who wins, and how long a save takes when everybody saves together.

    python -m tests.benchmarks.sharing [--processes 24] [--rounds 20]

Every process is an operator with a store of its own. Round by round all of them try to take one alias, to use one
uniqueness key and to change one contract in the version they have all seen. A save is timed from the moment it is sent
until it is stored or refused, waiting for the others included.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from store import integrity
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests import postgres
from tests.store.sample import document
from tests.store.test_races import raced


def main() -> None:
    """Race on both databases and print what came of it."""
    options = argparse.ArgumentParser()
    options.add_argument("--processes", type=int, default=24)
    options.add_argument("--rounds", type=int, default=20)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        race("SQLite", str(Path(folder) / "book.db"), asked.processes, asked.rounds)
    with postgres.database() as url:
        race("PostgreSQL", url, asked.processes, asked.rounds)
    postgres.stop()
    postgres.sweep()


def race(name: str, url: str, processes: int, rounds: int) -> None:
    """Race on one store."""
    store = Store.open(url)
    with store.work(by=Actor("bench", "cli"), now=datetime(2025, 2, 3, tzinfo=UTC)) as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    attempts = raced(url, processes=processes, rounds=rounds)
    outcomes = Counter((race, outcome) for race, _, outcome, _ in attempts)
    faults = integrity.check(store)
    store.close()
    wins = {race: outcomes[(race, "won")] for race in ("alias", "key", "contract")}
    cuts = quantiles((seconds * 1000 for _, _, _, seconds in attempts), n=100)
    won = ", ".join(f"{race} {n}" for race, n in wins.items())
    sys.stdout.write(
        f"{name}: {processes} processes, {rounds} rounds, {len(attempts)} saves; winners: {won} (of {rounds} each)"
        f"; a save p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms, longest {max(a[3] for a in attempts) * 1000:.0f} ms"
        f"; db check: {faults or 'whole'}\n"
    )


if __name__ == "__main__":
    main()
