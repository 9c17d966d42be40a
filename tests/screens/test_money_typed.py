"""Money as it is typed and echoed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.widgets import money

CENTS = st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("10,000.00", 1_000_000),
        ("$10k", 1_000_000),
        ("1.5m", 150_000_000),
        ("1000000c", 1_000_000),
        ("0.5¢", Decimal("0.5")),
        ("-12.34", -1234),
        (".05", 5),
        ("0.00123", Decimal("0.123")),
        ("1_000", 100_000),
        (" 7 ", 700),
    ],
)
def test_dollars_are_typed_and_cents_are_kept(typed: str, cents: Decimal) -> None:
    assert money.parse(typed) == cents


@pytest.mark.parametrize("typed", ["", "ten", "1,00", "1,0000", "1.2.3", "$", "--1", "1e5", "NaN", "10,00.5"])
def test_what_is_no_amount_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match="must be an amount such as"):
        money.parse(typed)


def test_other_credit_types_are_not_dollars() -> None:
    assert money.parse("1,000", dollars=False) == 1000
    with pytest.raises(ValueError, match="must be a number"):
        money.parse("1000c", dollars=False)
    assert money.echo(Decimal("1234.5"), "tokens", {"tokens": "Tokens"}) == "= 1,234.5 Tokens"


def test_the_echo_shows_both_units() -> None:
    assert money.echo(Decimal(1_000_000)) == "= $10,000.00 (1,000,000 ¢)"
    assert money.echo(Decimal("0.123")) == "= $0.00123 (0.123 ¢)"


@given(CENTS)
def test_what_is_loaded_and_typed_again_is_the_same(cents: Decimal) -> None:
    assert money.parse(money.typed(cents)) == cents
