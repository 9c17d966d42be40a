"""The sandbox from outside: one child process, started when first needed, killed when it takes too long."""

from __future__ import annotations

import atexit
import json
import selectors
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from store.errors import Invalid

PROGRAM = Path(__file__).with_name("sandbox.py")
SECONDS = 10.0
"""How long the child may take for one job by the clock on the wall."""
START = 20.0
"""How long it may take to start, on a machine that is busy."""


class Child:
    """A sandbox for one job after the other; any thread may ask, they take turns."""

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def ask(self, job: dict[str, Any]) -> dict[str, Any]:
        """The answer to a job; raises `Invalid` where the job takes too long or too much memory."""
        with self._lock:
            fresh = self._process is None or self._process.poll() is not None
            if fresh:
                self._start()
            process = self._process
            assert process is not None and process.stdin is not None
            try:
                process.stdin.write(json.dumps(job).encode() + b"\n")
                process.stdin.flush()
                line = self._line(process, self._seconds + (START if fresh else 0))
            except BrokenPipeError:
                line = b""
            if line is None:
                self._end()
                raise Invalid(f"the query takes longer than {self._seconds:g} seconds", path="/sql")
            if not line:
                self._end()
                raise Invalid("the query takes more memory or time than a metric may", path="/sql")
            return dict(json.loads(line))

    def close(self) -> None:
        """Ends the child, if there is one."""
        with self._lock:
            self._end()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            close_fds=True,
            start_new_session=True,  # a Ctrl+C at the terminal is the console's, not the child's
        )

    def _line(self, process: subprocess.Popen[bytes], seconds: float) -> bytes | None:
        """The next line of the child, empty if it died, None if the time is over."""
        assert process.stdout is not None
        until = monotonic() + seconds
        found = bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while not found.endswith(b"\n"):
                left = until - monotonic()
                if left <= 0 or not waiting.select(left):
                    return None
                chunk = process.stdout.read1(1 << 16)  # type: ignore[attr-defined]
                if not chunk:
                    return b""
                found += chunk
        return bytes(found)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        process.wait()


shared = Child()
"""The one of this process."""
atexit.register(shared.close)
