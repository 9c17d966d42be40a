"""Laws of the column types: what goes in comes out, digit for digit, and sorts as it should."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from store.commands import add_rates, create_customer, create_customer_credit
from store.database import Store
from store.queries import customer, rates
from store.tables.types import ExactDecimal, Json, Utc, instant_text
from store.terms import money
from store.terms.balances import CustomerCredit
from store.terms.base import parse
from store.terms.customer import Customer
from store.terms.rates import Rate
from tests.store.conftest import Working
from tests.store.sample import ACME, CALLS, CARD, END, FEE, LATER, START

SQLITE: Dialect = sqlite.dialect()
POSTGRES: Dialect = postgresql.dialect()
AWKWARD = Decimal("12345678901.123456")

decimals = st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**20), max_value=10**20)
instants = st.datetimes(timezones=st.just(UTC))
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(decimals)
def test_decimals_keep_every_digit(value: Decimal) -> None:
    kept = ExactDecimal().process_bind_param(value, SQLITE)
    assert isinstance(kept, str) and "E" not in kept
    assert ExactDecimal().process_result_value(kept, SQLITE) == value


@given(instants, instants)
def test_instants_come_back_and_sort_as_text(one: datetime, other: datetime) -> None:
    assert Utc().process_result_value(instant_text(one), SQLITE) == one
    assert len(instant_text(one)) == 27
    assert (instant_text(one) < instant_text(other)) == (one < other)


def test_instants_of_other_zones_are_kept_as_utc() -> None:
    tokyo = datetime(2025, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert Utc().process_bind_param(tokyo, SQLITE) == "2025-01-01T00:00:00.000000Z"
    assert Utc().process_bind_param(tokyo, POSTGRES) == datetime(2025, 1, 1, tzinfo=UTC)
    assert Utc().process_result_value(tokyo, POSTGRES) == datetime(2025, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="time zone"):
        Utc().process_bind_param(datetime(2025, 1, 1), SQLITE)  # noqa: DTZ001  that is what is refused


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | decimals | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_json_keeps_numbers_exact(value: Any) -> None:
    kept = Json().process_bind_param(value, SQLITE)
    if value is None:
        assert kept is None
        return
    assert kept is not None
    json.loads(kept)
    assert Json().process_result_value(kept, SQLITE) == value


def test_money_survives_the_store(book: Store, working: Working) -> None:
    rate = parse(
        Rate,
        {"product_id": CALLS, "starting_at": LATER, "entitled": True, "rate_type": "FLAT", "price": AWKWARD},
        context={},
    )
    credit = {
        "customer_id": ACME,
        "product_id": FEE,
        "priority": Decimal("0.1"),
        "access_schedule": {"schedule_items": [{"amount": AWKWARD, "starting_at": START, "ending_before": END}]},
    }
    with working() as work:
        add_rates(work, rate_card_id=CARD, rates=[rate])
        create_customer_credit(work, request=parse(CustomerCredit, credit))
    stored = [p.rate for p in rates(book, CARD) if p.rate.starting_at == rate.starting_at]
    assert [r.price for r in stored] == [AWKWARD]
    given_back = customer(book, ACME).terms.credits[0]
    assert given_back.access_schedule.total == AWKWARD
    assert given_back.priority == Decimal("0.1")
    with book.read() as session:
        texts = session.execute(text("SELECT price FROM rate WHERE price LIKE '12345%'")).scalars().all()
        assert texts == [money.text(AWKWARD)]


@pytest.mark.parametrize(
    "name", ["[red]x[/]", "\x1b[31mred\x1b[0m", "Ünïcödé ✓ 漢字", "'; DROP TABLE customer; --", "a\u202eb"]
)
def test_any_name_survives_the_store(store: Store, working: Working, name: str) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name=name, ingest_aliases=(name,)))
    assert customer(store, created).name == name
    assert customer(store, created).aliases == (name,)
