"""What the statement screen's workers report; each answer has its question's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass
class Rated(Message):
    """The customer's book was rated on the usage asked for."""

    number: int
    shown: Shown
