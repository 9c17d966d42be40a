"""The directory of customers: every page from anywhere, and whoever matches what is typed."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.database import Store
from store.directory.asking import NotReady, sqlite_path
from store.directory.directory import Directory
from store.directory.listing import PAGE, Listing, Order
from store.directory.search import MOST

COUNT = 1234


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 1234 customers, every tenth of them archived; one has three aliases."""
    path = tmp_path_factory.mktemp("directory") / "store.db"
    Store.open(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        for n in range(COUNT):
            name = f"{'Müller' if n % 2 else 'Acme'} Robotics {n:04d}"
            created = f"2020-01-01T{n // 60:02d}:{n % 60:02d}:00.000000Z"
            add(connection, f"id-{n * 7919 % COUNT:04d}", name, created=created, archived=n % 10 == 0)
        for k in range(3):
            alias(connection, f"us_east.alias-{k}", "id-0515", k)
    return path


def add(
    connection: sqlite3.Connection, identity: str, name: str, *, created: str = "2020-01-01T00:00:00.000000Z",
    archived: bool = False,
) -> None:  # fmt: skip
    """A customer, as the commands write one."""
    connection.execute(
        "INSERT INTO customer (id, name, name_key, created_at, archived_at, version, terms) "
        "VALUES (?, ?, ?, ?, ?, 1, '{}')",
        (identity, name, name.casefold(), created, created if archived else None),
    )


def alias(connection: sqlite3.Connection, name: str, customer: str, position: int = 0) -> None:
    """An alias of a customer."""
    connection.execute(
        "INSERT INTO ingest_alias (alias, customer_id, position) VALUES (?, ?, ?)", (name, customer, position)
    )


def expected(path: Path, order: Order, archived: bool) -> list[str]:
    """The ids in order, by one plain query."""
    by = "name_key, id" if order is Order.NAME else "created_at DESC, id DESC"
    where = "" if archived else "WHERE archived_at IS NULL"
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute(f"SELECT id FROM customer {where} ORDER BY {by}")]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("archived", [False, True])
@settings(max_examples=25, deadline=None)
@given(numbers=st.lists(st.integers(0, COUNT // PAGE + 1), min_size=1, max_size=12))
def test_pages_are_the_same_in_whatever_order_they_are_asked_for(
    book: Path, order: Order, archived: bool, numbers: list[int]
) -> None:
    ids = expected(book, order, archived)
    directory = Directory.open(str(book))
    listing = directory.everyone(order=order, archived=archived)
    assert listing.total == len(ids)
    for number in numbers:
        assert [line.id for line in listing.page(number)] == ids[number * PAGE : (number + 1) * PAGE]
    directory.close()


def test_a_customer_stands_where_the_list_shows_it(book: Path) -> None:
    directory = Directory.open(str(book))
    for order in Order:
        listing = directory.everyone(order=order)
        for index in (0, 1, 555, listing.total - 1):
            line = listing.page(index // PAGE)[index % PAGE]
            assert listing.position(line.id) == index
    assert directory.everyone().position("nobody") is None


def found(book: Path, text: str, *, archived: bool = True) -> list[str]:
    """The names that a search finds, in order."""
    hits = Directory.open(str(book)).search(text, archived=archived)
    return [line.name for number in range(hits.total // PAGE + 1) for line in hits.page(number)]


@pytest.mark.parametrize(
    "text",
    ["Müller Robotics 0007", "müller robotics 0007", "muller 0007", "0007", "robot 0007", "0007 mul", "MÜLLER-0007"],
)
def test_words_are_found_by_their_start_in_any_order(book: Path, text: str) -> None:
    assert found(book, text) == ["Müller Robotics 0007"]


def test_aliases_and_ids_are_found(book: Path) -> None:
    owner = found(book, "id-0515")
    assert len(owner) == 1
    for text in ("us_east.alias-2", "us_east.al", "alias-1", "EAST", "ID-0515"):
        assert found(book, text) == owner, text
    assert Directory.open(str(book)).search("us_east").page(0)[0].aliases == 3


def test_what_matches_exactly_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        add(connection, "1", "Zebra Acme")
        add(connection, "2", "Acme")
        add(connection, "3", "Acme Two")
        add(connection, "4", "Somebody else")
        alias(connection, "acme", "4")
    assert found(path, "acme") == ["Somebody else", "Acme", "Acme Two", "Zebra Acme"]


def test_archived_customers_are_found_only_when_asked_for(book: Path) -> None:
    assert found(book, "0010", archived=False) == []
    assert found(book, "0010") == ["Acme Robotics 0010"]


@pytest.mark.parametrize(
    "text", ["", "  ", "'", '"', "*", "a*b", "NEAR(a b)", "a AND", "-", "^", "[/]", "%", "_", ":", "\x00", "😀"]
)
def test_no_text_breaks_the_search(book: Path, text: str) -> None:
    found(book, text)


def test_many_matches_are_capped_and_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        for n in range(MOST + 5):
            add(connection, f"{n:05d}", f"Acme {n:05d}")
    hits = Directory.open(str(path)).search("acme")
    assert (hits.total, hits.more) == (MOST, True)
    assert hits.page(0)[0].name == "Acme 00000"


def test_the_indexes_follow_every_change(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(str(path)).close()
    with sqlite3.connect(path) as connection:
        add(connection, "1", "First")
        alias(connection, "one.alias", "1")
    directory = Directory.open(str(path))

    def change(sql: str) -> None:
        with sqlite3.connect(path) as other:
            other.execute(sql)
        assert directory.changed()
        assert not directory.changed()

    assert directory.everyone().total == 1
    change("UPDATE customer SET name = 'Second', name_key = 'second' WHERE id = '1'")
    assert (found(path, "first"), found(path, "second")) == ([], ["Second"])
    change("UPDATE ingest_alias SET alias = 'two.alias'")
    assert (found(path, "one.al"), found(path, "two")) == ([], ["Second"])
    change("DELETE FROM ingest_alias")
    assert found(path, "two") == []
    change("UPDATE customer SET archived_at = created_at")
    assert [directory.everyone(archived=a).total for a in (False, True)] == [0, 1]
    change("DELETE FROM customer")
    assert directory.everyone(archived=True).total == 0
    with sqlite3.connect(path) as connection:
        for index in ("customer_find", "alias_find"):
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
        assert connection.execute("SELECT * FROM customer_tally").fetchall() == [(0, 0)]


def test_clashes_are_told(book: Path) -> None:
    directory = Directory.open(str(book))
    holders = directory.holders(["us_east.alias-0", "free"])
    assert set(holders) == {"us_east.alias-0"}
    assert holders["us_east.alias-0"][0] == "id-0515"
    assert directory.namesakes("ACME robotics 0000") == 1
    assert directory.namesakes("nobody") == 0
    assert directory.field_keys() == []


def test_without_the_word_indexes_the_same_is_found(book: Path) -> None:
    """PostgreSQL is asked with LIKE; the answers are those of SQLite."""
    store = Store.open(f"sqlite:///{book}")
    from store.directory.asking import through

    plain = Directory(through(store), through(store), fts=False)
    fast = Directory.open(str(book))
    assert isinstance(plain.everyone(), Listing)
    assert plain.everyone().total == fast.everyone().total
    for text in ("0007", "robotics 0007", "us_east", "id-0515", "acme rob 12"):
        assert [line.id for line in plain.search(text).page(0)] == [line.id for line in fast.search(text).page(0)], text
    store.close()


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
