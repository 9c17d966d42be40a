"""What a key costs on the line: two rows and no more, on every screen; and nothing while nobody types."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.terminal import Terminal
from tests.screens.demo_store import filled

DOWN, UP, RIGHT, LEFT, TAB = b"\x1b[B", b"\x1b[A", b"\x1b[C", b"\x1b[D", b"\t"
BUDGET = 1_500
"""Bytes that a cursor key may cost in 120 columns with true colours."""


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """The console on the demo's book, in a wide window with true colours."""
    store = filled(tmp_path / "demo.db")
    return Terminal("--store", f"sqlite:///{store}", home=tmp_path, size=(120, 40), env={"COLORTERM": "truecolor"})


def cost(terminal: Terminal, *keys: bytes) -> int:
    """What comes at once for a key: the least of several, as on a busy machine a preview may come along with one."""
    sizes = []
    for key in keys:
        terminal.send(key)
        size = len(terminal.read(0.04)) or len(terminal.read(0.3))
        while got := len(terminal.read(0.04)):
            size += got
        sizes.append(size)
    terminal.quiet()
    return min((size for size in sizes if size), default=0)


def went(terminal: Terminal, keys: bytes, text: str) -> None:
    """Go somewhere, until that text and everything else has been written."""
    terminal.output = b""
    terminal.send(keys)
    terminal.until(text)
    terminal.quiet()


def test_a_cursor_key_costs_two_rows_on_every_screen(terminal: Terminal) -> None:
    found: dict[str, int] = {}
    with terminal:
        terminal.until("Meridian")
        terminal.quiet()
        found["customers"] = cost(terminal, DOWN, UP, DOWN, UP, DOWN)
        went(terminal, b"p", "Base usage")
        found["rate cards"] = cost(terminal, DOWN, UP, DOWN, UP, DOWN)
        went(terminal, b"2", "Active Users")
        found["products"] = cost(terminal, DOWN, DOWN, DOWN, UP, UP)
        went(terminal, b"\x1b", "maps-platform")
        went(terminal, b"/Widgets", "cloud@")
        went(terminal, b"\r", "active")
        went(terminal, b"s", "Earlier")
        found["statements"] = cost(terminal, DOWN, DOWN, DOWN, UP, UP)
        terminal.send(b"\r")
        terminal.quiet()
        found["statement lines"] = cost(terminal, DOWN, UP, DOWN, UP, DOWN)
        went(terminal, b"\x1b", "active")
        went(terminal, b"\x1b", "cloud@")
        terminal.send(b"\x1b")
        terminal.quiet()
        went(terminal, b"/Meridian", "maps-platform")
        went(terminal, b"\r", "active")
        found["overview"] = cost(terminal, DOWN, UP, DOWN, UP, DOWN)
        found["tab"] = cost(terminal, TAB, TAB, TAB, TAB, TAB)
        went(terminal, b"f", "begins")
        found["timeline lanes"] = cost(terminal, DOWN, UP, DOWN, UP, DOWN)
        found["timeline changes"] = cost(terminal, DOWN, RIGHT, LEFT, RIGHT, LEFT)
        went(terminal, b"\x10", "Commands and customers")
        found["palette"] = cost(terminal, DOWN, DOWN, DOWN, UP, UP)
        assert terminal.read(1.5) == b"", "nobody types, nothing is written"
    assert {name: size for name, size in found.items() if not 0 < size <= BUDGET} == {}, found
