"""Lines that held no event: kept, as JSON lines with the reason, in a file that whoever loads events names."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from store.errors import Invalid, StoreUnavailable
from store.terms import document


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that held no event: where, why, and what it was."""

    source: str
    line: int
    reason: str
    event: Any

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}: {self.reason}"


class RejectsFile:
    """Where rejected lines go; nowhere if it has no name. What is written is there at once."""

    def __init__(self, name: str | Path | None, out: TextIO | None) -> None:
        self._name = name
        self._out = out

    def write(self, rejects: Iterable[Reject]) -> None:
        """Adds them; raises `StoreUnavailable` where the disk does not take them."""
        if self._out is None:
            return
        try:
            self._out.writelines(_written(reject) + "\n" for reject in rejects)
            self._out.flush()
        except OSError as error:
            reason = "the disk is full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else error.strerror
            raise StoreUnavailable(f"{self._name} cannot be written: {reason}") from None


@contextmanager
def rejects_file(name: str | Path | None) -> Iterator[RejectsFile]:
    """The file of that name, empty; raises `Invalid` where it cannot be made."""
    if name is None:
        yield RejectsFile(None, None)
        return
    try:
        file = Path(name).open("w", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise Invalid(f"{name} cannot be written: {error.strerror}") from None
    try:
        yield RejectsFile(name, file)
    finally:
        with suppress(OSError):  # what could not be written was told when it was
            file.close()


def _written(reject: Reject) -> str:
    line = {"file": reject.source, "line": reject.line, "reason": reject.reason, "event": reject.event}
    return document.write(line)
