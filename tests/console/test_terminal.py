"""What the console does to a terminal, and what it does when the terminal does something to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from store import drafts
from store.database import Store
from tests.console.killing import book_of
from tests.console.terminal import Terminal


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store that is there already."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    Store.open(url).close()
    return url


def opened(store: str, tmp_path: Path, **options: str) -> Terminal:
    """The console on that store."""
    return Terminal("--store", store, home=tmp_path, env={"TERMSHEET_OPERATOR": "ann", **options})


def ready(terminal: Terminal) -> None:
    """Its first screen is there."""
    terminal.until("No customers yet.")
    terminal.quiet()


def typing(terminal: Terminal) -> None:
    """In the middle of adding a customer."""
    ready(terminal)
    terminal.send(b"n")
    terminal.until("New customer")
    terminal.quiet()
    terminal.send(b"Half typed")
    terminal.until("d")
    terminal.quiet()


def test_quitting_leaves_the_terminal_as_it_was(store: str, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        ready(terminal)
        terminal.send(b"\x11")
        assert terminal.wait() == 0
        terminal.assert_restored()


def test_nothing_is_written_while_nothing_happens(store: str, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        typing(terminal)
        assert terminal.read(2) == b"", "no blinking, no clock"
        assert b"\x1b[?1003h" not in terminal.output, "the pointer passes over without a trace"


def test_a_word_is_on_the_terminal_before_anything_is_imported(store: str, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        ready(terminal)
        assert terminal.output.startswith(b"Opening Termsheet")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_in_the_middle_of_typing_keeps_the_draft(store: str, tmp_path: Path, number: int) -> None:
    with opened(store, tmp_path) as terminal:
        typing(terminal)
        began = time.monotonic()
        os.kill(terminal.pid, number)
        assert terminal.wait() == 128 + number
        assert time.monotonic() - began < 2
        terminal.assert_restored()
    assert kept(store, tmp_path) == ["Half typed"]


def test_a_hang_up_keeps_the_draft_and_leaves_no_orphan(store: str, tmp_path: Path) -> None:
    with opened(store, tmp_path) as terminal:
        typing(terminal)
        terminal.hang_up()
        assert terminal.wait() in (128 + signal.SIGHUP, 129)
    assert kept(store, tmp_path) == ["Half typed"]


def kept(url: str, home: Path) -> list[str]:
    """Titles of what was kept, wherever."""
    with book_of(url, home) as store:
        return [draft.title for draft in drafts.list_for(store, "ann")]


@pytest.mark.parametrize(
    "junk",
    [b"\xfc", b"\x1b[1114112u", b"\x1b[999999999999999999999;1H", b"\x1b[999999999999u", b"\xc3\x28\xff"],
)
def test_no_bytes_end_the_input(store: str, tmp_path: Path, junk: bytes) -> None:
    with opened(store, tmp_path) as terminal:
        ready(terminal)
        terminal.send(junk)
        terminal.quiet()
        terminal.send(b"\x11")
        assert terminal.wait() == 0
        terminal.assert_restored()
        assert b"defect" not in terminal.output


@pytest.mark.parametrize("term", ["dumb", "", "unknown"])
def test_a_terminal_that_cannot_show_it_is_refused_in_a_sentence(store: str, tmp_path: Path, term: str) -> None:
    with opened(store, tmp_path, TERM=term) as terminal:
        assert terminal.wait() == 1
        assert b"cannot show the console" in terminal.output
        assert b"\x1b" not in terminal.output


def test_without_a_terminal_it_is_refused_in_a_sentence(store: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "console", "--store", store], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 1
    assert b"needs a terminal" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == b""


def test_a_small_window_says_so(store: str, tmp_path: Path) -> None:
    with Terminal("--store", store, home=tmp_path, size=(40, 10)) as terminal:
        terminal.until("Window too small")
        terminal.quiet()
        terminal.send(b"\x11")
        assert terminal.wait() == 0
        terminal.assert_restored()
