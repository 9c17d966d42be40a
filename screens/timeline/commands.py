"""What can be done on the usage-filter timeline."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command(
        "timeline.change",
        "n",
        "change",
        "Change filter",
        "Schedule a change: which usage a contract takes from a date on. Its effect is shown before anything is saved.",
        writes=True,
    ),
    Command("timeline.save", "ctrl+s", "save", "Save", "Record the proposed change.", writes=True, priority=True),
    Command("timeline.request", "f2", "request", "Request", "The change as the API request that would be sent."),
    Command("timeline.in", "plus,equals_sign", "zoom_in", "Zoom", "Show less time, in more detail."),
    Command("timeline.out", "minus", "zoom_out", "Zoom out", "Show more time.", show=False),
    Command("timeline.all", "0", "show_all", "All", "Show the whole time again.", show=False),
    Command(
        "timeline.left", "left_square_bracket", "earlier", "Earlier", "Move the view to earlier times.", show=False
    ),
    Command("timeline.right", "right_square_bracket", "later", "Later", "Move the view to later times.", show=False),
    Command("timeline.reload", "r", "reload", "Reload", "Read contracts and usage again.", show=False),
)
