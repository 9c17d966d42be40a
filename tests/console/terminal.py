"""The console in a real terminal: a pseudo-terminal of our own, keys in, bytes out."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 20.0
"""Seconds after which a program that does not answer has failed."""


class Terminal:
    """A program in a terminal of its own; leaves nothing running."""

    def __init__(
        self,
        *arguments: str,
        home: Path,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] = {},
        program: Sequence[str] = (sys.executable, "-m", "console"),
    ) -> None:
        keep = {key: os.environ[key] for key in ("PATH", "LANG", "VIRTUAL_ENV") if key in os.environ}
        environment = {**keep, "HOME": str(home), "TERM": "xterm-256color", "PYTHONPATH": str(Path.cwd()), **env}
        self.output = b""
        self.status: int | None = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execvpe(program[0], [*program, *arguments], environment)
        self.before = termios.tcgetattr(self.fd)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        if self.fd >= 0:
            os.close(self.fd)

    def read(self, seconds: float) -> bytes:
        """What it writes in that time (or until it ends)."""
        end, got = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    break
                if not data:
                    break
                got += data
        self.output += got
        return got

    def until(self, text: str) -> None:
        """Read until that text has been written, attributes and cursor moves aside."""
        end = time.monotonic() + PATIENCE
        while text.encode() not in self.output:
            assert time.monotonic() < end, f"{text!r} never came; the end of what did: {self.output[-2000:]!r}"
            self.read(0.05)

    def quiet(self, seconds: float = 0.3) -> None:
        """Read until nothing has come for a while."""
        while self.read(seconds):
            pass

    def send(self, data: bytes) -> None:
        """Type."""
        os.write(self.fd, data)

    def wait(self) -> int:
        """Its exit code (128 + n for a signal), reading what it still writes."""
        end = time.monotonic() + PATIENCE
        while self.status is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.status = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < end, "it does not end"
            if self.fd >= 0:
                self.read(0.02)
            else:
                time.sleep(0.02)
        if self.fd >= 0:
            self.read(0.05)
        return self.status

    def hang_up(self) -> None:
        """Close the terminal under it."""
        os.close(self.fd)
        self.fd = -1

    def modes(self) -> dict[int, bool]:
        """Which private modes were left on or off, as the last word about each."""
        found: dict[int, bool] = {}
        for part in self.output.split(b"\x1b[?")[1:]:
            digits = part[: len(part) - len(part.lstrip(b"0123456789"))]
            if digits and part[len(digits) : len(digits) + 1] in (b"h", b"l"):
                found[int(digits)] = part[len(digits) : len(digits) + 1] == b"h"
        return found

    def assert_restored(self) -> None:
        """The terminal is as it was: no mode left on, cursor and line wrap back, the tty as before."""
        modes = self.modes()
        assert modes.pop(25) is True, "the cursor is shown"
        assert modes.pop(7) is True, "lines wrap"
        assert not any(modes.values()), f"modes left on: {modes}"
        assert self.output.count(b"\x1b[>25u") <= self.output.count(b"\x1b[<u"), "the keyboard is as it was"
        assert termios.tcgetattr(self.fd)[:4] == self.before[:4], "the tty is as it was"
