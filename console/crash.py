"""Crash files: what went wrong and where, without the values of any variable (they may be customers' data)."""

from __future__ import annotations

import os
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs


def record(error: BaseException) -> Path:
    """Write the traceback (code places only, no locals, no message text of data) and return the file's path."""
    folder = Path(platformdirs.user_log_dir("termsheet", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
        lines = [f"{type(error).__module__}.{type(error).__qualname__}\n"]
        lines += traceback.format_tb(error.__traceback__)
        path.write_text("".join(lines), "utf-8")
        path.chmod(0o600)
    except OSError:
        return Path(os.devnull)
    return path
