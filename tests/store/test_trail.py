"""The audit is a chain: whatever is changed in it, taken from it or put into it behind our back is found."""

from __future__ import annotations

import pytest

from store import integrity, queries
from store.commands import create_customer, set_name
from store.database import Actor, Store
from store.engine import connect, writing
from store.errors import StoreUnavailable
from store.terms.customer import Customer
from tests.store.conftest import ALICE, NOW, Working


def behind_our_back(store: Store, statement: str) -> None:
    """Does something to the database that no command does."""
    engine = connect(store.location, read_only=False, wait=5.0)
    with writing(engine).connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
    engine.dispose()


def test_the_audit_of_an_imported_book_is_whole(book: Store) -> None:
    assert integrity.check(book) == ()
    assert queries.history(book, queries.Sought(), limit=1)[0].change.hash in integrity.history_end(book)


THIRD = "(SELECT seq FROM audit_entry ORDER BY seq LIMIT 1 OFFSET 2)"
COLUMNS = "at, who, origin, action, entity, entity_id, customer_id, before, after, hash"


@pytest.mark.parametrize(
    "tampering",
    [
        f"UPDATE audit_entry SET who = 'mallory' WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET reason = 'asked to' WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET after = replace(after, ':', ' :') WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET after = after || ' ' WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET customer_id = NULL, before = '{{}}' WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET hash = '' WHERE seq = {THIRD}",
        f"UPDATE audit_entry SET at = (SELECT at FROM audit_entry ORDER BY seq LIMIT 1), who = 'x' WHERE seq = {THIRD}",
        f"DELETE FROM audit_entry WHERE seq = {THIRD}",
        "DELETE FROM audit_entry WHERE seq = (SELECT min(seq) FROM audit_entry)",
        "DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)",
        "DELETE FROM audit_entry",
        f"INSERT INTO audit_entry (seq, {COLUMNS}) SELECT 1000000, {COLUMNS} FROM audit_entry WHERE seq = {THIRD}",
        "UPDATE audit_head SET entries = entries - 1",
        "UPDATE audit_head SET hash = 'x'",
        "DELETE FROM audit_head",
    ],
)
def test_tampering_is_found(book: Store, working: Working, tampering: str) -> None:
    for name in ("One", "Two", "Three"):
        with working() as work:
            create_customer(work, request=Customer(name=name))
    assert integrity.check(book) == ()
    behind_our_back(book, tampering)
    assert any("audit" in fault for fault in integrity.check(book))
    behind_our_back(book, "INSERT INTO audit_head SELECT 1, 0, '' WHERE NOT EXISTS (SELECT 1 FROM audit_head)")


def test_an_audit_that_lost_its_end_takes_no_more(store: Store, working: Working) -> None:
    behind_our_back(store, "DELETE FROM audit_head")
    with pytest.raises(StoreUnavailable, match="lost its end"), working() as work:
        create_customer(work, request=Customer(name="Widgets"))
    behind_our_back(store, "INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, '')")


def test_a_work_that_fails_leaves_the_chain_as_it_was(store: Store, working: Working) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name="Widgets"))
    with pytest.raises(RuntimeError), working() as work:
        set_name(work, customer_id=created, name="Gone")
        raise RuntimeError("the line dropped")
    with working() as work:
        set_name(work, customer_id=created, name="Here")
    assert integrity.check(store) == ()
    assert len(queries.changes(store)) == 2


def test_where_from_and_why_are_kept_in_the_chain(store: Store) -> None:
    by = Actor("cron", "cli", source="login ann, ssh 192.0.2.7", reason="as agreed on the phone")
    with store.work(by=by, now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
    with store.work(by=ALICE, now=NOW) as work:
        create_customer(work, request=Customer(name="Gadgets"))
    second, first = queries.changes(store)
    assert (first.source, first.reason) == ("login ann, ssh 192.0.2.7", "as agreed on the phone")
    assert (second.source, second.reason) == (None, None)
    assert integrity.check(store) == ()
