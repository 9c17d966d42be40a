"""The frame every screen and dialog stands in: header, body, notice line, keys; and what they all can do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState

from screens.command import BACK, HELP, QUIT, THEME, Command, bindings
from screens.services import Services
from screens.widgets.bars import KeyBar, Notice, TopBar
from screens.widgets.first_frame import FirstFrame
from store.errors import Conflict, Invalid, TermsheetError

Result = TypeVar("Result")


class Commanded(FirstFrame[Result]):
    """A screen whose keys are its commands; those that write are greyed while the store is read-only."""

    ACTIONS: ClassVar[tuple[Command, ...]] = ()
    """What can be done here, in the order of the footer."""
    HELP_TEXT: ClassVar[str] = ""
    """A few plain sentences for F1: what is shown and how to work with it."""

    services: Services

    def __init_subclass__(cls, **options: Any) -> None:
        if "ACTIONS" in cls.__dict__ and "BINDINGS" not in cls.__dict__:
            cls.BINDINGS = list(bindings(cls.ACTIONS))
        super().__init_subclass__(**options)

    def commands(self) -> Iterator[Command]:
        """The commands that can be run now; a screen narrows them in `can`."""
        for command in self.ACTIONS:
            if self.check_action(command.action, ()):
                yield command

    def can(self, action: str) -> bool | None:
        """Whether an action of this screen makes sense now: True, None (greyed) or False (hidden)."""
        return True

    def awaits(self, key: str) -> bool:
        """Whether the key is about something that this screen is still reading: it waits for that."""
        return False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual's question; writes are greyed on a read-only store."""
        for command in self.ACTIONS:
            if command.action.partition("(")[0] == action:
                if command.writes and self.services.read_only:
                    return None
                return self.can(action)
        return True

    def say(self, text: str, tone: str = "good") -> None:
        """Put a sentence on the notice line: good, info, warn, bad, busy. An empty text clears it."""
        for notice in self.query(Notice):
            notice.said = (text, tone if text else "")

    @property
    def noticed(self) -> str:
        """The sentence on the notice line."""
        return next((notice.said[0] for notice in self.query(Notice)), "")

    def say_error(self, error: Exception) -> None:
        """A refusal in one sentence, with its hint."""
        if isinstance(error, Invalid) and len(error.problems) > 1:
            self.say(f"{len(error.problems)} things are not valid; first: {error.problems[0]}", "bad")
        elif isinstance(error, TermsheetError):
            self.say(f"{error.title}: {error}", "bad")
            if isinstance(error, Conflict) and error.changes:
                from screens.widgets.stale import tell_stale

                tell_stale(self, error)
        else:
            self.say(f"{type(error).__name__}: {error}", "bad")

    def rebase(self) -> None:
        """The book was changed by others: read it again, and go on with what is unfinished here upon it."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A refused worker (`exit_on_error=False`) says so; any other failure is a defect and ends the console."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            event.stop()
            if not isinstance(event.worker.error, TermsheetError):
                raise event.worker.error
            self.refused(event.worker.group, event.worker.error)

    def refused(self, group: str, error: TermsheetError) -> None:
        """A worker of that group was refused; the default puts the reason on the notice line."""
        self.say_error(error)


class BaseScreen(Commanded[None]):
    """A full screen: breadcrumb on top, `body()` in the middle, notice and keys below.

    Subclasses give `ACTIONS` (add `BACK` unless it is the first screen), `HELP_TEXT`, `CRUMBS` and `body()`.
    """

    CRUMBS: ClassVar[tuple[str, ...]] = ()
    """The breadcrumb until the screen knows better (`self.crumbs = ("Customers", customer.name)`)."""
    STANDING: ClassVar[bool] = False
    """Whether a good notice is a state, not news, so that it outlasts a dialog."""

    DEFAULT_CSS = """
    BaseScreen { background: $background; layers: base; }
    """

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(self.CRUMBS, note=self.services.label, read_only=self.services.read_only)
        yield from self.body()
        yield Notice()
        yield KeyBar()

    @abstractmethod
    def body(self) -> ComposeResult:
        """What the screen is about."""

    def on_screen_suspend(self) -> None:
        """What was done is no longer news once something else is begun; what stands (warnings, states) stays."""
        for notice in self.query(Notice):
            if notice.said[1] in ("good", "info") and not self.STANDING:
                notice.said = ("", "")

    @property
    def crumbs(self) -> tuple[str, ...]:
        """Where the operator is."""
        return self.query_one(TopBar).crumbs

    @crumbs.setter
    def crumbs(self, crumbs: tuple[str, ...]) -> None:
        self.query_one(TopBar).crumbs = crumbs

    @property
    def note(self) -> str:
        """The right end of the top line."""
        return self.query_one(TopBar).note

    @note.setter
    def note(self, note: str) -> None:
        self.query_one(TopBar).note = note

    def action_back(self) -> None:
        """Leave; the screen below takes over."""
        if len(self.app.screen_stack) > 1 and self.app.screen is self:
            self.app.pop_screen()


class Dialog(Commanded[Result], ModalScreen[Result]):
    """A modal: a title, a body that scrolls, a notice line and buttons that stay in view at 80x24.

    Escape dismisses it with None unless a subclass asks first. A dialog returns a typed value and touches nothing.
    """

    ACTIONS: ClassVar[tuple[Command, ...]] = (BACK,)
    TITLE_TEXT: ClassVar[str] = ""
    BINDINGS = [
        *bindings(ACTIONS),
        *(Binding(c.key, f"app.{c.action}", c.label, show=c.show, priority=c.priority, id=c.id)
          for c in (HELP, QUIT, THEME)),
    ]  # fmt: skip
    """A modal shuts out the application's own keys; these work in it all the same."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #dialog {
        width: 76; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; border: round $border-blurred; border-title-color: $text-primary;
        border-title-style: bold; padding: 0 1;
    }
    Dialog #dialog-body { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
    Dialog .buttons { height: 1; width: 1fr; align-horizontal: right; dock: bottom; }
    Dialog .buttons Button { margin: 0 0 0 2; min-width: 10; }
    Dialog Notice { background: $surface; padding: 0; }
    """

    def on_mount(self) -> None:
        """The line of keys is the dialog's while it is open, not that of the screen below."""
        self.mount(KeyBar())

    def action_back(self) -> None:
        """Escape: nothing chosen."""
        self.dismiss(None)
