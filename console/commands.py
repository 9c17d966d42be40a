"""The one table of everything an operator can do: palette, F1, keymap and its check are made from it."""

from __future__ import annotations

from importlib import import_module

from screens.command import APP_COMMANDS, BACK, Command

SCOPES = (
    "customers",
    "overview",
    "statement",
    "catalog",
    "usage",
    "terms",
    "wizard",
    "amendment",
    "timeline",
    "history",
)
"""Folders of `screens` that have a `commands.py`, in the order help lists them."""


def table() -> tuple[Command, ...]:
    """Every command of the console; ids are unique."""
    found = [*APP_COMMANDS, BACK]
    for scope in SCOPES:
        found += import_module(f"screens.{scope}.commands").COMMANDS
    return tuple({command.id: command for command in found}.values())
