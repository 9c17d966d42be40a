"""What the store answers: pages, counts, books, history, events; frozen values that need no store any more."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from store import queries
from store.bundle import import_bundle, parse_bundle
from store.commands import create_customer, set_ingest_aliases, set_name
from store.commands.events import accept_events
from store.database import Store
from store.errors import Invalid, NotFound
from store.terms.customer import Customer
from store.terms.event import Event
from tests.store.conftest import Working
from tests.store.sample import ACME, CALLS, CARD, CONTRACT, FEE, OTHER, TERMS, document, uid

T0 = datetime(2025, 1, 1, tzinfo=UTC)


def usage(transaction_id: str, customer_id: str, at: datetime = T0, **properties: str) -> Event:
    """An event."""
    return Event(
        transaction_id=transaction_id, customer_id=customer_id, event_type="call", timestamp=at, properties=properties
    )


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Every statement the store runs meanwhile."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store._engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store._engine, "before_cursor_execute", note)


def test_customers_come_in_pages(store: Store, working: Working) -> None:
    with working() as work:
        made = [create_customer(work, request=Customer(name=f"C{n}")) for n in range(5)]
    found, page = [], None
    while True:
        answer = queries.list_customers(store, limit=2, page=page)
        found += [c.id for c in answer.items]
        page = answer.next_page
        if page is None:
            break
    assert found == made
    assert queries.count_customers(store) == 5
    for nonsense in ("x", "-1", "²"):
        with pytest.raises(Invalid):
            queries.list_customers(store, page=nonsense)


def test_a_list_takes_as_many_statements_however_long_it_is(store: Store, working: Working) -> None:
    def asked() -> int:
        with statements(store) as seen:
            queries.list_customers(store, limit=100)
            queries.rate_cards(store)
            queries.whole_book(store)
        return len(seen)

    with working() as work:
        import_bundle(work, parse_bundle(document(), stored=True))
    few = asked()
    with working() as work:
        for n in range(40):
            create_customer(work, request=Customer(name=f"C{n}", ingest_aliases=(f"a{n}",)))
    assert asked() == few


def test_taken_aliases_are_told_with_their_holders(book: Store) -> None:
    assert queries.alias_holders(book, ["acme", "free", OTHER]) == {"acme": (ACME, "Acme"), OTHER: (OTHER, "Other")}


def test_values_are_frozen(book: Store) -> None:
    for value in (queries.customer(book, ACME), queries.contract(book, CONTRACT), queries.rate_card(book, CARD)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            value.name = "x"  # type: ignore[misc]


def test_a_customer_s_book_has_what_its_contracts_rest_on_and_no_more(book: Store) -> None:
    found = queries.customer_book(book, ACME)
    assert [c.id for c in found.customers] == [ACME] and [c.id for c in found.contracts] == [CONTRACT]
    assert [c.id for c in found.rate_cards] == [CARD]
    assert CALLS in found.product and FEE not in found.product
    assert set(found.metric) == {p.billable_metric_id for p in found.products if p.billable_metric_id}
    bare = queries.customer_book(book, OTHER)
    assert (bare.contracts, bare.rate_cards, bare.products) == ((), (), ())
    with pytest.raises(NotFound):
        queries.customer_book(book, uid(77))


def test_the_whole_book_is_what_was_imported(book: Store) -> None:
    given, found = parse_bundle(document(), stored=True), queries.whole_book(book)
    for kind in ("custom_field_keys", "billable_metrics", "products", "rate_cards", "customers"):
        assert getattr(found, kind) == getattr(given, kind)
    assert found.contracts[0].recorded_at == given.contracts[0].starting_at


def test_contracts_are_by_start(book: Store, working: Working) -> None:
    early = TERMS | {"id": uid(60), "starting_at": "2024-01-01T00:00:00Z", "ending_before": "2025-01-01T00:00:00Z"}
    with working() as work:
        import_bundle(work, parse_bundle({"contracts": [early]}, stored=True))
    assert [c.id for c in queries.contracts_of(book, ACME)] == [uid(60), CONTRACT]
    assert queries.customer(book, ACME).contracts == 2
    assert list(queries.customers_with_contracts(book)) == [ACME]
    assert queries.count_customers(book, with_contracts=True) == 1
    with pytest.raises(NotFound, match="of customer"):
        queries.contract(book, CONTRACT, customer_id=OTHER)


def test_history_is_read_backwards_in_pages(book: Store, working: Working) -> None:
    with working() as work:
        for n in range(4):
            set_name(work, customer_id=ACME, name=f"Acme {n}")
    latest = queries.changes_of(book, ACME, limit=3)
    assert [c.after["name"] for c in latest] == ["Acme 3", "Acme 2", "Acme 1"]
    rest = queries.changes_of(book, ACME, limit=10, before_seq=latest[-1].seq)
    assert [c.action for c in rest] == ["set_name", "create", "create"]
    assert {c.customer_id for c in (*latest, *rest)} == {ACME}


def test_a_book_is_another_after_what_concerns_it(book: Store, working: Working) -> None:
    acme, other = queries.last_change(book, ACME), queries.last_change(book, OTHER)
    with working() as work:
        set_name(work, customer_id=ACME, name="New")
    assert queries.last_change(book, ACME) != acme
    assert queries.last_change(book, OTHER) == other
    with working() as work:
        import_bundle(work, parse_bundle({"products": [{"id": uid(61), "name": "P", "type": "FIXED"}]}, stored=True))
    assert queries.last_change(book, OTHER) != other


def test_events_are_read_as_accepted_under_every_name(book: Store, working: Working) -> None:
    before = queries.ledger_now(book)
    with working() as work:
        set_ingest_aliases(work, customer_id=ACME, aliases=["acme", "acme-2"])
        taken = accept_events(
            work,
            [
                usage("3", "acme-2", T0 + timedelta(hours=2), region="EU"),
                usage("1", ACME),
                usage("2", "nobody"),
                usage("4", "acme", T0 - timedelta(hours=9)),
            ],
        )
    assert taken == 4
    found = list(queries.events_of(book, queries.customer(book, ACME).refs))
    assert [e.transaction_id for e in found] == ["3", "1", "4"]
    assert found[0] == usage("3", "acme-2", T0 + timedelta(hours=2), region="EU")
    assert len(list(queries.events_of(book))) == queries.count_events(book) == 4
    assert queries.count_events(book, [ACME, "acme"]) == 2
    assert queries.ledger_now(book) > before


def test_of_events_with_one_transaction_id_the_first_counts_for_34_days(book: Store, working: Working) -> None:
    day = timedelta(days=1)
    with working() as work:
        assert accept_events(work, [usage("1", ACME), usage("1", OTHER, T0 + 34 * day)]) == 1
        assert accept_events(work, [usage("1", ACME, T0 - 34 * day), usage("1", ACME, T0 + 35 * day)]) == 1
    assert [e.timestamp - T0 for e in queries.events_of(book)] == [timedelta(), 35 * day]


def test_events_under_very_many_names_stay_in_order(store: Store, working: Working) -> None:
    names = [f"n{k}" for k in range(1200)]
    with working() as work:
        accept_events(work, [usage(str(k), name) for k, name in enumerate(reversed(names))])
    assert [e.customer_id for e in queries.events_of(store, names)] == names[::-1]
