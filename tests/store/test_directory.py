"""The directory of customers: every page from anywhere, and whoever matches what is typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy import text as sql_text

from store.database import Store
from store.directory.asking import NotReady, sqlite_path, through
from store.directory.directory import Directory
from store.directory.listing import PAGE, Listing, Order
from store.directory.search import MOST
from store.directory.server import server_address
from store.engine import connect, writing
from store.location import locate
from store.tables import table
from store.tables.audit import AuditEntry
from store.tables.customers import CustomerRow, IngestAliasRow
from tests import postgres

COUNT = 1234
START = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def book(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A store of 1234 customers, every tenth of them archived; one has three aliases."""
    with empty(backend, tmp_path_factory.mktemp("directory")) as url:
        with Writer(url) as write:
            for n in range(COUNT):
                name = f"{'Müller' if n % 2 else 'Acme'} Robotics {n:04d}"
                created = START + timedelta(minutes=n)
                write.customer(f"id-{n * 7919 % COUNT:04d}", name, created=created, archived=n % 10 == 0)
            for k in range(3):
                write.alias(f"us_east.alias-{k}", "id-0515", k)
        yield url


@contextmanager
def empty(backend: str, folder: Path) -> Iterator[str]:
    """The address of an empty store."""
    if backend == "sqlite":
        Store.open(f"sqlite:///{folder / 'store.db'}").close()
        yield f"sqlite:///{folder / 'store.db'}"
    else:
        with postgres.store_database() as url:
            yield url


class Writer:
    """Writes rows as the commands do, and whatever else is asked; all together when it is left."""

    def __init__(self, url: str) -> None:
        self.engine = connect(locate(url), read_only=False, wait=5.0)

    def __enter__(self) -> Writer:
        self.connection = writing(self.engine).connect()
        return self

    def __exit__(self, *failed: object) -> None:
        self.connection.commit()
        self.connection.close()
        self.engine.dispose()

    def customer(self, identity: str, name: str, *, created: datetime = START, archived: bool = False) -> None:
        """A customer."""
        values = {"id": identity, "name": name, "name_key": name.casefold(), "version": 1, "terms": {}}
        times = {"created_at": created, "archived_at": created if archived else None}
        self.connection.execute(insert(table(CustomerRow)).values(**values, **times))

    def alias(self, name: str, customer: str, position: int = 0) -> None:
        """An alias of a customer."""
        self.connection.execute(
            insert(table(IngestAliasRow)).values(alias=name, customer_id=customer, position=position)
        )

    def noticed(self) -> None:
        """An entry in the audit, which every command leaves."""
        values = {"at": START, "who": "ann", "origin": "cli", "action": "a", "entity": "b", "entity_id": "c"}
        self.connection.execute(insert(table(AuditEntry)).values(**values))


def expected(url: str, order: Order, archived: bool) -> list[str]:
    """The ids in order, sorted by hand."""
    customer = table(CustomerRow).c
    with Writer(url) as write:
        rows = write.connection.execute(
            select(customer.id, customer.name_key, customer.created_at, customer.archived_at)
        ).all()
    shown = [row for row in rows if archived or row.archived_at is None]
    if order is Order.NAME:
        return [row.id for row in sorted(shown, key=lambda row: (row.name_key, row.id))]
    return [row.id for row in sorted(shown, key=lambda row: (row.created_at, row.id), reverse=True)]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("archived", [False, True])
@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.integers(0, COUNT // PAGE + 1), min_size=1, max_size=12))
def test_pages_are_the_same_in_whatever_order_they_are_asked_for(
    book: str, order: Order, archived: bool, numbers: list[int]
) -> None:
    ids = expected(book, order, archived)
    directory = Directory.open(book)
    listing = directory.everyone(order=order, archived=archived)
    assert listing.total == len(ids)
    for number in numbers:
        assert [line.id for line in listing.page(number)] == ids[number * PAGE : (number + 1) * PAGE]
    directory.close()


def test_a_customer_stands_where_the_list_shows_it(book: str) -> None:
    directory = Directory.open(book)
    for order in Order:
        listing = directory.everyone(order=order)
        for index in (0, 1, 555, listing.total - 1):
            line = listing.page(index // PAGE)[index % PAGE]
            assert listing.position(line.id) == index
    assert directory.everyone().position("nobody") is None


def found(book: str, text: str, *, archived: bool = True) -> list[str]:
    """The names that a search finds, in order."""
    directory = Directory.open(book)
    hits = directory.search(text, archived=archived)
    names = [line.name for number in range(hits.total // PAGE + 1) for line in hits.page(number)]
    directory.close()
    return names


@pytest.mark.parametrize(
    "text",
    ["Müller Robotics 0007", "müller robotics 0007", "muller 0007", "0007", "robot 0007", "0007 mul", "MÜLLER-0007"],
)
def test_words_are_found_by_their_start_in_any_order(book: str, text: str) -> None:
    assert found(book, text) == ["Müller Robotics 0007"]


def test_aliases_and_ids_are_found(book: str) -> None:
    owner = found(book, "id-0515")
    assert len(owner) == 1
    for text in ("us_east.alias-2", "us_east.al", "alias-1", "EAST", "ID-0515"):
        assert found(book, text) == owner, text
    assert Directory.open(book).search("us_east").page(0)[0].aliases == 3


def test_what_matches_exactly_comes_first(store_url: str) -> None:
    with Writer(store_url) as write:
        for identity, name in (("1", "Zebra Acme"), ("2", "Acme"), ("3", "Acme Two"), ("4", "Somebody else")):
            write.customer(identity, name)
        write.alias("acme", "4")
    assert found(store_url, "acme") == ["Somebody else", "Acme", "Acme Two", "Zebra Acme"]


def test_archived_customers_are_found_only_when_asked_for(book: str) -> None:
    assert found(book, "0010", archived=False) == []
    assert found(book, "0010") == ["Acme Robotics 0010"]


@pytest.mark.parametrize(
    "text", ["", "  ", "'", '"', "*", "a*b", "NEAR(a b)", "a AND", "-", "^", "[/]", "%", "_", ":", "\x00", "😀"]
)
def test_no_text_breaks_the_search(book: str, text: str) -> None:
    found(book, text)


def test_many_matches_are_capped_and_said_to_be(store_url: str) -> None:
    with Writer(store_url) as write:
        for n in range(MOST + 5):
            write.customer(f"{n:05d}", f"Acme {n:05d}")
    directory = Directory.open(store_url)
    hits = directory.search("acme")
    assert (hits.total, hits.more) == (MOST, True)
    assert hits.page(0)[0].name == "Acme 00000"
    directory.close()


def test_the_indexes_follow_every_change(store_url: str) -> None:
    with Writer(store_url) as write:
        write.customer("1", "First")
        write.alias("one.alias", "1")
    directory = Directory.open(store_url)

    def change(sql: str) -> None:
        with Writer(store_url) as write:
            write.connection.execute(sql_text(sql))
            write.noticed()
        assert directory.changed()
        assert not directory.changed()

    assert directory.everyone().total == 1
    change("UPDATE customer SET name = 'Second', name_key = 'second' WHERE id = '1'")
    assert (found(store_url, "first"), found(store_url, "second")) == ([], ["Second"])
    change("UPDATE ingest_alias SET alias = 'two.alias'")
    assert (found(store_url, "one.al"), found(store_url, "two")) == ([], ["Second"])
    change("DELETE FROM ingest_alias")
    assert found(store_url, "two") == []
    change("UPDATE customer SET archived_at = created_at")
    assert [directory.everyone(archived=a).total for a in (False, True)] == [0, 1]
    change("DELETE FROM customer")
    assert directory.everyone(archived=True).total == 0
    with Writer(store_url) as write:
        assert write.connection.execute(sql_text("SELECT live, archived FROM customer_tally")).all() == [(0, 0)]
        if server_address(store_url) is None:
            for index in ("customer_find", "alias_find"):
                write.connection.execute(sql_text(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')"))
    directory.close()


def test_clashes_are_told(book: str) -> None:
    directory = Directory.open(book)
    holders = directory.holders(["us_east.alias-0", "free"])
    assert set(holders) == {"us_east.alias-0"}
    assert holders["us_east.alias-0"][0] == "id-0515"
    assert directory.namesakes("ACME robotics 0000") == 1
    assert directory.namesakes("nobody") == 0
    assert directory.field_keys() == []


def test_through_an_open_store_the_same_is_found(book: str) -> None:
    store = Store.open(book)
    slow = Directory(through(store), through(store), file=store.location.path is not None)
    fast = Directory.open(book)
    assert isinstance(slow.everyone(), Listing)
    assert slow.everyone().total == fast.everyone().total
    for text in ("0007", "robotics 0007", "us_east", "id-0515", "acme rob 12", "100%", "a:b", "it's"):
        assert [line.id for line in slow.search(text).page(0)] == [line.id for line in fast.search(text).page(0)], text
    fast.close()
    store.close()


@pytest.mark.postgresql
def test_a_server_that_hung_up_is_called_again(book: str) -> None:
    directory = Directory.open(book)
    with Writer(book) as write:
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
        write.connection.execute(sql_text(others + "AND datname = current_database()"))
    assert directory.everyone(archived=True).total == COUNT
    directory.close()


@pytest.mark.postgresql
def test_a_search_uses_the_trigram_index(book: str) -> None:
    with Writer(book) as write:
        write.connection.execute(sql_text("SELECT gin_clean_pending_list('ix_customer_words')"))
        write.connection.execute(sql_text("ANALYZE customer"))
        write.connection.execute(sql_text("SET LOCAL enable_seqscan = off"))
        plan = write.connection.execute(
            sql_text("EXPLAIN SELECT id FROM customer WHERE termsheet_words(name_key) LIKE '% 0007%'")
        )
        assert "ix_customer_words" in "\n".join(plan.scalars())


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:////a/b.db", "/a/b.db"), ("sqlite:///b.db", "b.db"), ("/a/b.db", "/a/b.db"), ("postgresql://h/d", None)],
)
def test_an_address_means_a_file_or_something_else(url: str, path: str | None) -> None:
    assert sqlite_path(url) == (Path(path) if path else None)


def test_what_is_no_store_is_left_to_the_store(tmp_path: Path) -> None:
    for content in (None, b"", b"not a database" * 100):
        path = tmp_path / "x.db"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(NotReady):
            Directory.open(str(path))
    older = tmp_path / "older.db"
    with sqlite3.connect(older) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0000')")
    with pytest.raises(NotReady):
        Directory.open(str(older))
