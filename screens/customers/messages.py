"""What the list's workers report."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from store.directory.directory import Directory
from store.directory.listing import Listing
from store.directory.search import Hits


@dataclass
class Found(Message):
    """What a search found; `number` tells whether it is still the latest."""

    number: int
    text: str
    hits: Hits


@dataclass
class Opened(Message):
    """The store was opened (made, if need be) and can be listed."""

    directory: Directory


@dataclass
class Placed(Message):
    """Where a customer stands who was just added."""

    listing: Listing
    index: int | None
