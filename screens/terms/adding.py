"""What can be added to a list of terms: its buttons, and the list of every kind with its key."""

from __future__ import annotations

from collections.abc import Sequence

from screens.command import Command, key_name
from screens.services import Services
from screens.terms.commands import ADD, OTHER
from screens.widgets.picker import Picker

USUAL = ("commits", "credits", "scheduled_charges", "overrides")
"""Kinds that always have a button."""
ROOM = 68
"""Columns that buttons may take: those of the narrowest list of terms."""
MARGIN = 3
"""Columns a button takes beyond its label."""
TOLD = 6
"""Kinds that an empty list tells one by one; of more only those with a button."""


def offered(kinds: Sequence[str]) -> list[Command]:
    """What adds a term of one of these kinds."""
    return [command for command in ADD if kind_of(command) in kinds]


def buttons(kinds: Sequence[str]) -> list[Command]:
    """What has a button: the usual kinds, more of them while there is room, and the list of all."""
    found = offered(kinds)
    usual = [command for command in found if kind_of(command) in USUAL]
    if len(usual) == len(found):
        return usual
    left = ROOM - sum(map(_width, (*usual, OTHER)))
    for command in (c for c in found if c not in usual):
        left -= _width(command)
        if left < 0:
            break
        usual.append(command)
    return [*usual, OTHER]


def _width(command: Command) -> int:
    return len(label(command)) + MARGIN


def label(command: Command) -> str:
    """A button's text: `+ Commit (c)`."""
    name = f"{command.label} ({key_name(command.key)})"
    return name if command is OTHER else f"+ {name}"


def hints(kinds: Sequence[str]) -> str:
    """What an empty list says: what can be added, one a line."""
    found = offered(kinds)
    lines = [f"{key_name(c.key)}   {c.help}" for c in (found if len(found) <= TOLD else buttons(kinds))]
    return "\n".join(("Nothing yet.", "", *lines))


def picker(services: Services, kinds: Sequence[str]) -> Picker:
    """Every kind there is to add, each with its key and what it is; picks the kind."""
    choices = [(kind_of(c), f"{key_name(c.key)}  {c.label}\t{_what(c)}") for c in offered(kinds)]
    return Picker(services, title="Add which term?", choices=choices)


def _what(command: Command) -> str:
    """The sentence after the colon: `a commit made anew every period`."""
    return command.help.partition(": ")[2].removesuffix(".")


def kind_of(command: Command) -> str:
    """`add('commits')` → `commits`."""
    return command.action.partition("'")[2].rstrip("')")
