"""A progress bar on standard error, only where that is a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.progress import Task


class Progress:
    """Shows how far a long command is; silent where nobody watches."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar
            from rich.text import Text

            class Rate(ProgressColumn):
                """How many a second, lately."""

                def render(self, task: Task) -> Text:
                    """The rate, or nothing while it is unknown."""
                    speed = task.finished_speed or task.speed
                    return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")

            columns = (TextColumn(self._unit), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._unit, total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` (None: unknown) are through."""
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total)
