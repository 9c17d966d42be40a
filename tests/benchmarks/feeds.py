"""Feeds of events for the benchmarks: the same in every run, in each form that is read."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import duckdb

from store.usage.spreadsheet import FIELDS

YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def lines(count: int, *, start: datetime = YEAR, days: int = 365, seed: int = 5) -> Iterator[str]:
    """A feed in order of time: 1,000 customers, some 250 bytes a line, numbers of up to six decimals."""
    chance = Random(seed)
    step = timedelta(days=days) / count
    for k in range(count):
        moment = (start + k * step).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
        properties = {
            "tokens": round(chance.random() * 1000, chance.randrange(7)),
            "region": chance.choice(("us-east", "us-west", "eu-1", "ap-1")),
            "cloud": chance.choice(("aws", "gcp", "azure")),
            "user": f"u-{chance.randrange(500)}",
            "bytes": chance.randrange(10**9),
        }
        yield json.dumps(
            {
                "transaction_id": f"{chance.getrandbits(128):032x}",
                "customer_id": f"c{int(1000 * chance.random() ** 3):06}",
                "event_type": chance.choice(("compute", "storage", "api_call")),
                "timestamp": moment,
                "properties": properties,
            }
        )


def others(path: Path) -> Iterator[Path]:
    """The same events gzipped, as CSV and as Parquet with a column for each property."""
    zipped, comma, columnar = (path.with_suffix(kind) for kind in (".jsonl.gz", ".csv", ".parquet"))
    with path.open("rb") as plain, gzip.open(zipped, "wb", 6) as out:
        shutil.copyfileobj(plain, out, 1 << 20)
    yield zipped
    texts = ", ".join(f"{name}: 'VARCHAR'" for name in (*FIELDS, "properties"))
    sent = f"read_json('{path}', format = 'newline_delimited', columns = {{{texts}}})"
    typed = (
        "transaction_id, customer_id, event_type, CAST(replace(timestamp, 'Z', '') AS TIMESTAMP) AS timestamp, "
        "CAST(properties->>'tokens' AS DECIMAL(18, 6)) AS tokens, CAST(properties->>'bytes' AS BIGINT) AS bytes, "
        "properties->>'region' AS region, properties->>'cloud' AS cloud, properties->>'user' AS \"user\""
    )
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM {sent}) TO '{comma}' (HEADER)")
        connection.execute(f"COPY (SELECT {typed} FROM {sent}) TO '{columnar}'")
    yield comma
    yield columnar
