"""The schema: migrations and tables agree, older stores are upgraded after a copy, PostgreSQL would take it all."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

from store import integrity, queries, schema, tables
from store.backup import restore
from store.commands import set_name
from store.commands.events import accept_events
from store.database import Actor, Store
from store.engine import connect, writing
from store.errors import StoreUnavailable
from store.location import locate
from store.migrations import customer_search, customer_search_postgresql
from store.queries import count_customers, events_of
from store.revisions import REVISIONS
from store.tables.types import instant_text
from store.terms.event import Event
from store.usage.ledger.files import live_files
from tests import postgres
from tests.store.conftest import Working
from tests.store.old_stores import downgrade, old_store
from tests.store.sample import ACME

for module in pkgutil.iter_modules(tables.__path__):
    importlib.import_module(f"{tables.__name__}.{module.name}")

SEARCH = " ".join((*customer_search.SQLITE_UPGRADE, *customer_search_postgresql.UPGRADE))
"""What searching adds: its tables and indexes are not in the metadata."""


def made_by_search(name: str | None) -> bool:
    return name is not None and (
        re.search(rf"\b{re.escape(name)}\b", SEARCH) is not None or "_find_" in name or name.endswith("_find")
    )


def test_the_migrated_schema_is_that_of_the_tables(store: Store) -> None:
    def compared(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
        return not (reflected and other is None and kind in ("table", "index") and made_by_search(name))

    engine = create_engine(store.location.server or f"sqlite:///{store.location.path}")
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(
            connection, opts={"include_object": compared, "compare_type": True, "target_metadata": SQLModel.metadata}
        )
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_versions_are_those_of_the_migrations() -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert tuple(reversed([step.revision for step in script.walk_revisions()])) == REVISIONS


def test_an_older_store_is_refused_until_it_is_upgraded(tmp_path: Path) -> None:
    path = old_store(tmp_path / "book.db", "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO customer (id, name, name_key, created_at, version, terms) "
            "VALUES ('c1', 'Widgets', 'widgets', '2025-01-01T00:00:00.000000Z', 1, '{}')"
        )
    for read_only in (False, True):
        with pytest.raises(StoreUnavailable, match=r"older Termsheet.*db upgrade"):
            Store.open(str(path), read_only=read_only)
    said = schema.upgrade(str(path))
    kept = tmp_path / "book.db.0001.bak"
    assert str(kept) in said
    assert kept.stat().st_mode & 0o777 == 0o600
    store = Store.open(str(path))
    assert count_customers(store) == 1
    store.close()
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT name FROM customer").fetchall() == [("Widgets",)]
    assert "up to date" in schema.upgrade(str(path))


def test_a_backup_of_an_older_schema_is_upgraded_on_its_way_back(tmp_path: Path) -> None:
    path = old_store(tmp_path / "old.db", "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO customer (id, name, name_key, created_at, version, terms) "
            "VALUES ('c1', 'Widgets', 'widgets', '2025-01-01T00:00:00.000000Z', 1, '{}')"
        )
    restore(str(tmp_path / "new.db"), str(path))
    store = Store.open(str(tmp_path / "new.db"))
    assert count_customers(store) == 1
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_every_released_schema_is_upgraded_with_what_is_in_it(
    book: Store, working: Working, revision: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II")
    before = (queries.whole_book(book), queries.changes(book, limit=1000))
    book.close()
    downgrade(book.location, revision)
    with pytest.raises(StoreUnavailable, match="older Termsheet"):
        Store.open(book.url)
    said = schema.upgrade(book.url)
    upgraded = Store.open(book.url)
    assert (queries.whole_book(upgraded), queries.changes(upgraded, limit=1000)) == before
    assert integrity.check(upgraded) == ()
    upgraded.close()
    kept = said.rpartition("kept in ")[2]
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (revision,)
        assert connection.execute("SELECT count(*) FROM audit_entry").fetchone() == (len(before[1]),)
    schema.upgrade(kept)
    again = Store.open(kept, read_only=True)
    assert (queries.whole_book(again), queries.changes(again, limit=1000)) == before
    again.close()


def test_a_second_copy_does_not_overwrite_the_first(tmp_path: Path) -> None:
    (tmp_path / "book.db.0001.bak").write_text("precious")
    schema.upgrade(str(old_store(tmp_path / "book.db", "0001")))
    assert (tmp_path / "book.db.0001.bak").read_text() == "precious"
    assert (tmp_path / "book.db.0001-2.bak").exists()


def test_there_is_nothing_to_upgrade_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="there is no store"):
        schema.upgrade(str(tmp_path / "book.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_store(tmp_path / "book.db", "0001")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE draft (in_the_way TEXT)")
    with pytest.raises(Exception, match="already exists"):
        schema.upgrade(str(path))
    with closing(sqlite3.connect(path)) as connection:
        found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert "usage_event" not in found


def test_a_store_whose_making_fails_is_not_left_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(schema, "migrate", broken)
    with pytest.raises(RuntimeError):
        Store.open(str(tmp_path / "book.db"))
    assert list(tmp_path.iterdir()) == []


def test_migrations_go_back_down(tmp_path: Path) -> None:
    path = old_store(tmp_path / "book.db", "head")
    downgrade(locate(str(path)), "base")
    with closing(sqlite3.connect(path)) as connection:
        left = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert left - {"sqlite_sequence"} == {"alembic_version"}


def test_postgresql_takes_every_table_and_index() -> None:
    dialect = postgresql.dialect()
    for table in SQLModel.metadata.sorted_tables:
        text = str(CreateTable(table).compile(dialect=dialect))
        assert "DATETIME" not in text and "FLOAT" not in text and "NUMERIC" not in text
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))
            assert len(index.name or "") <= 63
    usage = str(CreateTable(SQLModel.metadata.tables["usage_file"]).compile(dialect=dialect))
    assert "id BIGSERIAL" in usage and "min_timestamp TIMESTAMP WITH TIME ZONE" in usage


def test_the_migrations_write_sql_for_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    from alembic.operations import Operations
    from sqlalchemy import create_mock_engine
    from sqlalchemy.engine.mock import MockConnection

    statements: list[str] = []
    mock: MockConnection = create_mock_engine(
        "postgresql+psycopg://", lambda sql, *_, **__: statements.append(str(sql.compile(dialect=mock.dialect)))
    )
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "literal_binds": True, "output_buffer": _Lines(statements)}
    )
    with Operations.context(context):
        for step in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions())):
            step.module.upgrade()
    text = "\n".join(statements)
    for table in SQLModel.metadata.sorted_tables:
        assert f"CREATE TABLE {table.name} (" in text
    assert "TIMESTAMP WITH TIME ZONE" in text and "fts5" not in text


class _Lines:
    """A buffer that keeps what is written to it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def write(self, text: str) -> int:
        self.lines.append(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""


@pytest.fixture
def old_url(backend: str, tmp_path: Path) -> Iterator[str]:
    """The address of a store as the last program that held events itself left it."""
    if backend == "sqlite":
        yield str(old_store(tmp_path / "book.db", "0005"))
        return
    with postgres.database(empty=True) as url:
        engine = connect(locate(url), read_only=False, wait=1.0)
        schema.migrate(engine, target="0005")
        engine.dispose()
        yield url


def test_events_that_the_store_held_itself_are_carried_into_the_ledger(old_url: str, tmp_path: Path) -> None:
    sent = [
        ("late", "acme", "2025-02-01T00:00:00.000001Z", '{"n":"0.10000000000000000001"}'),
        ("first", "acme", "2025-01-31T23:59:59.999999Z", '{"region":"EU ü"}'),
        ("old", "other", "1969-12-31T23:59:59.000000Z", "{}"),
    ]
    columns = "transaction_id, customer_ref, timestamp, properties, event_type, accepted_at"
    insert = text(f"INSERT INTO usage_event ({columns}) VALUES (:id, :who, :at, :properties, 'call', :at)")
    engine = connect(locate(old_url), read_only=False, wait=1.0)
    with writing(engine).begin() as connection:
        connection.execute(insert, [dict(zip(("id", "who", "at", "properties"), row, strict=True)) for row in sent])
    engine.dispose()
    usage = str(tmp_path / "events")
    schema.upgrade(old_url, usage=usage)
    store = Store.open(old_url, usage=usage)
    found = [(e.transaction_id, e.customer_id, instant_text(e.timestamp), e.properties) for e in events_of(store)]
    assert found == [(id, who, when, json.loads(properties)) for id, who, when, properties in sent]
    assert [file.month for file in live_files(store)] == ["1969-12", "2025-01", "2025-02"]
    again = Event.model_validate(
        {"transaction_id": "first", "customer_id": "acme", "event_type": "call", "timestamp": "2025-02-20T00:00:00Z"}
    )
    with store.work(by=Actor("ann", "test"), now=again.timestamp) as work:
        assert accept_events(work, [again, again.model_copy(update={"transaction_id": "new"})]) == 1
    assert [e.transaction_id for e in events_of(store)] == ["late", "first", "old", "new"]
    store.close()
