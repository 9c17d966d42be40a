"""A progress bar on standard error, only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from types import TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Progress:
    """Shows how far a long command is, how fast, and how long it will take; silent where nobody watches."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None
        self._task: Any = None
        self._began = 0.0
        self.base = 0
        """How much was done before this began: no part of how fast it is."""

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (TextColumn(self._unit), BarColumn(), TextColumn("{task.fields[told]}"))
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._unit, total=None, told="")
            self._began = monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def through(self, parts: Iterable[T], total: int | None = None) -> Iterator[T]:
        """The parts, each counted once it is dealt with."""
        for done, part in enumerate(parts, 1):
            yield part
            self.advance(done, total)

    def advance(self, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` (None: unknown) are through."""
        if self._bar is not None:
            told = progress_text(done, total, monotonic() - self._began, base=self.base)
            self._bar.update(self._task, completed=done, total=total, told=told)


def progress_text(done: int, total: int | None, seconds: float, *, base: int = 0) -> str:
    """`1,200 of 6,000  400/s  0:13 left`, as far as it is known after so many seconds."""
    words = [f"{done:,}" if total is None else f"{done:,} of {total:,}"]
    rate = (done - base) / seconds if seconds > 0 else 0
    if rate:
        words.append(f"{rate:,.0f}/s")
        if total is not None and total > done:
            minutes, rest = divmod(int((total - done) / rate) + 1, 60)
            words.append(f"{minutes}:{rest:02} left")
    return "  ".join(words)
