"""Makes a store of a million customers, or of N: `python -m tests.benchmarks.million FILE [N]`.

Names, aliases and ids are the same in every run.
"""

from __future__ import annotations

import random
import sqlite3
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store.database import Store

FIRST = ("Maier", "Müller", "Acme", "Globex", "Initech", "Umbrella", "Wayne", "Stark", "Wonka", "Hooli", "Tyrell")
SECOND = ("Robotics", "Widgets", "Foods", "Logistics", "Systems", "Energy", "Labs", "Media", "Networks", "Health")
THIRD = ("GmbH", "Inc", "Ltd", "AG", "SA", "BV", "KK", "LLC", "Oy", "AB")


def customers(count: int) -> Iterator[tuple[str, str, str, str, str | None]]:
    """(id, name, name_key, created_at, archived_at) of each."""
    chance = random.Random(7)
    epoch = datetime(2015, 1, 1, tzinfo=UTC)
    for n in range(count):
        name = f"{chance.choice(FIRST)} {chance.choice(SECOND)} {chance.choice(THIRD)} {n:07d}"
        created = (epoch + timedelta(minutes=n * 5)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        archived = created if chance.random() < 0.02 else None
        yield str(uuid.UUID(int=chance.getrandbits(128), version=4)), name, name.casefold(), created, archived


def fill(path: Path, count: int) -> None:
    """Write them, with an alias each."""
    Store.open(f"sqlite:///{path}").close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    with connection:
        connection.executemany(
            "INSERT INTO customer (id, name, name_key, created_at, archived_at, version, terms) "
            "VALUES (?, ?, ?, ?, ?, 1, '{}')",
            customers(count),
        )
        connection.execute(
            "INSERT INTO ingest_alias (alias, customer_id, position) SELECT 'us_east.acme-' || seq, id, 0 FROM customer"
        )
    connection.execute("ANALYZE")
    connection.close()


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
