"""Who writes first: whoever came first, whatever else waits, dies or stands still meanwhile."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from store import engine, turns
from store.commands import create_customer
from store.database import Store
from store.errors import StoreUnavailable
from store.queries import count_customers
from store.terms.customer import Customer
from tests.store.conftest import ALICE, NOW

WAITER = """
import sys
from datetime import UTC, datetime
from store.database import Actor, Store
say = lambda what: (sys.stdout.write(what + "\\n"), sys.stdout.flush())
store = Store.open(sys.argv[1], wait=60, note=lambda: say("waits"))
with store.work(by=Actor("ben", "cli"), now=datetime(2025, 1, 1, tzinfo=UTC)):
    say("writes")
"""


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits says so almost at once."""
    monkeypatch.setattr(engine, "NOTE_AFTER", 0.05)


def queue_up(url: str, count: int) -> tuple[list[threading.Thread], list[int]]:
    """So many writers, each of whom has come after the one before waits; and the list that tells who was let in."""
    served: list[int] = []

    def wait_and_write(number: int, waits: threading.Event) -> None:
        with (
            closing(Store.open(url, wait=60, note=waits.set)) as store,
            store.work(by=ALICE, now=NOW) as work,
        ):
            served.append(number)
            create_customer(work, request=Customer(name=f"{number}"))

    writers = []
    for number in range(count):
        waits = threading.Event()
        writers.append(threading.Thread(target=wait_and_write, args=[number, waits]))
        writers[-1].start()
        assert waits.wait(20)
    return writers, served


def test_whoever_came_first_writes_first(store: Store) -> None:
    with store.work(by=ALICE, now=NOW):
        writers, served = queue_up(store.url, 5)
    for writer in writers:
        writer.join()
    assert served == list(range(5)) and count_customers(store) == 5


@pytest.mark.postgresql
def test_to_say_that_one_waits_is_not_to_queue_up_again(store: Store, soon: None) -> None:
    queued: list[int] = []
    server = create_engine(store.location.server or "")

    def look() -> None:
        with server.connect() as connection:
            held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            queued.append(connection.scalar(text(held)) or 0)
        looked.set()

    looked = threading.Event()
    with closing(Store.open(store.url, wait=60, note=look)) as other:

        def write() -> None:
            with other.work(by=ALICE, now=NOW) as work:
                create_customer(work, request=Customer(name="Widgets"))

        writer = threading.Thread(target=write)
        with store.work(by=ALICE, now=NOW):
            writer.start()
            assert looked.wait(20)
        writer.join()
    server.dispose()
    assert queued == [1]


@contextmanager
def waiting(url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that waits to write."""
    with subprocess.Popen([sys.executable, "-c", WAITER, url], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "waits\n"
        try:
            yield other
        finally:
            other.kill()


def test_who_dies_waiting_is_waited_for_no_longer(store: Store, soon: None) -> None:
    with store.work(by=ALICE, now=NOW), waiting(store.url) as other:
        writers, served = queue_up(store.url, 2)
        other.kill()
        other.wait()
    for writer in writers:
        writer.join()
    assert served == [0, 1]


@pytest.mark.sqlite
def test_who_stands_still_while_waiting_holds_nobody_up(store: Store, soon: None) -> None:
    with ExitStack() as held:
        held.enter_context(store.work(by=ALICE, now=NOW))
        with waiting(store.url) as other:
            writers, _ = queue_up(store.url, 2)
            os.kill(other.pid, signal.SIGSTOP)
            held.close()
            for writer in writers:
                writer.join(20)
            assert count_customers(store) == 2


@pytest.mark.sqlite
def test_programs_that_know_of_no_queue_are_waited_for_too(store: Store, soon: None) -> None:
    path = store.location.path
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writers, served = queue_up(store.url, 2)
        assert served == []
        other.execute("COMMIT")
        for writer in writers:
            writer.join()
    assert served == [0, 1]


@pytest.mark.sqlite
@pytest.mark.parametrize("missing", ["the file", "such locks"])
def test_without_a_queue_only_the_order_is_lost(store: Store, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing == "the file":
        file = Path(store.url + turns.END)
        file.unlink()
        file.symlink_to("elsewhere")
    else:
        monkeypatch.setattr(turns, "_COMMANDS", (None, None))
    with (
        store.work(by=ALICE, now=NOW),
        closing(Store.open(store.url, wait=0.1)) as impatient,
        pytest.raises(StoreUnavailable, match="locked by another program"),
        impatient.work(by=ALICE, now=NOW),
    ):
        raise AssertionError("two writers at once")
    assert not (Path(store.url).parent / "elsewhere").exists()
    with store.work(by=ALICE, now=NOW) as work:
        create_customer(work, request=Customer(name="Widgets"))
    assert count_customers(store) == 1
