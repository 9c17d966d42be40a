"""An operator's own keys: which action has which key, checked before it is used.

Textual ignores unknown ids in silence and lets a new key steal another action's default, so everything is checked here
and all problems are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from screens.command import Command

FIXED = frozenset({"enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "backspace", "delete"})
"""Keys that prompts and lists rely on."""
SWALLOWED = frozenset({"ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c", "ctrl+v"})
"""Keys that terminals, tmux and screen take, or send as another key."""


def problems(keymap: Mapping[str, str], commands: Iterable[Command]) -> list[str]:
    """Everything wrong with a keymap, one sentence each."""
    table = {command.id: command for command in commands}
    found = []
    for name, key in keymap.items():
        keys = [part.strip() for part in key.split(",")]
        if name not in table:
            found.append(f"{name}: there is no such action")
        elif not all(keys):
            found.append(f"{name}: a key is empty")
        found += [f"{name}: {k} cannot be remapped" for k in keys if k in FIXED]
        found += [f"{name}: {k} never reaches the console from many terminals" for k in keys if k in SWALLOWED]
    return found + _clashes(keymap, table)


def _clashes(keymap: Mapping[str, str], table: Mapping[str, Command]) -> list[str]:
    """Two actions of one scope (or one of a scope and one that works everywhere) on the same key."""
    found = []
    taken: dict[tuple[str, str], str] = {}
    for command in sorted(table.values(), key=lambda c: c.scope != "app"):
        for key in (part.strip() for part in keymap.get(command.id, command.key).split(",")):
            other = taken.get((command.scope, key)) or taken.get(("app", key))
            if other and (command.id in keymap or other in keymap):
                found.append(f"{command.id}: {key} is already the key of {other}")
            taken.setdefault((command.scope, key), command.id)
    return found


def usable(keymap: Mapping[str, str], commands: Iterable[Command]) -> dict[str, str]:
    """The part of a keymap that can be used: all of it where nothing is wrong, none of it otherwise."""
    return {} if problems(keymap, commands) else dict(keymap)
