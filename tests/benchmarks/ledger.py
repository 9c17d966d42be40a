"""How fast events are taken in, in how much memory, and whether kills and merges do harm.

    python -m tests.benchmarks.ledger [speed] [--events 1000000]
    python -m tests.benchmarks.ledger grown --into BOOK.db [--events 1000000]
    python -m tests.benchmarks.ledger kills [--times 200]
    python -m tests.benchmarks.ledger readers [--seconds 60]

`speed` times `termsheet ingest` on the same events as JSON lines, plain and gzipped, CSV and Parquet, end to end with
its start; the same file again (all of it known); and beside it the floor: a bare script in one process that decodes the
same lines, keeps the hashes of the ids and lets DuckDB write the same columns, but checks nothing, keeps nothing safe
and shares nothing. Memory is the peak of the largest of the processes, for a quarter of the events and for all: it does
not grow with the file. On a busy machine only the processors' time means anything: what two cores could do with it.
`grown` takes a month of events into a book that holds many (and keeps them), and into an empty one.
`kills` stops an ingester at random moments; `readers` lets four processes measure while one ingests and merges.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from math import isqrt
from pathlib import Path
from time import monotonic, perf_counter
from typing import NamedTuple

from store import integrity
from store.database import Store
from store.rating.measure import MeasuredPeriod, MeasureRequest, Route
from store.terms.book import Book
from store.usage.engines.duck import LedgerEngine
from store.usage.engines.usage import EngineUsage
from store.usage.ledger.compaction import tend
from store.usage.ledger.files import live_files
from tests.benchmarks.feeds import lines, others
from tests.books import book
from tests.store.usage.ledger.feed import BY, accept, event
from tests.store.usage.ledger.killing import killed_while_ingesting

WANTED = 60_000
"""Events a second, end to end on two cores."""

YEAR, NEXT = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def _metrics() -> Book:
    story = book()
    for kind in ("COUNT", "SUM"):
        more = {"aggregation_key": "tokens"} if kind == "SUM" else {}
        filters = [{"name": "tokens", "exists": True}]
        metric = {"id": kind, "name": kind, "aggregation_type": kind, "property_filters": filters, **more}
        story.payload["billable_metrics"].append(metric)
    return story.bundle()


METRICS = _metrics()

FLOOR = """
import hashlib, os, sqlite3, sys
import duckdb, msgspec
feed, folder = sys.argv[1:]
store = sqlite3.connect(os.path.join(folder, "floor.db"))
store.execute("PRAGMA journal_mode = WAL")
store.execute("CREATE TABLE seen (hash BLOB PRIMARY KEY) WITHOUT ROWID")
decode, encode = msgspec.json.decode, msgspec.json.Encoder().encode_lines
duck = duckdb.connect(config={"threads": "2"})
part = os.path.join(folder, "part.jsonl")
columns = "{transaction_id: 'VARCHAR', customer_id: 'VARCHAR', event_type: 'VARCHAR', timestamp: 'TIMESTAMP'," \
          " properties: 'VARCHAR'}"

def write(events, n):
    ids = sorted((hashlib.blake2b(e["transaction_id"].encode(), digest_size=16).digest(),) for e in events)
    with store:
        store.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ids)
    with open(part, "wb") as out:
        out.write(encode(events))
    duck.execute(f"COPY (FROM read_json('{part}', format = 'newline_delimited', columns = {columns}) "
                 f"ORDER BY customer_id, timestamp) TO '{folder}/{n}.parquet' (COMPRESSION zstd, ROW_GROUP_SIZE 20000)")

events, n = [], 0
for line in open(feed, "rb"):
    events.append(decode(line))
    if len(events) == 50_000:
        write(events, n)
        events, n = [], n + 1
write(events, n) if events else None
"""


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Took(NamedTuple):
    """Seconds by the clock and of the processors, and the peak memory of the largest process in megabytes."""

    seconds: float
    processors: float
    memory: float


def timed(command: list[str]) -> Took:
    """What a command and the processes that it starts take."""
    reader = (
        "import resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode; "
        "r = resource.getrusage(resource.RUSAGE_CHILDREN); print(r.ru_utime + r.ru_stime, r.ru_maxrss); sys.exit(code)"
    )
    began = perf_counter()
    told = subprocess.run([sys.executable, "-c", reader, *command], capture_output=True, text=True, check=True)
    used, memory = told.stdout.split()
    return Took(perf_counter() - began, float(used), int(memory) / 1024)


INGEST = [sys.executable, "-m", "console", "ingest"]


def speed(count: int) -> None:
    """Times ingesting beside the floor."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quarter, whole = folder / "quarter.jsonl", folder / "whole.jsonl"
        for path, part in ((quarter, count // 4), (whole, count)):
            with path.open("w", encoding="utf-8") as out:
                out.writelines(line + "\n" for line in lines(part))
        say(f"{count:,} events, {whole.stat().st_size / 1e6:,.0f} MB of JSON lines, {os.cpu_count()} cores")
        floor = timed([sys.executable, "-c", FLOOR, str(whole), name])
        show("floor: one process, nothing checked", count, floor)
        show("ingest, a quarter", count // 4, timed([*INGEST, str(quarter), "--store", str(folder / "quarter.db")]))
        took = timed([*INGEST, str(whole), "--store", str(folder / "book.db")])
        times = f"{took.seconds / floor.seconds:.2f} x floor, processors {took.processors / floor.processors:.2f} x"
        show(f"ingest ({times}, {WANTED:,}/s wanted)", count, took)
        show("the same file again", count, timed([*INGEST, str(whole), "--store", str(folder / "book.db")]))
        check = [sys.executable, "-m", "console", "db", "check", "--store", str(folder / "book.db")]
        show("db check", count, timed(check))
        for other in others(whole):
            took = timed([*INGEST, str(other), "--store", str(folder / f"{other.name}.db")])
            show(f"ingest {other.name} ({other.stat().st_size / 1e6:,.0f} MB)", count, took)


def grown(count: int, book: Path) -> None:
    """Times a month's feed into a book that holds many events, in the month of its last one, and into a new book."""
    store = Store.open(str(book))
    files = live_files(store)
    store.close()
    month, held = files[-1].min_timestamp, sum(file.rows for file in files)
    with tempfile.TemporaryDirectory() as name:
        feed = Path(name) / "month.jsonl"
        with feed.open("w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in lines(count, start=month, days=30, seed=int(monotonic())))
        show("into an empty book", count, timed([*INGEST, str(feed), "--store", str(Path(name) / "book.db")]))
        show(f"into one of {held:,} events", count, timed([*INGEST, str(feed), "--store", str(book)]))


def show(what: str, count: int, took: Took) -> None:
    """One line of the result."""
    say(
        f"{what:62}{took.seconds:7.1f} s{count / took.seconds:9,.0f}/s   processors {took.processors:6.1f} s, on two "
        f"{2 * count / took.processors:9,.0f}/s{took.memory:6.0f} MB"
    )


def kills(times: int) -> None:
    """Kills an ingester, round after round on new ledgers, until it was killed so many times."""
    done = midway = 0
    began = monotonic()
    while done < times:
        with tempfile.TemporaryDirectory() as name:
            some = min(10, times - done)
            midway += killed_while_ingesting(Path(name), times=some, seed=done)
            done += some
            say(f"{done} kills, {midway} midway: nothing lost, nothing twice, db check clean")
    say(f"{monotonic() - began:.0f} s")


def _measure(url: str, until: float, told: multiprocessing.Queue[tuple[int, int]]) -> None:
    """Measures anew until then: how often, and how often what could not be, or an error."""
    store = Store.open(url)
    engine, route = LedgerEngine(store), Route(YEAR, NEXT, None, frozenset())
    periods = (MeasuredPeriod(YEAR, (NEXT,), (route,)),)
    reads = wrong = last = 0
    while monotonic() < until:
        usage = EngineUsage(engine, METRICS, {"acme": ["acme"]})
        asked = (MeasureRequest("acme", "", "", metric, (), periods) for metric in ("COUNT", "SUM"))
        try:
            (count,), (total,) = (usage.measure(each).periods[0][()].values for each in asked)
        except Exception as error:  # noqa: BLE001 - whatever fails is to be told
            say(f"failed: {type(error).__name__}: {error}")
            wrong += 1
            continue
        summed = (1 + isqrt(1 + 8 * int(total))) // 2  # of the first n numbers: n
        right = count % 10 == summed % 10 == 0 and summed * (summed - 1) == 2 * total
        wrong += not right or not last <= count <= summed
        last, reads = summed, reads + 1
    told.put((reads, wrong))
    store.close()


def readers(seconds: float) -> None:
    """Four processes measure a count and a sum again and again while this one ingests, merges and clears away."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        store = Store.open(str(Path(name) / "book.db"))
        accept(store, [event(j, tokens=str(j)) for j in range(10)])
        told = spawn.Queue()
        until = monotonic() + seconds
        others = [spawn.Process(target=_measure, args=(store.url, until, told)) for _ in range(4)]
        for other in others:
            other.start()
        k, merges = 1, 0
        while monotonic() < until:
            now = datetime.now(UTC)
            accept(store, [event(j, tokens=str(j)) for j in range(10 * k, 10 * k + 10)], now=now)
            before = len(live_files(store))
            tend(store, by=BY, now=now)
            merges += len(live_files(store)) < before
            k += 1
        results = [told.get(timeout=seconds + 120) for _ in others]
        for other in others:
            other.join()
        wrong = sum(result[1] for result in results)
        reads = sum(result[0] for result in results)
        say(f"{k} batches, {merges} merges, {reads} times both measured by 4 processes, {wrong} wrong or failed")
        say("\n".join(integrity.check(store) or ("db check: clean",)))
        store.close()


def main() -> None:
    """Runs what is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("what", nargs="?", choices=("speed", "grown", "kills", "readers"), default="speed")
    options.add_argument("--into", type=Path)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--times", type=int, default=200)
    options.add_argument("--seconds", type=float, default=60.0)
    asked = options.parse_args()
    if asked.what == "kills":
        kills(asked.times)
    elif asked.what == "readers":
        readers(asked.seconds)
    elif asked.what == "grown":
        grown(asked.events, asked.into)
    else:
        speed(asked.events)


if __name__ == "__main__":
    main()
