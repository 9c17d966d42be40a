"""Readers and writers at once: threads, processes, and works that fail."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from store.commands import create_customer, set_name
from store.database import Store
from store.directory.directory import Directory
from store.queries import count_customers, customer
from store.terms.customer import Customer
from tests.store.conftest import ALICE, NOW, Working


def test_what_a_read_changes_is_thrown_away(store: Store, working: Working) -> None:
    with working() as work:
        create_customer(work, request=Customer(name="Widgets"))
    with store.read() as session:
        session.connection().exec_driver_sql("DELETE FROM audit_entry")
    with store.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM audit_entry").scalar() == 1


def test_a_work_that_fails_leaves_nothing(store: Store, working: Working) -> None:
    with pytest.raises(RuntimeError), working() as work:
        create_customer(work, request=Customer(name="Widgets"))
        raise RuntimeError("the terminal went away")
    assert count_customers(store) == 0


def test_a_reader_sees_one_state_while_another_writes(store: Store, working: Working) -> None:
    with working() as work:
        created = create_customer(work, request=Customer(name="Before"))
    with store.read() as session:
        first = session.connection().exec_driver_sql("SELECT name FROM customer").scalar()
        with working() as work:
            set_name(work, customer_id=created, name="After")
        second = session.connection().exec_driver_sql("SELECT name FROM customer").scalar()
    assert (first, second) == ("Before", "Before")
    assert customer(store, created).name == "After"


def test_threads_share_a_store(store: Store) -> None:
    failures: list[BaseException] = []

    def add(n: int) -> None:
        try:
            for k in range(5):
                with store.work(by=ALICE, now=NOW) as work:
                    create_customer(work, request=Customer(name=f"{n}/{k}"))
                count_customers(store)
        except BaseException as error:  # noqa: BLE001  reported by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=add, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and count_customers(store) == 40


WRITER = """
import sys
from datetime import UTC, datetime
from store.commands import create_customer
from store.database import Actor, Store
from store.terms.customer import Customer
store = Store.open(sys.argv[1])
for k in range(20):
    with store.work(by=Actor(sys.argv[2], "cli"), now=datetime(2025, 1, 1, tzinfo=UTC)) as work:
        create_customer(work, request=Customer(name=f"{sys.argv[2]} {k}"))
"""


def test_processes_make_one_store_and_write_to_it_at_once(tmp_path: Path) -> None:
    path = tmp_path / "book.db"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], stderr=subprocess.PIPE, text=True)
        for name in ("ann", "ben", "cas")
    ]
    complaints = [writer.communicate()[1] for writer in writers]
    assert complaints == ["", "", ""]
    store = Store.open(str(path), read_only=True)
    assert count_customers(store) == 60
    store.close()


@pytest.mark.sqlite
def test_another_program_that_leaves_takes_nothing_from_under_an_open_console(store: Store, store_url: str) -> None:
    directory = Directory.open(store_url)
    with closing(Store.open(store_url)) as opened:
        log = Path(store_url + "-wal")
        before = log.stat().st_ino
        write = (
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('UPDATE audit_head SET rowid = rowid')"
            "; c.commit(); c.close()"
        )
        subprocess.run([sys.executable, "-c", write, store_url], check=True, timeout=60)
        assert log.exists() and log.stat().st_ino == before, "it believed itself to be the last one"
        with opened.work(by=ALICE, now=NOW) as work:
            create_customer(work, request=Customer(name="Widgets"))
        assert directory.everyone().total == 1
    directory.close()
    assert count_customers(store) == 1
