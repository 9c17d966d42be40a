"""Measuring usage against DuckDB by hand: `python -m tests.benchmarks.measure [MILLIONSxCUSTOMERS …] [--only WHAT]`.

Prints, ledger by ledger, the median of some warm runs of what rating asks for beside a query written by hand for just
that question over the same files, taken in turns in one run: one customer's month, the biggest customer's, that of all
of them; then one customer's month over all these ledgers; and what the first question of a process costs. Only the
ratios of one run mean anything; on a busy machine, those of the processors' time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from store.batch import rate_many
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.queries import count_customers
from store.rating.measure import Claims, Measured, MeasuredPeriod, Measurement, MeasureRequest, Route
from store.rating.statement import Preview, Unmatched
from store.terms.book import Book
from store.usage.engines.duck import LedgerEngine
from store.usage.engines.usage import EngineUsage
from store.usage.ledger.files import live_files
from tests.benchmarks.ledgers import BIGGEST, NOW, PROBE, PROBED, laid
from tests.books import book

JULY, AUGUST = datetime(2025, 7, 1, tzinfo=UTC), datetime(2025, 8, 1, tzinfo=UTC)
HOURS = tuple(JULY + timedelta(hours=k + 1) for k in range(744))
WEEKS = tuple(JULY + timedelta(days=d) for d in (7, 14, 21, 31))


def metrics(groups: Sequence[str]) -> Book:
    """One metric of each kind over the ledger's events, with what it can be grouped by."""
    story = book()
    for kind in ("COUNT", "SUM", "MAX", "UNIQUE", "LATEST"):
        key = "user" if kind == "UNIQUE" else "tokens"
        filters = [{"name": name, "exists": True} for name in ((*groups,) if kind == "COUNT" else (key, *groups))]
        more = {} if kind == "COUNT" else {"aggregation_key": key}
        story.payload["billable_metrics"].append(
            {
                "id": kind, "name": kind, "aggregation_type": kind, **more, "property_filters": filters,
                "event_type_filter": {"in_values": ["llm.tokens"]}, "group_keys": [[*groups]],
            }
        )  # fmt: skip
    return story.bundle()


def question(metric: str, cuts: tuple[datetime, ...], groups: tuple[str, ...]) -> MeasureRequest:
    """July's usage under one metric."""
    route = Route(JULY, AUGUST, None, frozenset())
    return MeasureRequest("acme", "contract", "product", metric, groups, (MeasuredPeriod(JULY, cuts, (route,)),))


BY_HAND = {
    "COUNT": "count(*)",
    "SUM": "sum(CAST(properties->>'tokens' AS DECIMAL(38,9)))",
    "MAX": "max(CAST(properties->>'tokens' AS DECIMAL(38,9)))",
    "UNIQUE": "count(DISTINCT properties->>'user')",
    "LATEST": "arg_max(properties->>'tokens', (timestamp, seq))",
}


def by_hand(store: Store, alias: str, metric: str, groups: Sequence[str], window: str) -> Callable[[], Any]:
    """The same question as one would type it, over July's files."""
    files = [file.path for file in live_files(store, ["2025-07"])]
    keys = ", ".join([*(f"properties->>'{name}'" for name in groups), window])
    asked = (
        f"SELECT {keys}, count(*), {BY_HAND[metric]} FROM read_parquet(?) WHERE alias = ? "
        "AND timestamp >= '2025-07-01' AND timestamp < '2025-08-01' AND event_type = 'llm.tokens' GROUP BY ALL"
    )

    def ask() -> Any:
        with store.ledger.cursor() as cursor:
            return cursor.execute(asked, [files, alias]).fetchall()

    return ask


def medians(works: Sequence[Callable[[], Any]], rounds: int = 9) -> list[tuple[float, float]]:
    """Milliseconds of each by the clock and of the processors, run in turns after one run to warm up."""
    times: list[list[tuple[float, float]]] = [[] for _ in works]
    for turn in range(rounds + 1):
        for k, work in enumerate(works):
            began, used = perf_counter(), process_time()
            work()
            if turn:
                times[k].append(((perf_counter() - began) * 1000, (process_time() - used) * 1000))
    return [(median(wall for wall, _ in each), median(cpu for _, cpu in each)) for each in times]


def _anew(engine: LedgerEngine, terms: Book, alias: str, asked: MeasureRequest) -> Any:
    return EngineUsage(engine, terms, {"acme": [alias]}).measure(asked)


class ByHand:
    """Usage from one query, typed for just these customers' July, in the place of the program's own."""

    def __init__(self, store: Store, **_: Any) -> None:
        self._store = store
        self._found: dict[str, Measured] = {}

    def of(self, refs: Mapping[str, Sequence[str]], book: Book) -> ByHand:
        """Asks for these customers."""
        files = [file.path for file in live_files(self._store, ["2025-07"])]
        asked = (
            f"SELECT alias, count(*), {BY_HAND['SUM']} FROM read_parquet(?) WHERE alias IN (SELECT unnest(?)) "
            "AND timestamp >= '2025-07-01' AND timestamp < '2025-08-01' AND event_type = 'llm.tokens' GROUP BY alias"
        )
        with self._store.ledger.cursor() as cursor:
            rows = cursor.execute(asked, [files, list(refs)]).fetchall()
        self._found = {alias: Measured((total,), (count,)) for alias, count, total in rows}
        return self

    def measure(self, request: MeasureRequest) -> Measurement:
        """What was found."""
        mine = self._found.get(request.customer_id)
        return Measurement(tuple({(): mine} if mine else {} for _ in request.periods))

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Nothing: nobody asks for it by hand."""
        return ()


def sold(store: Store, customers: int) -> list[str]:
    """A contract over July for each customer, on one card, by the sum of tokens; the customers' ids."""
    names = [f"c{k:06}" for k in range(customers)]
    if count_customers(store, with_contracts=True):
        return names
    bundle = {
        "billable_metrics": [{"id": "sum", "name": "Tokens", "aggregation_type": "SUM", "aggregation_key": "tokens",
                              "property_filters": [{"name": "tokens", "exists": True}]}],
        "products": [{"id": "tokens", "name": "Tokens", "type": "USAGE", "billable_metric_id": "sum"}],
        "rate_cards": [{"id": "card", "name": "Card", "rates": [
            {"product_id": "tokens", "starting_at": "2025-01-01T00:00:00Z", "entitled": True, "rate_type": "FLAT",
             "price": Decimal(2)}]}],
        "customers": [{"id": name, "name": name} for name in names],
        "contracts": [{"id": f"k{name}", "customer_id": name, "rate_card_id": "card",
                       "starting_at": "2025-07-01T00:00:00Z", "ending_before": "2025-08-01T00:00:00Z"}
                      for name in names],
    }  # fmt: skip
    with store.work(by=Actor("bench", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(bundle, stored=False))
    return names


def batch(store: Store, customers: int) -> None:
    """Prints what all customers' July costs, beside a query by hand with the same reading of terms and rating.

    Customers come in no order, as they do in a book, whose files are ordered by alias.
    """
    names = sold(store, customers)
    Random(1).shuffle(names)

    def rated() -> Decimal:
        found = rate_many(store, names, _total, as_of=NOW, jobs=1)
        return sum(found, Decimal(0))

    def by_hand() -> Decimal:
        with patch("store.batch.StoredUsages", ByHand):
            return rated()

    equal = rated() == by_hand()
    (hand, cpu), (mine, more) = medians([by_hand, rated], rounds=3)
    say(
        f"all {customers:,} customers' July: by hand plus rating {hand / 1000:.1f} s, rated {mine / 1000:.1f} s "
        f"({mine / hand:.2f}x; processors {cpu / 1000:.1f} and {more / 1000:.1f} s, {more / cpu:.2f}x); "
        f"totals equal: {equal}"
    )


def _total(preview: Preview) -> Decimal:
    return sum((statement.total for statement in preview.statements), Decimal(0))


def one_customer(store: Store, alias: str, groups: tuple[str, ...], cuts: tuple[datetime, ...]) -> None:
    """Prints what each aggregation of a customer's July costs."""
    engine = LedgerEngine(store)
    hours = "date_trunc('hour', timestamp)" if cuts is HOURS else "(extract(day FROM timestamp) - 1) // 7"
    for metric in BY_HAND:
        terms, asked = metrics(groups), question(metric, cuts, groups)
        known = EngineUsage(engine, terms, {"acme": [alias]})
        known.measure(asked)
        ours = partial(_anew, engine, terms, alias, asked)
        works: list[Callable[[], Any]] = [
            by_hand(store, alias, metric, groups, hours),
            ours,
            partial(known.measure, asked),
        ]
        (hand, cpu), (mine, more), (again, _) = medians(works)
        what = f"{alias} {metric} by {' x '.join(groups)} x {'hour' if cuts is HOURS else 'week'}"
        say(
            f"{what:45} by hand {hand:7.1f} ms, measured {mine:7.1f} ms ({mine / hand:4.2f}x; "
            f"processors {cpu:6.1f} and {more:6.1f} ms, {more / cpu:4.2f}x), again {again:5.2f} ms"
        )


def growth(stores: Mapping[str, Store]) -> None:
    """Prints what the same customer's July costs in ledgers of several sizes, asked in turns."""
    asked, groups = question("SUM", WEEKS, ("region",)), ("region",)
    week = "(extract(day FROM timestamp) - 1) // 7"
    works: list[Callable[[], Any]] = []
    for store in stores.values():
        works += [
            by_hand(store, PROBE, "SUM", groups, week),
            partial(_anew, LedgerEngine(store), metrics(groups), PROBE, asked),
        ]
    found = medians(works, rounds=25)
    for k, size in enumerate(stores):
        (hand, cpu), (mine, more) = found[2 * k : 2 * k + 2]
        say(
            f"{PROBED:,} events of {size:22} by hand {hand:6.1f} ms, measured {mine:6.1f} ms ({mine / hand:4.2f}x; "
            f"processors {cpu:5.1f} and {more:5.1f} ms, {more / cpu:4.2f}x)"
        )


def say(line: str) -> None:
    """Prints a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Prints the tables for what is asked for."""
    options = argparse.ArgumentParser()
    options.add_argument("sizes", nargs="*", default=["1x10000"], help="millions of events x customers")
    options.add_argument("--only", choices=("customer", "biggest", "all", "growth"), help="one of the tables")
    options.add_argument("--folder", type=Path, help="where ledgers lie, or are laid and stay")
    asked = options.parse_args()
    with TemporaryDirectory() as folder:
        stores: dict[str, Store] = {}
        for size in asked.sizes:
            millions, _, customers = size.partition("x")
            place = (asked.folder or Path(folder)) / size
            events, count = int(float(millions) * 1_000_000), int(customers or 10_000)
            began = perf_counter()
            stores[f"{events:,} x {count:,}"] = store = laid(place, events=events, customers=count)
            say(f"{events:,} events, {count:,} customers, ready after {perf_counter() - began:.0f} s")
            began = perf_counter()
            terms, first = metrics(["region"]), question("SUM", WEEKS, ("region",))
            EngineUsage(LedgerEngine(store), terms, {"acme": [PROBE]}).measure(first)
            say(f"first question of the process: {(perf_counter() - began) * 1000:.0f} ms")
            if asked.only in (None, "customer"):
                one_customer(store, PROBE, ("region",), WEEKS)
            if asked.only in (None, "biggest"):
                one_customer(store, BIGGEST, ("region", "cloud"), HOURS)
            if asked.only in (None, "all"):
                batch(store, count)
        if asked.only in (None, "growth"):
            growth(stores)
        for store in stores.values():
            store.close()


if __name__ == "__main__":
    main()
