"""What the statement screen's workers report; each answer has its question's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from screens.statement.usage_words import Names
    from store.rating.statement import Preview


@dataclass(frozen=True)
class Shown:
    """A customer's statements and what is needed to speak of them."""

    preview: Preview
    customer: str
    """The customer's name."""
    contracts: Mapping[str, str]
    """Contract id → what to call it."""
    names: Names
    related: Mapping[str, str] = field(default_factory=dict)
    """Contract id → whose it is, for those of parents and children that pay, or whose lines are repeated."""

    @property
    def parties(self) -> dict[str, str]:
        """What every contract is called that statements speak of."""
        return {**self.related, **self.contracts}


@dataclass
class Rated(Message):
    """The customer's book was rated on the usage asked for."""

    number: int
    shown: Shown
