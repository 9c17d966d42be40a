"""Opening a store: what is made, who waits for whom, what is written and by whom."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from store import engine
from store.commands import create_customer
from store.database import Actor, Store
from store.errors import Conflict, ReadOnly, StoreUnavailable
from store.queries import count_customers, customer
from store.tables.audit import AuditEntry
from store.tables.customers import CustomerRow, IngestAliasRow
from store.terms.customer import Customer
from tests.store.conftest import ALICE, NOW, Working
from tests.store.refusals import opening_refused


def test_a_missing_store_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "book.db"
    Store.open(str(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("form", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_path_and_its_url_mean_the_same_store(tmp_path: Path, form: str) -> None:
    path = tmp_path / "book.db"
    Store.open(form.format(path)).close()
    assert path.exists()


def test_a_relative_path_and_a_home_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    Store.open("here.db").close()
    Store.open("~/there.db").close()
    assert (tmp_path / "here.db").exists() and (tmp_path / "there.db").exists()


@pytest.mark.sqlite
def test_pragmas_hold_on_every_connection(store: Store) -> None:
    with store.read() as session:
        found = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 5000}


def test_foreign_keys_are_kept(working: Working) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), working() as work:
        work.insert(IngestAliasRow, {"alias": "a", "customer_id": "nobody", "position": 0})


def test_opening_an_up_to_date_store_loads_no_alembic(store: Store) -> None:
    code = (
        "import sys; from store.database import Store; "
        f"Store.open({store.url!r}).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    path.touch()
    assert "it is empty" in opening_refused(path, read_only=True)
    Store.open(str(path)).close()
    Store.open(str(path), read_only=True).close()


def test_a_locked_store_is_waited_for_and_then_said_to_be(store: Store) -> None:
    notes: list[str] = []
    impatient = Store.open(store.url, wait=engine.NOTE_AFTER + 0.05, note=lambda: notes.append("waiting"))
    with (
        store.work(by=ALICE, now=NOW),
        pytest.raises(StoreUnavailable, match="locked by another program"),
        impatient.work(by=ALICE, now=NOW),
    ):
        raise AssertionError("two writers at once")
    assert notes == ["waiting"]
    with impatient.work(by=ALICE, now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
    impatient.close()
    assert count_customers(store) == 1 and notes == ["waiting"]


def test_a_writer_who_waits_gets_its_turn_and_sees_what_was_written_meanwhile(store: Store) -> None:
    waits = threading.Event()
    patient = Store.open(store.url, wait=30, note=waits.set)
    seen: list[str] = []

    def rename() -> None:
        with patient.work(by=ALICE, now=NOW) as work:
            row = work.session.scalars(select(CustomerRow)).one()
            seen.append(row.name)

    with store.work(by=ALICE, now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
        other = threading.Thread(target=rename)
        other.start()
        assert waits.wait(20)
    other.join()
    patient.close()
    assert seen == ["Widgets"]


@pytest.mark.sqlite
def test_a_file_that_another_program_keeps_to_itself(store: Store) -> None:
    path = store.location.path
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        store.close()
        other.execute("BEGIN EXCLUSIVE")
        assert "locked by another program" in opening_refused(path, wait=0.05)


@pytest.mark.sqlite
def test_a_store_that_may_not_be_written_says_how_to_look_at_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path = store.location.path
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert "--read-only" in opening_refused(path, ReadOnly)
    Store.open(str(path), read_only=True).close()


@pytest.mark.sqlite
def test_a_store_in_a_folder_that_may_not_be_written_is_read_all_the_same(
    store: Store, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working() as work:
        create_customer(work, request=Customer(name="Widgets"))
    store.close()
    real = engine._prepared

    def kept_out(uri: str, *, wait: float) -> sqlite3.Connection:
        if "immutable" not in uri:
            error = sqlite3.OperationalError("attempt to write a readonly database")
            error.sqlite_errorname = "SQLITE_READONLY_DIRECTORY"
            raise error
        return real(uri, wait=wait)

    monkeypatch.setattr(engine, "_prepared", kept_out)
    looking = Store.open(str(store.location.path), read_only=True)
    assert count_customers(looking) == 1
    looking.close()


def test_a_read_only_store_reads_and_never_writes(store: Store, working: Working) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name="Widgets"))
    looking = Store.open(store.url, read_only=True)
    assert customer(looking, created).name == "Widgets"
    with pytest.raises(ReadOnly), looking.work(by=ALICE, now=NOW):
        raise AssertionError("a read-only store began a work")
    with pytest.raises(ReadOnly, match="not writable"), looking.read() as session:
        session.connection().exec_driver_sql("DELETE FROM customer")
    looking.close()
    assert count_customers(store) == 1


def test_the_same_alias_at_the_same_moment_is_a_conflict(working: Working) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name="Widgets"))
    with pytest.raises(Conflict, match="same moment"), working() as work:
        for _ in range(2):
            work.insert(IngestAliasRow, {"alias": "a", "customer_id": created, "position": 0})


def test_who_and_when_are_recorded(store: Store) -> None:
    with store.work(by=Actor("bob", "api"), now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
    with store.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.who, entry.origin, entry.at) == ("bob", "api", NOW)


def test_a_work_needs_an_instant_with_a_zone(store: Store) -> None:
    with pytest.raises(ValueError, match="aware"), store.work(by=ALICE, now=NOW.replace(tzinfo=None)):
        raise AssertionError("a work began without knowing when")
