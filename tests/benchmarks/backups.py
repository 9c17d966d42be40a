"""Back up a book while operators write to it, and compare what is put back with what was there, row by row.

    python -m tests.benchmarks.backups [--operators 6] [--rounds 12] [--backups 5]

On each database operators in processes of their own race and edit while one backup after the other is taken. Each is
checked, put back into a file and into a server, and every row of both is compared with the backup's. That a backup is
of one moment is seen from the history in it: it is the beginning of the whole history, chained without a gap, and every
customer has the name which that part of the history left.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from store import integrity, queries
from store.backup import backup, restore
from store.bundle import import_bundle, parse_bundle
from store.database import Actor, Store
from tests import postgres
from tests.store.conftest import NOW
from tests.store.racers import raced
from tests.store.rows import rows
from tests.store.sample import document


def main() -> None:
    """Write, back up, put back, compare; print what came of it."""
    options = argparse.ArgumentParser()
    for name, default in (("operators", 6), ("rounds", 12), ("backups", 5)):
        options.add_argument(f"--{name}", type=int, default=default)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        proved("SQLite", str(Path(name) / "book.db"), Path(name), asked)
    with tempfile.TemporaryDirectory() as name, postgres.store_database() as url:
        proved("PostgreSQL", url, Path(name), asked)
    postgres.stop()
    postgres.sweep()


def proved(kind: str, url: str, folder: Path, asked: argparse.Namespace) -> None:
    """Everything on one store."""
    usage = str(folder / "usage")
    store = Store.open(url, usage=usage)
    with store.work(by=Actor("ann", "cli"), now=NOW) as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    racing = threading.Thread(target=raced, args=(url,), kwargs={"processes": asked.operators, "rounds": asked.rounds})
    racing.start()
    written, copies, took = queries.changes(store, limit=1)[0].seq, list[str](), list[float]()
    while racing.is_alive() and len(copies) < asked.backups:
        if (now := queries.changes(store, limit=1)[0].seq) == written:
            time.sleep(0.01)
            continue
        written, began = now, time.monotonic()
        copies.append(str(folder / f"copy{len(copies)}.db"))
        backup(store, copies[-1])
        took.append(time.monotonic() - began)
    racing.join()
    whole = rows(store)["audit_entry"]
    compared, ends = 0, []
    for n, copy in enumerate(copies):
        held = Store.open(copy, read_only=True)
        found = rows(held)
        assert integrity.check(held) == () and of_one_moment(held, whole), copy
        held.close()
        ends.append(len(found["audit_entry"]))
        with postgres.database(empty=True) as server:
            for target in (str(folder / f"back{n}.db"), server):
                restore(target, copy, usage=str(folder / f"usage{n}"))
                back = Store.open(target, usage=str(folder / f"usage{n}"))
                assert rows(back) == found and integrity.check(back) == (), (copy, target)
                back.close()
                compared += sum(map(len, found.values()))
    store.close()
    sys.stdout.write(
        f"{kind}: {len(copies)} backups while {asked.operators} operators wrote (after {', '.join(map(str, ends))} of "
        f"{len(whole)} changes; {max(took):.2f} s at most), each of one moment, each put back into a file and into a "
        f"server: {compared:,} rows compared, no difference\n"
    )
    sys.stdout.flush()


def by_number(entries: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The entries of a history in the order in which they were made."""
    return sorted(entries, key=lambda entry: int(entry[0]))


def of_one_moment(held: Store, whole: Sequence[tuple[Any, ...]]) -> bool:
    """Whether the backup's history is the beginning of the whole one and its objects are what that left."""
    changes = queries.changes(held, limit=100_000)
    told = by_number(rows(held)["audit_entry"])
    if told != by_number(whole)[: len(told)]:
        return False
    named: dict[str, object] = {}
    for change in reversed(changes):
        if change.entity == "customer" and isinstance(change.after, dict) and "name" in change.after:
            named[change.entity_id] = change.after["name"]
    customers = {customer.id: customer.name for customer in queries.whole_book(held).customers}
    return all(customers.get(key) == name for key, name in named.items())


if __name__ == "__main__":
    main()
