"""Backups: consistent under writers, put back row by row, into either kind of store, over a book only when told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import integrity, queries
from store.backup import backup, restore
from store.commands import create_customer, set_name
from store.database import Store
from store.errors import Conflict, StoreUnavailable
from store.location import locate
from store.terms.customer import Customer
from tests import postgres
from tests.store.conftest import ALICE, NOW, Working
from tests.store.sample import ACME


def contents(store: Store) -> object:
    """Everything a book holds, audit, drafts' owner and usage included."""
    return (
        queries.whole_book(store),
        queries.changes(store, limit=10_000),
        queries.count_events(store),
        [event.transaction_id for event in queries.events_of(store, [ACME])],
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where no store is yet, of either kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "elsewhere" / "other.db")
    else:
        with postgres.database(empty=True) as url:
            yield url


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of the test's own."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_a_backup_is_put_back_row_by_row_into_either_kind_of_store(book: Store, tmp_path: Path, other_url: str) -> None:
    copy = str(tmp_path / "copy.db")
    backup(book, copy)
    assert Path(copy).stat().st_mode & 0o777 == 0o600
    restore(other_url, copy)
    other = Store.open(other_url)
    assert contents(other) == contents(book)
    assert integrity.check(other) == ()
    with other.work(by=ALICE, now=NOW) as work:
        create_customer(work, request=Customer(name="After"))
    assert integrity.check(other) == ()
    assert queries.count_customers(other) == queries.count_customers(book) + 1
    other.close()


def test_a_backup_goes_over_nothing(book: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_text("precious")
    with pytest.raises(Conflict, match="exists already"):
        backup(book, str(copy))
    assert copy.read_text() == "precious"
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        backup(book, str(tmp_path / "nowhere" / "copy.db"))
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("nowhere")) == []


def test_a_book_is_replaced_only_when_told_to_and_kept(book: Store, working: Working, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    backup(book, copy)
    before = contents(book)
    with pytest.raises(Conflict, match="same as the backup"):
        restore(book.url, copy)
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II")
    with pytest.raises(Conflict, match=r"newer than the backup by 1 change, the last by alice .*renamed the customer"):
        restore(book.url, copy)
    assert queries.customer(book, ACME).name == "Acme II"
    newer = contents(book)
    said = restore(book.url, copy, force=True)
    assert contents(book) == before
    kept = Store.open(said.rpartition("kept in ")[2], read_only=True)
    assert contents(kept) == newer
    kept.close()


def test_an_older_book_and_another_book_are_told_apart(book: Store, working: Working, tmp_path: Path) -> None:
    first, second = str(tmp_path / "first.db"), str(tmp_path / "second.db")
    backup(book, first)
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme II")
    backup(book, second)
    restore(book.url, first, force=True)
    with pytest.raises(Conflict, match="older than the backup by 1 change"):
        restore(book.url, second)
    with working() as work:
        set_name(work, customer_id=ACME, name="Acme the other")
    with pytest.raises(Conflict, match="another book"):
        restore(book.url, second)


@pytest.mark.sqlite
def test_a_damaged_store_is_moved_aside_when_told_to(book: Store, tmp_path: Path) -> None:
    copy, path = str(tmp_path / "copy.db"), locate(book.url).path
    assert path is not None
    backup(book, copy)
    before = contents(book)
    book.close()
    path.write_bytes(path.read_bytes()[:8192])
    with pytest.raises(StoreUnavailable, match="damaged"):
        restore(book.url, copy)
    restore(book.url, copy, force=True)
    again = Store.open(book.url)
    assert contents(again) == before
    again.close()


def test_a_backup_under_writers_holds_one_moment(book: Store, tmp_path: Path) -> None:
    stop, failures = threading.Event(), []
    copy = str(tmp_path / "copy.db")

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            try:
                with book.work(by=ALICE, now=NOW) as work:  # two of each: a copy in between would hold an odd number
                    create_customer(work, request=Customer(name=f"x{n}", ingest_aliases=(f"x{n}",)))
                    create_customer(work, request=Customer(name=f"y{n}", ingest_aliases=(f"y{n}",)))
            except Exception as error:  # noqa: BLE001  told by the test's own thread
                failures.append(error)
                return

    before = queries.count_customers(book)
    writer = threading.Thread(target=write)
    writer.start()
    try:
        while queries.count_customers(book) < before + 6:
            pass
        backup(book, copy)
    finally:
        stop.set()
        writer.join()
    assert failures == []
    held = Store.open(copy, read_only=True)
    assert integrity.check(held) == ()
    assert (queries.count_customers(held) - before) % 2 == 0
    assert queries.changes(held, limit=1)[0].after["name"][0] == "y"
    held.close()


def test_a_backup_that_is_killed_has_not_the_name_of_a_whole_one(book: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    killed = (
        "import os, signal, sys\n"
        "from store import backup\n"
        "from store.database import Store\n"
        "backup.copy_files = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "backup.backup(Store.open(sys.argv[1]), sys.argv[2])\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, book.url, str(copy)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert not copy.exists()
    backup(book, str(copy))
    held = Store.open(str(copy), read_only=True)
    assert contents(held) == contents(book)
    held.close()
