"""What the overview's workers report; each answer has its question's number, so that stale ones are dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from screens.overview.facts import Facts
    from store.rating.statement import Preview


@dataclass
class FactsRead(Message):
    """The customer was read from the store."""

    number: int
    facts: Facts


@dataclass
class Rated(Message):
    """The customer's book was rated on stored usage."""

    number: int
    preview: Preview
