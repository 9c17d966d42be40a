"""The usage of one customer beside that of the customers it is rated together with."""

from __future__ import annotations

from store.rating.measure import Claims, Measurement, MeasureRequest, Usage
from store.rating.statement import Unmatched


class Beside:
    """Measures one customer by `mine` and all others by `others`: what is assumed of one is not assumed of its kin."""

    def __init__(self, customer_id: str, mine: Usage, others: Usage) -> None:
        self._customer_id = customer_id
        self._mine = mine
        self._others = others

    def measure(self, request: MeasureRequest) -> Measurement:
        """The quantities asked for."""
        return (self._mine if request.customer_id == self._customer_id else self._others).measure(request)

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Usage of the one customer that no contract takes."""
        return self._mine.unmatched(claims)
