"""Writes the demo's usage file anew: `python -m console.demo.make`. The same seed gives the same events."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from console.demo import TODAY, usage_path
from store.terms import document
from store.terms.time import HOUR

SEED = 2024
WIDGETS = "cloud@widgetsexpress.com"
MAPS = "maps-platform"
NORTHWIND = "northwind-labs"
TIDEWATER = "tidewater"
Event = dict[str, Any]


def hours(start: datetime, end: datetime, every: int = 1) -> Iterator[datetime]:
    """Every `every`-th hour of the range."""
    moment = start
    while moment < end:
        yield moment
        moment += every * HOUR


def busy(moment: datetime) -> float:
    """How busy the hour is, around 1: office hours, quiet week-ends, growth of 2 % a month."""
    day = 1.6 if 8 <= moment.hour < 19 else 0.6
    week = 0.55 if moment.weekday() >= 5 else 1.15
    months = (moment.year - 2024) * 12 + moment.month - 11
    return float(day * week * 1.02**months)


def events() -> list[Event]:
    """All usage of the demo in the order of its timestamps, with a few events sent twice, as real feeds have them."""
    found: list[Event] = []
    for source in (_widgets, _maps, _northwind, _tidewater):
        found.extend(source(Random(f"{SEED}-{source.__name__}")))
    found.sort(key=lambda e: (e["timestamp"], e["transaction_id"]))
    again = Random(SEED)
    return [e for event in found for e in ([event, event] if again.random() < 0.002 else [event])]


def _event(who: str, kind: str, at: datetime, n: int, **properties: str) -> Event:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "transaction_id": f"{who[:8]}-{kind}-{at:%Y%m%dT%H}-{n}",
        "customer_id": who,
        "event_type": kind,
        "timestamp": stamp,
        "properties": properties,
    }


def _places(value: float, places: int) -> str:
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places)))


def _widgets(random: Random) -> Iterator[Event]:
    start = datetime(2024, 11, 1, tzinfo=UTC)
    stored = 180.0
    for at in hours(start, TODAY):
        load = busy(at) * random.uniform(0.75, 1.25)
        minute = timedelta(minutes=random.randrange(60))
        yield _event(
            WIDGETS, "compute", at + minute, 0, hours=_places(0.36 * load, 2), region=random.choice(["US", "EU"])
        )
        if random.random() < 0.9:
            sent = int(310_000_000 * load * random.uniform(0.4, 1.8))
            yield _event(WIDGETS, "transfer", at + minute, 0, bytes=str(sent))
        if at.hour % 6 == 0:
            stored += random.uniform(-0.4, 1.1)
            yield _event(WIDGETS, "storage", at, 0, gigabytes=_places(stored, 1), storage_class="standard")
            yield _event(WIDGETS, "storage", at, 1, gigabytes=_places(stored * 3.2, 1), storage_class="archive")
        if at.weekday() < 5 and 8 <= at.hour < 18 and random.random() < 0.13:
            yield _event(
                WIDGETS, "support_ticket", at + minute, 0, severity=random.choice(["low", "low", "normal", "high"])
            )
        if at.weekday() < 5 and at.hour in (9, 14):
            yield _event(WIDGETS, "login", at + minute, 0, user_id=f"user-{random.randrange(18):02}")


def _maps(random: Random) -> Iterator[Event]:
    start = datetime(2024, 10, 1, tzinfo=UTC)
    shares = {"US": 4.2, "EU": 1.9, "APAC": 1.0}
    for at in hours(start, TODAY, 2):
        for n, (region, share) in enumerate(shares.items()):
            calls = round(share * busy(at) * random.uniform(0.2, 1.4))
            if calls:
                yield _event(MAPS, "api_call", at, n, calls=str(calls), region=region)
        if at >= datetime(2025, 9, 1, tzinfo=UTC) and at.hour % 6 == 0:
            yield _event(MAPS, "api_call", at, 7, calls=str(random.randrange(1, 4)), region="LATAM")
        if random.random() < 0.004:
            yield _event(MAPS, "api_call", at, 9, calls="1")


def _northwind(random: Random) -> Iterator[Event]:
    for at in hours(datetime(2025, 3, 1, tzinfo=UTC), TODAY, 3):
        load = busy(at) * random.uniform(0.6, 1.4)
        yield _event(NORTHWIND, "compute", at, 0, hours=_places(1.1 * load, 2), region="US")
        if at.hour % 12 == 0:
            yield _event(NORTHWIND, "login", at, 0, user_id=f"nw-{random.randrange(30):02}")


def _tidewater(random: Random) -> Iterator[Event]:
    for at in hours(datetime(2025, 8, 1, tzinfo=UTC), TODAY, 4):
        yield _event(
            TIDEWATER, "compute", at, 0, hours=_places(0.8 * busy(at) * random.uniform(0.5, 1.5), 2), region="EU"
        )


def main() -> None:
    """Write the file beside this module."""
    plain = "".join(document.write(event) + "\n" for event in events())
    Path(usage_path()).write_bytes(gzip.compress(plain.encode(), 9, mtime=0))


if __name__ == "__main__":
    main()
