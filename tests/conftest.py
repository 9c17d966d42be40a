"""What holds for every test: no animation, no colours or themes from the shell, and nobody's real folders."""

from __future__ import annotations

import os

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # before anything imports Textual
for name in (
    "NO_COLOR",
    "TEXTUAL_THEME",
    "TERMSHEET_STORE",
    "TERMSHEET_CONFIG",
    "TERMSHEET_OPERATOR",
    "TERMSHEET_MOUSE",
):
    os.environ.pop(name, None)
