"""What the wizard's workers report; a look has its question's number, so that stale ones are dropped."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from screens.wizard.known import Known, Look
from store.terms.rates import RateCard


@dataclass
class KnownRead(Message):
    """The customer and the catalog were read."""

    known: Known


@dataclass
class CardRead(Message):
    """A rate card was read with its rates."""

    card: RateCard


@dataclass
class Looked(Message):
    """The draft was rated."""

    number: int
    look: Look


@dataclass
class Created(Message):
    """The contract exists."""

    contract_id: str
