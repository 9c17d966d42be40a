"""Ctrl+P: every action that is possible now and every customer, found by typing part of a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual import on, work
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.fuzzy import Matcher
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from screens.command import APP_COMMANDS, Command, key_name
from screens.services import Services
from screens.widgets.base import Commanded, Dialog
from screens.widgets.table import Cell, Column, Row, RowList
from screens.widgets.text_input import TextInput

MOST_CUSTOMERS = 50
"""Customers shown; the customer list has them all."""
DEBOUNCE = 0.08
"""Seconds without a letter before customers are searched."""


@dataclass(frozen=True)
class Found:
    """Something the palette can do."""

    name: str
    help: str
    key: str
    run: Callable[[App[Any]], Awaitable[None]]


class Palette(Dialog[Found]):
    """Dismisses with what was found; the application runs it once the palette is gone."""

    ACTIONS = (
        Command("palette.run", "enter", "choose", "Run", "Run the action, or open the customer.", palette=False),
        Command("palette.back", "escape", "back", "Close", "Close the palette.", palette=False),
    )
    HELP_TEXT = """
    Every action that is possible now, and every customer. Type part of a name, ↑ ↓ move, Enter runs the action or
    opens the customer.
    """

    DEFAULT_CSS = """
    Palette { align: center top; }
    Palette > #dialog { width: 84; max-width: 96%; height: 22; max-height: 90%; margin-top: 1; }
    Palette RowList { background: $surface; }
    Palette TextInput { background: $panel; margin-bottom: 1; }
    """

    @dataclass
    class Customers(Message):
        """Customers who match; `number` tells whether that is still asked for."""

        number: int
        found: tuple[Found, ...]

    def __init__(self, services: Services, under: Screen[Any]) -> None:
        super().__init__()
        self.services = services
        self.under = under
        self.actions = tuple(self._actions())
        self.customers: tuple[Found, ...] = ()
        self._asked = 0
        self._debounce: Timer | None = None

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
        self.query_one(RowList).steered = True
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
        query = text.strip().casefold()
        matcher = Matcher(query)
        named: list[tuple[float, Found]] = []
        for found in self.actions:
            if not query or found.name.casefold().startswith(query):
                named.append((1000.0, found))
            elif score := matcher.match(found.name):
                named.append((score, found))
        named.sort(key=lambda item: -item[0])
        first = [found for score, found in named if score == 1000.0]
        rest = [found for score, found in named if score < 1000.0]
        rest += [f for f in self.actions if f not in first and f not in rest and query in f.help.casefold()]
        self.query_one(RowList).show(
            Row(f, (f.name, Cell(f.help, "muted"), Cell(f.key, "accent"))) for f in (*first, *self.customers, *rest)
        )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.customers = ()
        self._find(event.value)
        self.query_one(RowList).move_to(0)
        self._asked += 1
        if self._debounce is not None:
            self._debounce.stop()
        if event.value.strip():
            self._debounce = self.set_timer(DEBOUNCE, partial(self._look, self._asked, event.value))

    @work(thread=True, exclusive=True, exit_on_error=False, group="customers", description="search customers")
    def _look(self, number: int, text: str) -> None:
        lines = self.services.directory().search(text).page(0)[:MOST_CUSTOMERS]
        found = tuple(Found(line.name, f"customer {line.alias or line.id}", "", _opener(line.id)) for line in lines)
        self.post_message(self.Customers(number, found))

    @on(Customers)
    def _known(self, event: Customers) -> None:
        if event.number == self._asked:
            self.customers = event.found
            self._find(self.query_one(TextInput).value)

    def on_key(self, event: Any) -> None:
        """The arrows move in the list while the box has the focus."""
        moves = {"up": ("cursor", -1), "down": ("cursor", 1), "pageup": ("page", -1), "pagedown": ("page", 1)}
        if event.key in moves:
            name, step = moves[event.key]
            getattr(self.query_one(RowList), f"action_{name}")(step)

    @on(Input.Submitted)
    @on(RowList.Chosen)
    def action_choose(self) -> None:
        """Dismiss with what is under the cursor."""
        row = self.query_one(RowList).selected
        if row is not None:
            self.dismiss(row.key)


def _opener(customer_id: str) -> Callable[[App[Any]], Awaitable[None]]:
    async def run(app: App[Any]) -> None:
        from screens.overview.screen import OverviewScreen

        await app.push_screen(OverviewScreen(getattr(app, "services"), customer_id))  # noqa: B009

    return run


def _runner(owner: Screen[Any] | None, action: str) -> Callable[[App[Any]], Awaitable[None]]:
    async def run(app: App[Any]) -> None:
        await app.run_action(action, default_namespace=owner or app)

    return run
