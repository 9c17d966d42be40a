"""What can be done in the history."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("history.search", "slash", "search", "Search", "Type words that must be found; who:NAME for one operator."),
    Command("history.more", "m", "more", "Older", "Read on into the past."),
    Command("history.undo", "u", "undo", "Take back", "Take this customer's last change back.", writes=True),
    Command("history.whole", "w", "whole", "Whole book", "Everything that was done, or only this customer's again."),
    Command("history.request", "f2", "request", "Request", "The change as the API request that makes it.", show=False),
    Command("history.reload", "ctrl+r", "reload", "Reload", "Read it again.", show=False),
)
