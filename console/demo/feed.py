"""Usage of a generated book, made part by part in any process: the same seed gives the same events, whoever makes them.

A few customers have most of it (Zipf, 1.1), every one under several aliases. As in real feeds one event in a hundred
comes up to five days late, and one in five hundred is sent again, at once or much later.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import NamedTuple

from store.usage.ledger.batch import Row, microseconds, seal
from store.usage.preparing import Prepared
from store.usage.rows import PART_ROWS

SKEW = 1.1
LATE_ONE_IN, LATEST = 100, 5 * 86_400
AGAIN_ONE_IN, AGAIN_LATER_ONE_IN = 1000, 1000


class Part(NamedTuple):
    """So many events of a feed, from one on, all of it in a span of time (microseconds since 1970)."""

    seed: int
    customers: int
    events: int
    start: int
    span: int
    first: int
    size: int


def parts(*, seed: int, customers: int, events: int, start: datetime, end: datetime) -> Iterator[Part]:
    """The whole feed, in the order of arrival."""
    begin, span = microseconds(start), microseconds(end) - microseconds(start)
    for first in range(0, events, PART_ROWS):
        yield Part(seed, customers, events, begin, span, first, min(PART_ROWS, events - first))


def make(part: Part) -> Prepared:
    """The events of a part, ready to be taken in."""
    rows = list(_rows(part))
    return Prepared(seal(rows), (), part.size, len(rows))


def alias(n: int, k: int) -> str:
    """The k-th alias of the n-th customer."""
    return f"gen-{n:07}" if k == 0 else f"gen-{n:07}-team-{k}"


def aliases(n: int) -> int:
    """How many aliases the n-th customer has."""
    return 1 + n % 3


@lru_cache(maxsize=1)
def _weights(customers: int) -> list[float]:
    return list(accumulate((rank + 1) ** -SKEW for rank in range(customers)))


def _rows(part: Part) -> Iterator[Row]:
    random = Random(f"{part.seed}-{part.first}")
    weights = _weights(part.customers)
    for k in range(part.first, part.first + part.size):
        n = min(bisect(weights, random.random() * weights[-1]), part.customers - 1)
        kind, properties = _content(random)
        row = Row(0, alias(n, random.randrange(aliases(n))), *_identity(part, k, kind), properties)
        yield row
        if random.randrange(AGAIN_ONE_IN) == 0:
            yield Row(0, row.alias, row.moment, row.event_type, row.transaction_id, row.properties)
        if k and random.randrange(AGAIN_LATER_ONE_IN) == 0:
            moment, _, transaction_id = _identity(part, random.randrange(max(0, k - 100_000), k), kind)
            yield Row(0, row.alias, moment, kind, transaction_id, row.properties)


def _identity(part: Part, k: int, kind: str) -> tuple[int, str, str]:
    """When the k-th event was, what it was, and its transaction id: the same whenever it is sent."""
    digest = blake2b(f"{part.seed}-{k}".encode(), digest_size=16).hexdigest()
    seconds = (part.start + part.span * k // part.events) // 1_000_000
    chance = int(digest[:6], 16)
    if chance % LATE_ONE_IN == 0:
        seconds -= chance // LATE_ONE_IN % LATEST
    return max(seconds, part.start // 1_000_000) * 1_000_000, kind, digest


def _content(random: Random) -> tuple[str, dict[str, str]]:
    """What happened: mostly computing, as the demo's rate card charges it."""
    chance = random.random()
    if chance < 0.6:
        hours = random.randrange(1, 400)
        return "compute", {"hours": _plain(hours, 2), "region": random.choice(("US", "EU"))}
    if chance < 0.8:
        return "api_call", {"calls": str(random.randrange(1, 50)), "region": random.choice(("US", "EU", "APAC"))}
    if chance < 0.9:
        return "transfer", {"bytes": str(random.randrange(1, 900_000_000))}
    if chance < 0.95:
        return "storage", {"gigabytes": _plain(random.randrange(1, 9000), 1), "storage_class": "standard"}
    return "login", {"user_id": f"user-{random.randrange(200):03}"}


def _plain(number: int, places: int) -> str:
    """A number of hundredths or the like in plain canonical digits."""
    whole, rest = divmod(number, 10**places)
    return f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".") if rest else str(whole)
