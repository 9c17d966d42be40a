"""What happens to a defect of ours: a note on disk with the trace but no data, and one line on the terminal."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from console import paths
from store.text import visible


def note(error: BaseException) -> str:
    """Write the trace (no local variables, no values of data) to the log folder; the sentence for the operator."""
    name = type(error).__name__
    when = datetime.now(UTC)
    file = paths.log_folder() / f"crash-{when:%Y%m%d-%H%M%S-%f}.txt"
    try:
        _write(file, error, when)
    except OSError:
        return f"Termsheet stopped on a defect ({name}); the note about it could not be written."
    return f"Termsheet stopped on a defect ({name}). Drafts are kept. A note is in {file}"


def in_threads(end: Callable[[BaseException], object]) -> None:
    """What becomes of a defect in a thread of ours: by itself it would print its trace, and be forgotten."""

    def ended(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not isinstance(told.exc_value, SystemExit):
            end(told.exc_value)

    threading.excepthook = ended


def say(error: BaseException) -> None:
    """The sentence about it, where there is no screen yet that would say it."""
    sys.stderr.write(visible(note(error)) + "\n")


def _write(file: Path, error: BaseException, when: datetime) -> None:
    paths.private(file.parent)
    frames = "".join(traceback.format_tb(error.__traceback__))
    file.write_text(f"{when.isoformat()}\n{frames}{type(error).__module__}.{type(error).__qualname__}\n", "utf-8")
    file.chmod(0o600)
