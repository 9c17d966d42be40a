"""What can be done where usage is counted."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (Command("usage.reload", "ctrl+r", "reload", "Count again", "Count the events again."),)
