"""Editing operators at once, on each database: who wins, and how long a save takes.

    python -m tests.benchmarks.sharing [--processes 24] [--rounds 10] [--own 10] [--within 300]

Every process is an operator with a store of its own, started and warmed up by one save before anything is timed. Round
by round all of them, at the same instant, try to take one alias, to use one uniqueness key and to change one contract
in the version they have all seen: each save then waits for up to twenty-three others. In the end each changes a
customer of its own every second or so, as people do. A save is timed from the moment it is sent until it is stored or
refused; what of that was other people's turn, and what the processor did for it, is told beside it, because on a small
machine that does other work too a save takes longer than it costs. The server writes what is committed to its disk.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import psycopg
from psycopg import sql

from store import integrity, queries
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests import postgres
from tests.store.racers import Attempt, Race, raced
from tests.store.sample import ACME, CONTRACT, document

RACES = ("alias", "key", "contract")


def main() -> int:
    """Race on both databases and print what came of it; 1 where something was lost, doubled or not finished."""
    options = argparse.ArgumentParser()
    options.add_argument("--processes", type=int, default=24)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--own", type=int, default=10, help="changes that everybody makes to a customer of their own")
    options.add_argument("--within", type=float, default=300, help="seconds that each database may take")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faults = shared("SQLite", str(Path(folder) / "book.db"), asked)
    try:
        with postgres.database() as url:
            durable()
            faults += shared("PostgreSQL", url, asked)
    finally:
        postgres.stop()
        postgres.sweep()
    return 1 if faults else 0


def durable() -> None:
    """Has the server write to its disk what it says is committed, which tests do without."""
    with psycopg.connect(postgres.server(), autocommit=True) as admin:
        for name in postgres.QUICK:
            admin.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))
        admin.execute("SELECT pg_reload_conf()")


def shared(name: str, url: str, asked: argparse.Namespace) -> list[str]:
    """Race on one store, print the figures, and return what is wrong afterwards."""
    store = Store.open(url)
    with store.work(by=Actor("bench", "cli"), now=datetime(2025, 2, 3, tzinfo=UTC)) as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    before = queries.contract(store, CONTRACT).version
    try:
        race = raced(url, processes=asked.processes, rounds=asked.rounds, own=asked.own, within=asked.within)
    except TimeoutError as error:
        say(f"{name}: {error}")
        return [str(error)]
    faults = [*integrity.check(store), *miscounted(store, race, before, asked)]
    store.close()
    say(f"{name}: {asked.processes} processes, all there after {race.started:.0f} s")
    say("  all at once", (each for each in race.attempts if each.race in RACES))
    say("  by themselves", (each for each in race.attempts if each.race == "own"))
    wins = Counter(each.race for each in race.attempts if each.outcome == "won")
    won = ", ".join(f"{race} {wins[race]} of {asked.rounds}" for race in RACES)
    say(f"  rounds that somebody won: {won}; by themselves {wins['own']} of {asked.processes * asked.own}")
    say(f"  after it: {'; '.join(faults) or 'nothing lost, nothing twice, the chain of the history whole'}")
    return faults


def miscounted(store: Store, race: Race, before: int, asked: argparse.Namespace) -> Iterable[str]:
    """What is in the store otherwise than the winners say."""
    one_each = {(race, n): 1 for race in RACES for n in range(asked.rounds)}
    winners = Counter((each.race, each.round) for each in race.attempts if each.outcome == "won" and each.race in RACES)
    if winners != one_each:
        yield f"not one winner each: {winners - Counter(one_each)} more, {Counter(one_each) - winners} fewer"
    credits, version = len(queries.customer(store, ACME).terms.credits), queries.contract(store, CONTRACT).version
    holders = queries.alias_holders(store, [f"a{n}" for n in range(asked.rounds)])
    if (credits, version - before, len(holders)) != (asked.rounds,) * 3:
        yield f"{credits} credits, {version - before} changes of the contract, {len(holders)} aliases"
    alone = sum(each.race == "own" and each.outcome == "won" for each in race.attempts)
    if alone != asked.own * asked.processes:
        yield f"{alone} of {asked.own * asked.processes} saves of own customers"


def say(line: str, saves: Iterable[Attempt] | None = None) -> None:
    """One line, with the figures of saves behind it."""
    if saves is not None:
        timed = list(saves)
        if len(timed) < 2:
            return
        p50, p99, most = spread(each.seconds for each in timed)
        _, waited, _ = spread(each.waited for each in timed)
        spent = median(each.processor for each in timed) * 1000
        line += f": {len(timed)} saves, p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {most:.0f} ms"
        line += f"; of that, others' turn p99 {waited:.0f} ms; processor {spent:.1f} ms"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def spread(seconds: Iterable[float]) -> tuple[float, float, float]:
    """p50, p99 and the longest, in milliseconds."""
    values = sorted(seconds)
    cuts = quantiles(values, n=100, method="inclusive")
    return cuts[49] * 1000, cuts[98] * 1000, values[-1] * 1000


if __name__ == "__main__":
    sys.exit(main())
