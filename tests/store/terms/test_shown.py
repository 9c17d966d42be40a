"""Amounts as people read them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from store.terms import money, shown


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        ("0", "$0.00"),
        ("0.5", "$0.01"),
        ("0.4", "$0.00"),
        ("-0.4", "$0.00"),
        ("-0.5", "−$0.01"),
        ("123456789.5", "$1,234,567.90"),
    ],
)
def test_amounts_are_shown_half_up_to_the_cent(cents: str, text: str) -> None:
    assert shown.amount(Decimal(cents)) == text


def test_of_a_price_that_never_ends_six_digits_are_shown() -> None:
    endless = money.divide(Decimal(15_000 * 17), Decimal(31))
    assert shown.short_price(endless) == "$82.258065…"
    assert shown.short_price(-endless) == "−$82.258065…"
    assert shown.short_price(endless, "credits") == "8,225.806452…"
    assert shown.short_price(Decimal("0.00000000000125")) == shown.price(Decimal("0.00000000000125"))


def test_unit_prices_keep_every_digit() -> None:
    assert shown.price(Decimal("0.0000012")) == "$0.000000012"
    assert shown.price(Decimal(200)) == "$2.00"
    assert shown.price(Decimal("1E+6")) == "$10,000.00"


def test_amounts_too_long_for_a_double_or_a_plain_context_keep_every_cent() -> None:
    assert (
        shown.amount(Decimal("123456789012345678901234567890123.5")) == "$1,234,567,890,123,456,789,012,345,678,901.24"
    )


def test_quantities_that_do_not_end_are_marked() -> None:
    assert shown.quantity(Decimal("1563.157894736842")) == "1,563.157895…"
    assert shown.quantity(Decimal("-2.50")) == "−2.5"
