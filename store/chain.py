"""The audit as a chain: each entry's hash covers the entry and the hash before it, so that none can be changed.

The hash covers what is stored, before it is read as anything: instants as UTC text, JSON as its very text. It is
SHA-256 over one JSON array and needs no secret, so whoever may write the database directly could chain it anew from any
point: the hash of the last entry, which `termsheet db check` tells, is worth keeping elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import NamedTuple

BEGINNING = ""
"""What stands for the hash before the first entry."""


class Content(NamedTuple):
    """What an entry's hash covers, in this order; `before` and `after` are JSON text."""

    at: datetime
    who: str
    origin: str
    source: str | None
    reason: str | None
    action: str
    entity: str
    entity_id: str
    customer_id: str | None
    before: str | None
    after: str | None


def follow(previous: str, entry: Content) -> str:
    """The hash of an entry that comes after the one with that hash, 64 hexadecimal digits."""
    at = entry.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    text = json.dumps([previous, at, *entry[1:]], separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
