"""How fast the console is: `python -m tests.benchmarks.console STORE [ROUNDS]`, on a store made by `million`.

Starts the console and a smallest Textual program in turn, in a terminal of our own, and prints medians: time to the
first byte, to rows on the screen, processor time and bytes until it is quiet; then what a key costs in the list, what
ten idle seconds cost, and what keys cost on the other screens, which show the demo's book. On a busy machine only the
ratio and the processor times mean anything.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path
from typing import NamedTuple

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    ENABLE_COMMAND_PALETTE = False
    def compose(self):
        yield Static("Hello, operator")
Hello().run()
"""
QUIET = 0.25
"""Seconds without a byte after which a program has settled."""


class Start(NamedTuple):
    """One start, in milliseconds and bytes."""

    first_byte: float
    visible: float
    processor: float
    size: int


class Program:
    """A program in a terminal of 120x40 with true colours."""

    def __init__(self, *command: str) -> None:
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, *command])
        self.output = b""

    def read(self, seconds: float) -> bytes:
        """What comes within that time of silence."""
        got = b""
        while select.select([self.fd], [], [], seconds)[0]:
            got += os.read(self.fd, 65536)
        self.output += got
        return got

    def start(self, text: bytes) -> Start:
        """Measure until the text is there and nothing more comes."""
        first = visible = 0.0
        while select.select([self.fd], [], [], 10 if not visible else QUIET)[0]:
            self.output += os.read(self.fd, 65536)
            now = (time.perf_counter() - self.began) * 1000
            first = first or now
            visible = visible or (now if text in self.output else 0.0)
        return Start(first, visible, self.processor(), len(self.output))

    def processor(self) -> float:
        """Processor time so far, in milliseconds."""
        with open(f"/proc/{self.pid}/stat") as file:  # noqa: PTH123  procfs
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def key(self, data: bytes, gap: float = 0.045) -> tuple[float, int]:
        """Milliseconds to the last byte of the answer to a key, and its bytes."""
        began = time.perf_counter()
        os.write(self.fd, data)
        last, size = began, 0
        while select.select([self.fd], [], [], gap if size else 1.0)[0]:
            size += len(os.read(self.fd, 65536))
            last = time.perf_counter()
        return (last - began) * 1000, size

    def end(self) -> None:
        """Away with it."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def starts(store: str, rounds: int) -> None:
    """Both programs in turn; medians, and the ratio round by round."""
    found: dict[str, list[Start]] = {"hello": [], "console": []}
    programs = {"hello": (("-c", HELLO), b"Hello"), "console": (("-m", "console", "--store", store), b"Acme")}
    for turn in range(rounds + 1):
        for name, (command, text) in programs.items():
            program = Program(*command)
            measured = program.start(text)
            program.end()
            if turn:
                found[name].append(measured)
    for name, runs in found.items():
        values = [statistics.median(values) for values in zip(*runs, strict=True)]
        first, rows, cpu, size = values
        say(f"{name:8} first byte {first:6.0f} ms  rows {rows:6.0f} ms  cpu {cpu:6.0f} ms  {size:6.0f} B")
    pairs = list(zip(found["console"], found["hello"], strict=True))
    say(f"ratio    rows {statistics.median(a.visible / b.visible for a, b in pairs):.2f}x  "
        f"cpu {statistics.median(a.processor / b.processor for a, b in pairs):.2f}x")  # fmt: skip


def keys(store: str) -> None:
    """What keys cost in the list and in the search box."""
    program = Program("-m", "console", "--store", store)
    program.start(b"Acme")
    for name, data, count in (
        ("down", b"\x1b[B", 100), ("page down", b"\x1b[6~", 30), ("end", b"\x1b[F", 1), ("home", b"\x1b[H", 1),
    ):  # fmt: skip
        report(program, name, [data] * count)
    program.key(b"/")
    report(program, "letter", [bytes([c]) for c in b"qjxkzvw"], gap=0.03)
    program.end()


DOWN, UP, RIGHT, LEFT, TAB = b"\x1b[B", b"\x1b[A", b"\x1b[C", b"\x1b[D", b"\t"
WIDGETS, MERIDIAN = b"/cloud@widgets", b"/maps-platform"
JOURNEYS: dict[str, tuple[tuple[bytes, ...], tuple[bytes, ...], int]] = {
    "overview": ((MERIDIAN, b"\r"), (DOWN, UP), 10),
    "overview, Tab": ((MERIDIAN, b"\r"), (TAB,), 12),
    "statements": ((WIDGETS, b"\r", b"s", b"\x1b[H"), (DOWN,), 20),
    "its lines": ((WIDGETS, b"\r", b"s", b"\r"), (DOWN, DOWN, UP, UP), 5),
    "lanes": ((MERIDIAN, b"\r", b"f"), (DOWN, UP), 10),
    "changes": ((MERIDIAN, b"\r", b"f", DOWN), (RIGHT, LEFT), 10),
    "rate cards": ((b"p",), (DOWN, UP), 10),
    "products": ((b"p", b"2"), (DOWN, DOWN, UP, UP), 5),
    "typing": ((WIDGETS, b"\r", b"c"), tuple(bytes([c]) for c in b"a name"), 5),
    "palette": ((b"\x10",), (DOWN, DOWN, UP, UP), 5),
}
"""Screen → the keys that lead there, the keys that are measured, and how often."""


def screens() -> None:
    """What keys cost on the other screens; then the time from a key to the amendment's answer to it."""
    from tests.screens.demo_store import filled

    with tempfile.TemporaryDirectory() as folder:
        store = str(filled(Path(folder) / "demo.db"))
        for name, (way, presses, times) in JOURNEYS.items():
            program = gone(store, *way)
            report(program, name, [*presses] * times)
            program.end()
        program = gone(store, WIDGETS, b"\r", b"a", b"\x1bOS", b"\x1b[F", b"\x7f")
        answers = []
        for digit in b"1234567":
            answers.append(program.key(bytes([digit]), gap=0.4)[0])
            program.key(b"\x7f", gap=0.4)
        say(f"amendment  key to preview p50 {statistics.median(answers):6.1f} ms")
        program.end()


def gone(store: str, *way: bytes) -> Program:
    """The console, where these keys lead; each is typed when the one before has had its effect."""
    program = Program("-m", "console", "--store", store)
    program.start(b"Meridian")
    for keys in way:
        os.write(program.fd, keys)
        program.read(1.0)
    return program


def idle(store: str) -> None:
    """What ten seconds cost in which nobody types."""
    program = Program("-m", "console", "--store", store)
    program.start(b"Acme")
    program.read(1.0)
    before, end, size = program.processor(), time.monotonic() + 10, 0
    while (left := end - time.monotonic()) > 0:
        if select.select([program.fd], [], [], left)[0]:
            size += len(os.read(program.fd, 65536))
    say(f"idle       {size} B and {program.processor() - before:.0f} ms of processor in 10 s")
    program.end()


def report(program: Program, name: str, presses: list[bytes], gap: float = 0.045) -> None:
    """Medians of these presses."""
    before = program.processor()
    runs = [program.key(data, gap) for data in presses]
    cost = (program.processor() - before) / len(presses)
    times = sorted(ms for ms, _ in runs)
    say(f"{name:13} p50 {statistics.median(times):6.1f} ms  p95 {times[int(len(times) * 0.95)]:6.1f} ms  "
        f"cpu {cost:5.1f} ms  mean {statistics.mean(size for _, size in runs):7.0f} B")  # fmt: skip


def say(line: str) -> None:
    """A line of the report."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    starts(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10)
    keys(sys.argv[1])
    idle(sys.argv[1])
    screens()
