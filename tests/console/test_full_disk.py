"""A disk that is full while somebody types: one sentence, nothing lost, and saving works once there is room again."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from store import integrity, queries
from store.database import Store
from tests.console.killing import book_of
from tests.console.terminal import Terminal

ALL = resource.RLIM_INFINITY


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A store that is there already."""
    made = f"sqlite:///{tmp_path / 'store.db'}"
    Store.open(made).close()
    yield made


def room(terminal: Terminal, size: int) -> None:
    """Let the console write no further than that into any file."""
    psutil.Process(terminal.pid).rlimit(psutil.RLIMIT_FSIZE, (size, ALL))


def test_what_is_typed_on_a_full_disk_is_saved_once_there_is_room(url: str, tmp_path: Path) -> None:
    with Terminal("--store", url, home=tmp_path, env={"TERMSHEET_OPERATOR": "ann"}) as terminal:
        terminal.until("No customers yet.")
        terminal.quiet()
        terminal.send(b"n")
        terminal.until("New customer")
        terminal.quiet()
        room(terminal, 1)
        terminal.send(b"Half typed")
        terminal.until("Store unavailable")
        terminal.quiet()
        terminal.output = b""
        terminal.send(b"\x13")
        terminal.until("Store unavailable")
        terminal.quiet()
        with book_of(url, tmp_path) as store:
            assert queries.count_customers(store) == 0 and integrity.check(store) == ()
        room(terminal, ALL)
        terminal.send(b"\x13")
        terminal.until("Added Half typed")
    with book_of(url, tmp_path) as store:
        assert queries.count_customers(store) == 1 and integrity.check(store) == ()
