"""Credit types by name: the one whose unit is not the currency's own says so (README, §1.1)."""

from __future__ import annotations

from store.terms.money import USD

NAMES = {USD: "USD (cents)"}
"""Names of credit types that have one; others go by their id."""


def credit_type(credit_type_id: str) -> dict[str, str]:
    """A credit type with its name."""
    return {"id": credit_type_id, "name": NAMES.get(credit_type_id, credit_type_id)}
