"""A terminal driver that survives what real terminals do; every fault here has a test, so that an upgrade tells.

It touches private names of Textual, which is why Textual is pinned exactly and why they are all in this one file.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

RESET = (
    b"\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1016l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
    b"\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l"
)
"""Every mode this program may have set, taken back; harmless where it was not set."""

RESCUE_SECONDS = 2.0
"""How long a dying console waits at most for its drafts to be written; nobody is there any more to wait for it."""
WATCH_SECONDS = 5.0
"""How often the terminal is asked whether it is still there."""


def _replacing_decoder(encoding: str) -> Callable[[], codecs.IncrementalDecoder]:
    return lambda: codecs.getincrementaldecoder(encoding)("replace")


_parse_key = XTermParser._parse_extended_key


def _parse_key_or_nothing(self: XTermParser, sequence: str) -> list[events.Key] | None:
    try:
        return _parse_key(self, sequence)
    except (ValueError, OverflowError):
        return None


def harden() -> None:
    """A byte that is not UTF-8 (a Latin-1 terminal's ü) or a key code out of range must not end the input thread."""
    linux_driver.getincrementaldecoder = _replacing_decoder  # type: ignore[assignment, attr-defined]
    XTermParser._parse_extended_key = _parse_key_or_nothing  # type: ignore[method-assign, assignment]


class HardDriver(LinuxDriver):
    """The stock driver, with clicks, drags and the wheel but no reports of the pointer passing by.

    Those would send bytes up the line for every cell the pointer crosses and repaint whatever is under it.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        harden()
        super().__init__(*args, **options)

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1000l\x1b[?1002l\x1b[?1006l")
            if self._mouse_pixels:
                self.write("\x1b[?1016l")
            self.flush()

    def _disable_in_band_window_resize(self) -> None:
        self.write("\x1b[?2048l")

    def use_mouse(self, on: bool) -> None:
        """Take the mouse, or leave it to the terminal so that its own text selection works."""
        if on:
            self._mouse = True
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
            self._mouse = False


def _leave(status: int, attributes: Callable[[], list[Any] | None], rescue: Callable[[], object]) -> None:
    """Save what is unfinished, put the terminal back, and go; never waits for a terminal that does not answer."""
    saver = threading.Thread(target=rescue, daemon=True)
    saver.start()
    saver.join(RESCUE_SECONDS)
    try:
        os.set_blocking(2, False)
        os.write(2, RESET)
    except OSError:
        pass
    before = attributes()
    if before is not None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, before)
    os._exit(status)


def guard(attributes: Callable[[], list[Any] | None], rescue: Callable[[], object]) -> None:
    """Install what runs when the terminal or the session goes away.

    Plain signal handlers, not the event loop's: those never run when the loop waits for a terminal that has gone or is
    stuck. And a watch, because a console that has lost its terminal without a signal would live on and spin.
    """

    def last_resort(number: int, _frame: FrameType | None) -> None:
        _leave(128 + number, attributes, rescue)

    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, last_resort)

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(WATCH_SECONDS):
            try:
                termios.tcgetattr(0)
            except termios.error:
                _leave(129, attributes, rescue)

    threading.Thread(target=watch, name="terminal-watch", daemon=True).start()


def refusal() -> str:
    """Why the console cannot open on this terminal, in one sentence; empty if it can."""
    if not (os.isatty(0) and os.isatty(2)):
        return "The console needs a terminal (over ssh: ssh -t); every command also works without one, see --help."
    term = os.environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return f"TERM={term or '(empty)'} cannot show the console; set it to your terminal's, such as xterm-256color."
    return ""


SUPPORTED = sys.platform != "win32"
"""Where termios is."""
