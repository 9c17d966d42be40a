"""Backups of every schema put back into either kind of store; upgrades that are killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, text

from store import drafts, integrity, queries, schema
from store.backup import backup, restore
from store.commands import set_name
from store.database import Store
from store.engine import connect, writing
from store.location import locate
from store.revisions import REVISIONS
from tests import postgres
from tests.store.conftest import ALICE, NOW
from tests.store.old_stores import downgrade
from tests.store.sample import ACME
from tests.store.test_drafts import DRAFT

SENT = ("late", "2025-02-01T00:00:00.000001Z"), ("first", "2025-01-31T23:59:59.999999Z")
"""Events as the schemas from 0002 to 0005 held them."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no store is yet, of either kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "elsewhere" / "other.db")
    else:
        with postgres.database(empty=True) as address:
            yield address


def older(book: Store, path: Path, revision: str) -> str:
    """A backup as the program of that schema would have made it, with data in it; its path."""
    with book.work(by=ALICE, now=NOW) as work:
        set_name(work, customer_id=ACME, name="Acme II ü")
    drafts.save(book, draft=DRAFT)
    backup(book, str(path))
    downgrade(locate(str(path)), revision)
    if "0002" <= revision <= "0005":
        add_events(str(path))
    return str(path)


def add_events(url: str) -> None:
    columns = "transaction_id, customer_ref, timestamp, properties, event_type, accepted_at"
    insert = text(f"INSERT INTO usage_event ({columns}) VALUES (:id, 'acme', :at, '{{}}', 'call', :at)")
    engine = connect(locate(url), read_only=False, wait=1.0)
    with writing(engine).begin() as connection:
        connection.execute(insert, [{"id": id, "at": at} for id, at in SENT])
    engine.dispose()


def contents(store: Store) -> tuple[object, ...]:
    """What every schema has had a place for."""
    return queries.whole_book(store), queries.changes(store, limit=1000)


@pytest.mark.sqlite
@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_every_schema_goes_into_either_kind_of_store(
    book: Store, revision: str, tmp_path: Path, url: str
) -> None:
    source = older(book, tmp_path / "older.db", revision)
    held = Path(source).read_bytes()
    restore(url, source)
    store = Store.open(url)
    assert contents(store) == contents(book)
    assert drafts.list_for(store, "alice") == ((DRAFT,) if revision > "0001" else ())
    sent = [event.transaction_id for event in queries.events_of(store)]
    assert sent == ([id for id, _ in SENT] if "0002" <= revision <= "0005" else [])
    assert integrity.check(store) == ()
    store.close()
    assert Path(source).read_bytes() == held, "the backup is as it was"


KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from store import schema
left = int(sys.argv[2])
def before(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
event.listen(Engine, "before_cursor_execute", before)
event.listen(Engine, "commit", before)
schema.upgrade(sys.argv[1])
print(int(sys.argv[2]) - left)
"""
"""Upgrades, and is killed before the statement of that number."""


def upgraded_until(url: str, statement: int) -> int:
    """Upgrades in a process that is killed before that statement; how many there are, 0 if it was killed."""
    done = subprocess.run([sys.executable, "-c", KILLED, url, str(statement)], capture_output=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return 0 if done.returncode else int(done.stdout)


@pytest.mark.parametrize("statement", [12, 25, 40, 43])
def test_an_upgrade_that_is_killed_leaves_the_old_schema_or_the_new_one(book: Store, statement: int) -> None:
    drafts.save(book, draft=DRAFT)
    before = contents(book)
    book.close()
    downgrade(book.location, "0002")
    add_events(book.url)
    was = dumped(book.url)
    assert upgraded_until(book.url, statement if book.location.path else 4 * statement - 1) == 0
    assert dumped(book.url) == was
    schema.upgrade(book.url)
    upgraded = Store.open(book.url)
    assert contents(upgraded) == before and integrity.check(upgraded) == ()
    assert [event.transaction_id for event in queries.events_of(upgraded)] == [id for id, _ in SENT]
    upgraded.close()


def dumped(url: str) -> list[object]:
    """Every table with its columns and rows, as the database has them."""
    engine, found = connect(locate(url), read_only=True, wait=1.0), MetaData()
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the words of the search, which are no plain table
        found.reflect(connection)
        told: list[object] = [
            (name, [str(column) for column in table.columns], sorted(map(repr, connection.execute(select(table)))))
            for name, table in sorted(found.tables.items())
        ]
    engine.dispose()
    return told
