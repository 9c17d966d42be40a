"""Text snapshots: what a screen shows, line by line, in a file that a review can read.

`TERMSHEET_SNAPSHOTS=write pytest …` writes them anew; look at the difference before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from textual.app import App

from tests.screens.reading import screen_text

FOLDER = Path(__file__).parent / "snapshots"


def assert_as_before(app: App[Any], name: str) -> None:
    """The screen shows what it showed when the snapshot of that name was taken."""
    path, shown = FOLDER / f"{name}.txt", screen_text(app) + "\n"
    if os.environ.get("TERMSHEET_SNAPSHOTS") == "write":
        FOLDER.mkdir(exist_ok=True)
        path.write_text(shown, "utf-8")
    assert path.read_text("utf-8") == shown
