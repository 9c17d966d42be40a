"""What is on the screen as a request: read it as JSON, curl or Python, copy it, write it to a file."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from screens import safe
from screens.command import Command
from screens.request.asked import Asked
from screens.request.languages import LANGUAGES
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.pane_tabs import PaneTabs
from screens.widgets.press import Press
from screens.widgets.text_input import TextInput
from screens.widgets.text_modal import copy
from screens.widgets.text_pane import TextPane
from store.errors import Conflict, TermsheetError

Making = Callable[[], Sequence[Asked]]


class RequestModal(Dialog[None]):
    """One request, or several in their order; digits choose the language."""

    ACTIONS = (
        Command("request.close", "escape,q,f2", "back", "Close", "Close the request.", palette=False),
        *(
            Command(f"request.as_{name.lower()}", str(k), f"show({k})", name, f"Show it as {name}.", palette=False)
            for k, (name, _, _) in enumerate(LANGUAGES, 1)
        ),
        Command("request.copy", "c,y", "copy", "Copy", "Copy it to your clipboard, also over SSH.", palette=False),
        Command("request.write", "w", "write", "Write", "Write it to a file.", palette=False),
    )
    HELP_TEXT = """
    What is on the screen below as the API request that would do it: as JSON, as a curl command, as Python for the
    published client. c copies it to the clipboard of your own terminal, w writes it to a new file.
    """

    DEFAULT_CSS = """
    RequestModal > #dialog { width: 110; max-width: 98%; height: 94%; }
    RequestModal TextPane { height: 1fr; background: $surface; }
    RequestModal #file { display: none; }
    RequestModal.-writing #file { display: block; }
    """

    @dataclass
    class Written(Message):
        """The file is there."""

        path: Path

    @dataclass
    class Made(Message):
        """What is stored, as the requests that would make it."""

        asked: Sequence[Asked]

    def __init__(self, services: Services, asked: Sequence[Asked] | Making) -> None:
        """The requests themselves, or how they are made of what is stored; that is done in a worker."""
        super().__init__()
        self.services, self.shown = services, 1
        self._making = asked if callable(asked) else None
        self.asked: tuple[Asked, ...] = () if callable(asked) else tuple(asked)

    def compose(self) -> ComposeResult:
        """Languages, text, and what can be done with it."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self._title())
            yield PaneTabs(tuple(name for name, _, _ in LANGUAGES))
            yield TextPane()
            yield TextInput(placeholder="path of a new file, then Enter", select_on_focus=True, id="file")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Copy (c)", id="copy")
                yield Press("Write (w)", id="write")
                yield Press("Close (Esc)", id="close", kind="primary")

    def on_mount(self) -> None:
        """As JSON, the arrows scroll."""
        self.action_show(1)
        self.query_one(TextPane).focus()
        if self._making is not None:
            self.say("Reading …", "busy")
            self._make(self._making)

    @work(thread=True, exclusive=True, exit_on_error=False, group="request-make", description="make the requests")
    def _make(self, making: Making) -> None:
        self.post_message(self.Made(making()))

    @on(Made)
    def _made(self, event: Made) -> None:
        self.asked = tuple(event.asked)
        self.query_one("#dialog").border_title = safe.label(self._title())
        self.action_show(self.shown)

    def _title(self) -> str:
        paths = [one.path for one in self.asked]
        if len(paths) > 1:
            return f"{len(paths)} requests, in their order"
        return f"{self.asked[0].method} {paths[0]}" if paths else "Request"

    @property
    def text(self) -> str:
        """The requests in the language shown."""
        return LANGUAGES[self.shown - 1][2](self.asked) if self.asked else ""

    def action_show(self, number: int) -> None:
        """In another language."""
        self.shown = number
        self.query_one(PaneTabs).shown = (number,)
        pane = self.query_one(TextPane)
        pane.tell(safe.block(self.text))
        pane.scroll_home(animate=False)
        self.say("")

    @on(PaneTabs.Asked)
    def _tab(self, event: PaneTabs.Asked) -> None:
        self.action_show(event.digit)

    def action_copy(self) -> None:
        """To the clipboard of the terminal."""
        copy(self, self.text)

    def action_write(self) -> None:
        """Ask for the file."""
        self.add_class("-writing")
        box = self.query_one("#file", Input)
        proposed = [f"request.{ending}" for _, ending, _ in LANGUAGES]
        if box.value in ("", *proposed):
            box.value = proposed[self.shown - 1]
        box.focus()

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.say("Writing …", "busy")
            self._write(Path(event.value.strip()).expanduser().absolute(), self.text + "\n")

    @work(thread=True, exclusive=True, exit_on_error=False, group="request-write", description="write the request")
    def _write(self, path: Path, text: str) -> None:
        write_new(path, text)
        self.post_message(self.Written(path))

    @on(Written)
    def _written(self, event: Written) -> None:
        self.remove_class("-writing")
        self.query_one(TextPane).focus()
        self.say(f"Written to {event.path}")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "copy":
            self.action_copy()
        elif event.button.id == "write":
            self.action_write()
        else:
            self.dismiss(None)

    def action_back(self) -> None:
        """Out of the file's name first, then out of here."""
        if self.has_class("-writing"):
            self.remove_class("-writing")
            self.query_one(TextPane).focus()
        else:
            self.dismiss(None)


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet, for its owner alone; raises `TermsheetError` with the reason."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Conflict(f"{path.name} exists already in {path.parent}; name another file") from None
    except FileNotFoundError:
        raise TermsheetError(f"there is no folder {path.parent}", hint="make it first, or name another") from None
    except OSError as error:
        raise TermsheetError(f"{path.name} cannot be written: {error.strerror}") from None
