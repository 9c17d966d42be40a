"""What can be done in the contract wizard."""

from __future__ import annotations

from screens.command import Command
from screens.terms.commands import ADD, OTHER

NEXT = Command(
    "wizard.next", "f8,ctrl+n", "next", "Next", "Go on to the next step; nothing typed is lost.", priority=True
)
PREVIOUS = Command(
    "wizard.previous", "f7", "previous", "Back", "Return to the step before; nothing is lost.", priority=True
)
SAVE = Command(
    "wizard.save",
    "ctrl+s",
    "save",
    "Save",
    "Review the contract; on the review, create it.",
    writes=True,
    priority=True,
)
REQUEST = Command("wizard.request", "f2", "request", "Request", "Show the exact API request, to read or to copy.")
PREVIEW = Command("wizard.preview", "f3", "preview", "Preview", "Go to the preview, or (as Esc) back to the step.")
MORE = Command("wizard.more", "f4", "more", "More", "Show the fields that are rarely needed, or hide them again.")
USAGE = Command("wizard.usage", "f5", "usage", "Usage", "Choose which usage is rated: stored, assumed, or another's.")
UNDO = Command("wizard.undo", "f6", "undo", "Undo", "Take back the last change of the draft.", show=False)
REDO = Command("wizard.redo", "shift+f6", "redo", "Redo", "Make the change that was undone again.", show=False)
LEAVE = Command("wizard.leave", "escape", "back", "Leave", "Leave the wizard; you are asked what becomes of the draft.")
STEPS = tuple(
    Command(f"wizard.step_{k}", str(k), f"step({k - 1})", f"Step {k}", f"Go to {name}.", show=False)
    for k, name in enumerate(("the basics", "commits and credits", "charges, overrides and the rest", "the review"), 1)
)

COMMANDS = (NEXT, PREVIOUS, SAVE, MORE, PREVIEW, USAGE, REQUEST, UNDO, REDO, LEAVE, *STEPS)
"""Of the wizard alone."""

ACTIONS = (*COMMANDS, *ADD, OTHER)
"""What can be done on its screen: terms are added from any step."""
