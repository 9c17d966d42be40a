"""What reaches a real terminal from a book of hostile names: our own control sequences, text, and closed boxes."""

from __future__ import annotations

import base64
import re
from collections import Counter
from pathlib import Path

import pyte
import pytest

from tests.console.terminal import Terminal
from tests.hostile import OPERATOR, PAYLOADS, filled, obeyed, shown

ESC, F1, F2, F12, UP, DOWN, PAGE = b"\x1b", b"\x1bOP", b"\x1bOQ", b"\x1b[24~", b"\x1b[A", b"\x1b[B", b"\x1b[6~"
CSI = re.compile(r"\x1b\[([<=>?]?)([0-9;:]*)([ $]?)([@-~])")
COPIED = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07")
POINTER = re.compile(r"\x1b\]22;[a-z-]+\x07")
OURS = {"m", "H", "?h", "?l", ">u", "<u", "?$p", "?u"}
"""The kinds of control sequences that the console writes."""
SIZE = (120, 40)

WALK: tuple[tuple[bytes, ...], ...] = (
    (PAGE, PAGE, F2, b"2", ESC), (b"n", b"x", ESC, b"\x1b[C", b"\r"), (b"\x10", b"Q", PAGE, ESC), (b"u", PAGE, ESC),
    (b"p", DOWN, b"i", ESC, b"2", DOWN, b"3", b"u", ESC, ESC), (F12, PAGE, b"\r", ESC, ESC), (b"/", b"0main", b"\r"),
    (PAGE, b"\r", b"x", b"c", ESC, ESC, b"2", b"4", b"5", b"6"), (b"l", ESC), (b"e", ESC), (b"r", ESC),
    (b"s", DOWN, b"\r", b"v", ESC, b"o", ESC, b"2", b"3", ESC), (b"f", DOWN, b"\x1b[C", PAGE, ESC),
    (b"c", DOWN, b" ", DOWN, b"\r", ESC, b"d"), (b"a", b" ", DOWN, ESC, ESC),
)  # fmt: skip
"""By screen: the keys there, and out again."""


@pytest.fixture(scope="module")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store with every payload everywhere."""
    return filled(tmp_path_factory.mktemp("bytes") / "store.db")


def assert_ours(text: str) -> None:
    """No control sequence that the data brought along: none of another kind, and none of ours with their arguments."""
    kinds: Counter[str] = Counter()
    for mark, arguments, between, end in CSI.findall(text):
        kinds[mark + between + end] += 1
        assert mark == "" or end in "pu" or {*arguments.split(";")} <= {
            "7", "25", "1000", "1002", "1004", "1006", "1016", "1049", "2004", "2026", "2048"
        }, (mark, arguments, end)  # fmt: skip
    assert set(kinds) <= OURS, kinds
    assert text.count("\x1b[?1049h") == text.count("\x1b[?1049l") == 1
    copies = COPIED.findall(text)
    assert len(copies) == 1, "what was copied by key, once"
    assert not obeyed(base64.b64decode(copies[0], validate=True).decode())
    text = COPIED.sub("", text)
    left = POINTER.sub("", CSI.sub("", text)).replace("\r", "")
    assert not obeyed(left), {(c, left[max(0, left.index(c) - 30) : left.index(c) + 30]) for c in obeyed(left)}


def open_box(screen: pyte.Screen) -> str:
    """As an emulator draws it: the line where what begins as a box does not end as one, cell under cell; or nothing."""
    if "".join(screen.display).count("╭") != 1:  # one over the other
        return ""
    rows = [[screen.buffer[y][x].data for x in range(SIZE[0])] for y in range(SIZE[1])]
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if cell == "╭" and "╮" in row[x:]:
                right, below = row.index("╮", x), y + 1
                while below < SIZE[1] - 1 and rows[below][x][:1] == "│" and rows[below][right][:1] in "│▇▁█ ":
                    below += 1
                if rows[below][x] + rows[below][right] != "╰╯":
                    return "".join(rows[below])
    return ""


def test_only_our_own_control_sequences_reach_the_terminal(hostile_store: Path, tmp_path: Path) -> None:
    env = {"TERMSHEET_OPERATOR": OPERATOR, "COLORTERM": "truecolor"}
    screen = pyte.Screen(*SIZE)
    stream, fed, seen = pyte.ByteStream(screen), 0, set()
    with Terminal("--store", f"sqlite:///{hostile_store}", home=tmp_path, size=SIZE, env=env) as terminal:
        terminal.until("0main")
        terminal.read(0.5)
        for keys in WALK:
            for key in keys:
                terminal.send(key)
                for _ in range(5):  # until it answers
                    if terminal.read(0.1):
                        break
                for _ in range(40):  # a frame may come in parts
                    while terminal.read(0.07):
                        pass
                    stream.feed(terminal.output[fed:])
                    fed = len(terminal.output)
                    if not open_box(screen):
                        break
                assert not open_box(screen), "\n".join(screen.display)
                seen |= shown("\n".join(screen.display))
        terminal.send(b"\x11")
        assert terminal.wait() == 0
        terminal.assert_restored()
    assert_ours(terminal.output.decode())
    assert len(seen) > len(PAYLOADS) - 4, sorted(seen)
    assert not list(tmp_path.rglob("crash-*"))
