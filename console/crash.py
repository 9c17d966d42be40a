"""What happens to a defect of ours: a note on disk with the trace but no data, and one line on the terminal."""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path

from console import paths


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


def _write(file: Path, error: BaseException, when: datetime) -> None:
    paths.private(file.parent)
    frames = "".join(traceback.format_tb(error.__traceback__))
    file.write_text(f"{when.isoformat()}\n{frames}{type(error).__module__}.{type(error).__qualname__}\n", "utf-8")
    file.chmod(0o600)
