"""Which usage a preview rates: stored, assumed, another customer's, or stored and projected (README, *Previews*)."""

from __future__ import annotations

from dataclasses import dataclass

from store.usage.assumed import Assumption
from store.usage.projected import Projection


@dataclass(frozen=True, slots=True)
class Stored:
    """The customer's own stored usage."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """Monthly quantities that an operator typed."""

    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The stored usage of another customer, as if it were this one's."""

    customer_id: str


@dataclass(frozen=True, slots=True)
class Projected:
    """The customer's stored usage so far, and after it what the past lets expect."""

    projection: Projection


Rated = Stored | Assumed | Replayed | Projected
"""Which usage a preview rates."""
