"""Ctrl+P: every action that is possible now and every customer, found by typing part of a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.screen import Screen
from textual.widgets import Input

from screens.command import APP_COMMANDS, Command, key_name
from screens.services import Services
from screens.widgets.base import Commanded, Dialog
from screens.widgets.table import Cell, Column, Row, RowList
from screens.widgets.text_input import TextInput


@dataclass(frozen=True)
class Found:
    """Something the palette can do."""

    name: str
    help: str
    key: str
    run: Callable[[App[Any]], Awaitable[None]]


class Palette(Dialog[Found]):
    """Dismisses with what was found; the application runs it once the palette is gone."""

    ACTIONS = (Command("palette.back", "escape", "back", "Close", "Close the palette.", palette=False),)

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > #dialog { width: 84; max-width: 96%; height: 22; max-height: 90%; margin-top: 1; }
    Palette RowList { background: $surface; }
    Palette TextInput { background: $panel; margin-bottom: 1; }
    """

    def __init__(self, services: Services, under: Screen[Any]) -> None:
        super().__init__()
        self.services = services
        self.under = under
        self.actions = tuple(self._actions())

    def compose(self) -> ComposeResult:
        """A box to type in and what it finds."""
        with Vertical(id="dialog") as box:
            box.border_title = "Commands and customers"
            yield TextInput(placeholder="type part of an action's or a customer's name")
            yield RowList(
                (Column("", flex=2, least=16), Column("", flex=3, drop_below=60), Column("", width=6, align="right")),
                header=False,
                empty="Nothing is called that.",
            )

    def on_mount(self) -> None:
        """Every action, to begin with."""
        self._find("")
        self.query_one(TextInput).focus()

    def _actions(self) -> Iterator[Found]:
        keys = {a.binding.id: k for k, a in self.under.active_bindings.items() if a.binding.id}
        own = self.under.commands() if isinstance(self.under, Commanded) else ()
        for owner, commands in ((self.under, own), (None, APP_COMMANDS)):
            for command in commands:
                if command.palette and command.action != "palette":
                    key = key_name(keys.get(command.id, command.key))
                    yield Found(command.label, command.help, key, _runner(owner, command.action))

    def _find(self, text: str) -> None:
        query = text.strip()
        matcher = Matcher(query)
        scored = []
        for found in self.actions:
            score = max(matcher.match(found.name), matcher.match(found.help) * 0.5) if query else 1.0
            if score:
                scored.append((score, found))
        if query:
            scored.sort(key=lambda item: -item[0])
        self.query_one(RowList).show(
            Row(found, (found.name, Cell(found.help, "muted"), Cell(found.key, "accent"))) for _, found in scored
        )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._find(event.value)
        self.query_one(RowList).move_to(0)

    def on_key(self, event: Any) -> None:
        """The arrows move in the list while the box has the focus."""
        moves = {"up": ("cursor", -1), "down": ("cursor", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        if event.key in moves:
            name, step = moves[event.key]
            getattr(self.query_one(RowList), f"action_{name}")(step)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def _choose(self) -> None:
        row = self.query_one(RowList).selected
        if row is not None:
            self.dismiss(row.key)


def _runner(owner: Screen[Any] | None, action: str) -> Callable[[App[Any]], Awaitable[None]]:
    async def run(app: App[Any]) -> None:
        await app.run_action(action, default_namespace=owner or app)

    return run
