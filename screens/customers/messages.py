"""What the list's workers report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual.message import Message

from screens.widgets.table import Row
from store.directory.directory import Directory
from store.directory.listing import Listing
from store.directory.search import Hits


@dataclass
class Found(Message):
    """What a search found; `number` tells whether it is still the latest, `ready` holds pages of a server's list."""

    number: int
    text: str
    hits: Hits
    ready: Mapping[int, Sequence[Row]] | None


@dataclass
class Read(Message):
    """The list of a server, with the pages that are shown first."""

    number: int
    """Which reading; only the latest counts."""
    listing: Listing
    moved: int
    """How many rows the cursor goes on: from where it is if it is the same list `again`, else from the first row."""
    again: bool
    ready: Mapping[int, Sequence[Row]]


@dataclass
class Written(Message):
    """Others have written."""


@dataclass
class Opened(Message):
    """The store was opened (made, if need be) and can be listed."""

    directory: Directory


@dataclass
class Placed(Message):
    """Where a customer stands who was just added."""

    listing: Listing
    index: int | None
