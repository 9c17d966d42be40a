"""What can be done in the amendment editor."""

from __future__ import annotations

from screens.command import Command

COMMANDS = (
    Command("amendment.save", "ctrl+s", "save", "Save", "Record the amendment.", writes=True, priority=True),
    Command("amendment.period", "p", "pick", "Period", "Choose the statement to compare: any period or invoice."),
    Command(
        "amendment.previous",
        "left_square_bracket",
        "step(-1)",
        "Previous",
        "The statement before this one.",
        show=False,
    ),
    Command("amendment.next", "right_square_bracket", "step(1)", "Next", "The statement after this one.", show=False),
    Command("amendment.changed", "n", "next_changed", "Next change", "Go to the next statement that changes."),
    Command("amendment.head", "f4", "head", "Start", "Change the contract or the date that the amendment starts at."),
    Command(
        "amendment.usage", "f5", "usage", "Usage", "Rate stored usage, assumed monthly quantities, or another's usage."
    ),
    Command("amendment.request", "f2", "request", "Request", "The amendment as the API request that would be sent."),
    Command("amendment.fields", "f", "fields", "Fields", "Custom fields that the amendment sets.", show=False),
    Command("amendment.terms", "1", "show(1)", "Terms", "Show the terms of the amendment.", show=False),
    Command("amendment.difference", "2", "show(2)", "Difference", "Show what changes in the statement.", show=False),
    Command("amendment.before", "3", "show(3)", "Before", "Show the statement as it is.", show=False),
    Command("amendment.after", "4", "show(4)", "After", "Show the statement as it would be.", show=False),
)
