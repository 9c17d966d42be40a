"""Events on their way into the ledger: as rows to be written, with the keys that tell which of them are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from struct import Struct, iter_unpack
from typing import NamedTuple

import msgspec

from store.terms.event import DEDUPE_WINDOW, Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WINDOW = int(DEDUPE_WINDOW.total_seconds()) * 1_000_000
"""The dedupe window in microseconds: the width of a bucket of `usage_seen`."""
_KEY = Struct(">q16sqI")


class Row(msgspec.Struct):
    """One sound event as it will be written; `n` is its place in the batch, `moment` microseconds since 1970."""

    n: int
    alias: str
    moment: int
    event_type: str
    transaction_id: str
    properties: dict[str, str]


class Key(NamedTuple):
    """What makes an event known: the hash of its transaction id, in the window of its time."""

    bucket: int
    hash: bytes
    moment: int
    n: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as JSON lines, and their keys.

    `keys` are packed, in the order of the store's table, of the events whose transaction id is in the batch once.
    `contested` are the others, in the order they came: which of them count depends on what came before.
    `duplicate` counts, by month, what was left out because the same transaction id at the same time is in the batch.
    """

    lines: bytes
    size: int
    keys: bytes
    contested: tuple[Key, ...]
    duplicate: dict[str, int]

    def uncontested(self) -> Iterator[tuple[int, bytes, int, int]]:
        """The keys as plain tuples in the order of `Key`, sorted by bucket and hash."""
        return iter_unpack(_KEY.format, self.keys)


def microseconds(moment: datetime) -> int:
    """A UTC instant as microseconds since 1970, exactly."""
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def month_at(moment: int) -> str:
    """The month of such microseconds: `2025-03`."""
    day = datetime.fromordinal(EPOCH.toordinal() + moment // 86_400_000_000)
    return f"{day.year:04}-{day.month:02}"


def key_of(transaction_id: str, moment: int, n: int = 0) -> Key:
    """The key of an event at such a time."""
    return Key(moment // WINDOW, blake2b(transaction_id.encode(), digest_size=16).digest(), moment, n)


def seal(rows: Iterable[Row]) -> Batch:
    """A batch of these rows, which are numbered anew."""
    kept: list[Row] = []
    first: dict[bytes, int] = {}
    repeated: dict[bytes, list[int]] = {}
    keys: list[bytes] = []
    duplicate: dict[str, int] = {}
    pack, n = _KEY.pack, 0
    for row in rows:
        moment = row.moment
        hash = blake2b(row.transaction_id.encode(), digest_size=16).digest()
        known = first.get(hash)
        if known is None:
            first[hash] = moment
        elif known == moment or moment in repeated.get(hash, ()):
            month = month_at(moment)
            duplicate[month] = duplicate.get(month, 0) + 1
            continue
        else:
            repeated.setdefault(hash, []).append(moment)
        row.n = n
        kept.append(row)
        keys.append(pack(moment // WINDOW, hash, moment, n))
        n += 1
    contested: tuple[Key, ...] = ()
    if repeated:
        every = [Key(*_KEY.unpack(key)) for key in keys]
        contested = tuple(key for key in every if key.hash in repeated)
        keys = [packed for packed, key in zip(keys, every, strict=True) if key.hash not in repeated]
    keys.sort()
    lines = msgspec.json.Encoder().encode_lines(kept)
    return Batch(lines, n, b"".join(keys), contested, duplicate)


def rows_of(events: Iterable[Event]) -> Iterator[Row]:
    """Events as rows, not numbered yet."""
    for e in events:
        yield Row(0, e.customer_id, microseconds(e.timestamp), e.event_type, e.transaction_id, e.properties)
