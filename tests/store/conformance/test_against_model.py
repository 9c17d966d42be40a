"""The program and a second rating of the same bundles, made from the domain reference alone, agree to the cent."""

from __future__ import annotations

from fractions import Fraction

import pytest

from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.terms import document
from tests.store.conformance.generated import bundle
from tests.store.conformance.model import Model

_CLOSE = Fraction(1, 10**12)
"""Quantities that a balance pays are divisions of 28 digits in the program, and exact fractions in the model."""


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_books_made_by_chance(first: int) -> None:
    """Every statement's total, and what every segment gave."""
    for seed in range(first, first + 20):
        written = document.read(document.write(bundle(seed)))
        expected = Model(written)
        got = preview_bundle(parse_bundle(written))
        totals = {(s.contract_id, s.start): s.total for s in got.statements if s.type == "USAGE"}
        assert totals.keys() == expected.totals.keys(), f"statements of book {seed}"
        for key, total in expected.totals.items():
            assert abs(Fraction(totals[key]) - total) < _CLOSE, f"book {seed}, {key}"
        taken = dict.fromkeys(expected.drawn, Fraction(0))
        for entry in (e for b in got.balances for e in b.ledger if e.type.endswith("AUTOMATED_INVOICE_DEDUCTION")):
            taken[entry.segment_id] -= Fraction(entry.amount)
        for segment, amount in expected.drawn.items():
            assert abs(taken[segment] - amount) < _CLOSE, f"book {seed}, segment {segment}"
