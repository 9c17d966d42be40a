"""One book in this program and in `bframelib`: `python -m tests.benchmarks.bframe` (needs `pip install bframelib`).

A hundred customers on one price, a million events in one month, whole cents only, for bframelib rounds. Totals are
compared; times are medians of warm runs, taken in turns. bframelib holds the events in its own DuckDB in memory, this
program reads the ledger's files; what either takes to get the events in is not timed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import insert, text

from store.batch import previews
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from store.preview import Previews
from store.tables import table
from store.tables.usage import UsageFileRow
from store.usage.ledger.writing import Written, new_mark, write_months

CUSTOMERS, EVENTS, PRICE = 100, 1_000_000, 7
START, END, NOW = (datetime(2025, month, 1, tzinfo=UTC) for month in (3, 4, 5))
PROBE = 3
"""The customer that is asked for alone; its share of the events is about that of any other."""
_MADE_UP = f"""
SELECT name AS alias, make_timestamp({{start}} + (hash(i) % 2678400000000)::BIGINT) AS timestamp,
  'call' AS event_type, 't' || i AS transaction_id, '{{{{"region":"eu"}}}}' AS properties, i + 1 AS seq
FROM range({EVENTS}) r(i) JOIN named ON n = hash(i * 7) % {CUSTOMERS}
"""


def uid(name: str) -> str:
    """The id of what has a name."""
    return str(uuid5(NAMESPACE_URL, name))


def names() -> list[str]:
    """The customers' ids."""
    return [uid(f"customer {n}") for n in range(CUSTOMERS)]


def ours(folder: Path) -> Store:
    """The book and its events in a store."""
    store = Store.open(str(folder / "book.db"))
    rate = {"product_id": uid("product"), "starting_at": "2025-01-01T00:00:00Z", "entitled": True}
    book = {
        "billable_metrics": [{"id": uid("metric"), "name": "Calls", "aggregation_type": "COUNT",
                              "event_type_filter": {"in_values": ["call"]}}],
        "products": [{"id": uid("product"), "name": "Calls", "type": "USAGE", "billable_metric_id": uid("metric")}],
        "rate_cards": [{"id": uid("card"), "name": "Card",
                        "rates": [{**rate, "rate_type": "FLAT", "price": Decimal(PRICE)}]}],
        "customers": [{"id": name, "name": f"Customer {n}"} for n, name in enumerate(names())],
        "contracts": [{"id": uid(f"contract {n}"), "customer_id": name, "rate_card_id": uid("card"),
                       "starting_at": "2025-03-01T00:00:00Z", "ending_before": "2025-04-01T00:00:00Z"}
                      for n, name in enumerate(names())],
    }  # fmt: skip
    mark, made = new_mark(), list[Written]()
    store.ledger.prepare()
    with store.ledger.cursor() as cursor:
        load(cursor)
        write_months(store.ledger, cursor, "made_up", mark, made)
    with store.work(by=Actor("bench", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(book, stored=True))
        work.session.execute(insert(table(UsageFileRow)), [{**file._asdict(), "created_at": NOW} for file in made])
        begin = "INSERT INTO usage_ledger (id, next_seq, state, mark) VALUES (1, :n, 1, :mark)"
        work.session.execute(text(begin), {"n": EVENTS + 1, "mark": mark})
    return store


def load(connection: Any) -> None:
    """The events as the table `made_up`."""
    connection.execute("CREATE TEMP TABLE named (n UBIGINT, name VARCHAR)")
    connection.executemany("INSERT INTO named VALUES (?, ?)", [[n, name] for n, name in enumerate(names())])
    start = int(START.timestamp()) * 1_000_000
    connection.execute(f"CREATE TEMP TABLE made_up AS {_MADE_UP.format(start=start)}")


def theirs() -> Any:
    """The same in bframelib."""
    from bframelib import Client

    client = Client(
        {"org_id": 1, "env_id": 1, "branch_id": 1, "rating_as_of_dt": NOW.isoformat(),
         "rating_range": [START.isoformat(), END.isoformat()], "read_mode": "VIRTUAL"}
    )  # fmt: skip
    con = client.con
    load(con)
    con.execute("INSERT INTO src.organizations (id, name) VALUES (1, 'o')")
    con.execute("INSERT INTO src.environments (id, name, org_id) VALUES (1, 'e', 1)")
    con.execute("INSERT INTO src.branches (id, name, org_id, env_id) VALUES (1, 'b', 1, 1)")
    ids = "(id, org_id, env_id, branch_id"
    con.execute(f"INSERT INTO src.customers {ids}, durable_id, name) SELECT n + 1, 1, 1, 1, name, name FROM named")
    con.execute(
        f"INSERT INTO src.products {ids}, name, ptype, event_name, filters) VALUES (1, 1, 1, 1, 'Calls', 'EVENT', "
        """'call', '{"name": {"path": "$.name", "_in": ["call"]}}')"""
    )
    con.execute(
        f"INSERT INTO src.pricebooks {ids}, durable_id, name, invoice_delivery, invoice_schedule) "
        "VALUES (1, 1, 1, 1, 'book', 'book', 'ARREARS', 1)"
    )
    con.execute(
        f"INSERT INTO src.list_prices {ids}, price, product_uid, pricebook_uid, invoice_delivery, invoice_schedule) "
        f"VALUES (1, 1, 1, 1, '{Decimal(PRICE) / 100}', 1, 1, 'ARREARS', 1)"
    )
    con.execute(
        f"INSERT INTO src.contracts {ids}, durable_id, started_at, ended_at, effective_at, customer_id, pricebook_id) "
        f"SELECT n + 1, 1, 1, 1, name, '{START}', '{END}', '{START}', name, 'book' FROM named"
    )
    con.execute(
        'INSERT INTO src.events SELECT 1, 1, 1, transaction_id, alias, NULL, \'{"name": "call"}\', '
        "timestamp AT TIME ZONE 'UTC', timestamp AT TIME ZONE 'UTC' FROM made_up"
    )
    return client


def timed(works: dict[str, Callable[[], Decimal]], rounds: int = 5) -> None:
    """Prints the median and the total of each, run in turns."""
    times: dict[str, list[float]] = {name: [] for name in works}
    totals: dict[str, Decimal] = {}
    for turn in range(rounds + 1):
        for name, work in works.items():
            began = perf_counter()
            totals[name] = work()
            if turn:
                times[name].append((perf_counter() - began) * 1000)
    medians = {name: median(each) for name, each in times.items()}
    for name, each in medians.items():
        print(f"  {name:10} {each:8.1f} ms   total {totals[name]} cents")  # noqa: T201
    ratio, equal = medians["bframelib"] / medians["termsheet"], len({*totals.values()}) == 1
    print(f"  {ratio:.1f} times as fast; totals equal: {equal}")  # noqa: T201


def main() -> None:
    """Prints both comparisons."""
    try:
        client = theirs()
    except ImportError:
        sys.exit("bframelib is not installed: pip install bframelib")

    def invoiced(customers: list[str]) -> Decimal:
        client.set_config({"customer_ids": customers})
        rows = client.execute("SELECT total FROM bframe.invoices").fetchall()
        return sum((Decimal(str(total)) * 100 for (total,) in rows), Decimal(0)).normalize()

    with TemporaryDirectory() as folder:
        store = ours(Path(folder))

        def one() -> Decimal:
            found = Previews(store, lambda: NOW).current(names()[PROBE])
            return sum((s.total for s in found.statements), Decimal(0)).normalize()

        def all_of_them() -> Decimal:
            found = previews(store, names(), as_of=NOW)
            return sum((s.total for p in found for s in p.statements), Decimal(0)).normalize()

        print("one customer of a hundred")  # noqa: T201
        timed({"bframelib": lambda: invoiced([names()[PROBE]]), "termsheet": one})
        print("all hundred")  # noqa: T201
        timed({"bframelib": lambda: invoiced([]), "termsheet": all_of_them}, rounds=3)
        store.close()


if __name__ == "__main__":
    main()
