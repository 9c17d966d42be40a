"""Taking a request from elsewhere: paste it, or name its file; it becomes a draft of yours."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Static

from screens import safe
from screens.command import BACK
from screens.request import taking
from screens.request.asked import AMEND, CONTRACTS, FILTER, Asked
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from screens.widgets.text_input import TextInput
from store.errors import Invalid, NotFound

if TYPE_CHECKING:
    from store.drafts import Draft, Kind
    from store.queries import CustomerView

KINDS: dict[str, Kind] = {CONTRACTS: "contract", AMEND: "amendment", FILTER: "usage_filter"}
"""A request, and the draft that it becomes."""
ASK = """Paste a request here: JSON, the curl command, or Python for the client.
Or type the path of a file that holds it, and press Enter."""


class FileOrPaste(TextInput):
    """A line for a path; what is pasted and has several lines, or begins like a request, is the request itself."""

    @dataclass
    class Pasted(Message):
        """A request."""

        text: str

    def _on_paste(self, event: events.Paste) -> None:
        bare = event.text.strip()
        if "\n" in bare or bare.startswith(("{", "curl", "POST", "from ", "client")):
            self.post_message(self.Pasted(event.text))
            event.stop()
            event.prevent_default()
        else:
            super()._on_paste(event)


class TakeRequest(Dialog["Draft"]):
    """Returns a draft, kept already unless the store is read-only: of the customer that the request names, or this."""

    ACTIONS = (BACK,)
    HELP_TEXT = """
    A request for a contract, an amendment or a change of usage filter is taken as a draft of yours: it is opened on
    its screen, with what the review finds beside the fields. Nothing else is stored.
    """

    DEFAULT_CSS = """
    TakeRequest > #dialog { width: 84; max-width: 98%; }
    TakeRequest Static { height: auto; margin: 0 1 1 1; }
    """

    @dataclass
    class Taken(Message):
        """What it became."""

        draft: Draft

    def __init__(self, services: Services, customer_id: str) -> None:
        super().__init__()
        self.services, self.customer_id = services, customer_id

    def compose(self) -> ComposeResult:
        """What to do, and where."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label("Take a request as a draft")
            yield Static(safe.block(ASK))
            yield FileOrPaste(placeholder="path of a file", id="source")
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel (Esc)", id="cancel")

    def on_mount(self) -> None:
        """Ready for a paste."""
        self.query_one(FileOrPaste).focus()

    @on(FileOrPaste.Pasted)
    def _pasted(self, event: FileOrPaste.Pasted) -> None:
        self._begin(lambda: event.text)

    @on(Input.Submitted)
    def _file(self, event: Input.Submitted) -> None:
        name = event.value.strip()
        if name:
            self._begin(lambda: read_file(Path(name).expanduser()))

    def _begin(self, text: Callable[[], str]) -> None:
        self.say("Reading the request …", "busy")
        self._take(text)

    @work(thread=True, exclusive=True, exit_on_error=False, group="request-take", description="take the request")
    def _take(self, text: Callable[[], str]) -> None:
        self.post_message(self.Taken(take(self.services, text(), self.customer_id)))

    @on(Taken)
    def _taken(self, event: Taken) -> None:
        self.dismiss(event.draft)

    @on(Button.Pressed)
    def _cancel(self) -> None:
        self.dismiss(None)


def take(services: Services, text: str, customer_id: str) -> Draft:
    """The request in a text as a draft, kept; raises `Invalid` or `NotFound`. Blocks: for workers."""
    from store import drafts, queries

    asked = taking.read(text)
    taking.beyond_the_editor(asked)
    owner = _owner(services, asked, customer_id)
    contract_id = asked.body.get("contract_id")
    new = asked.path == CONTRACTS
    if not new and not isinstance(contract_id, str):
        raise Invalid("is required", path="/contract_id")
    theirs = {c.id for c in queries.contracts_of(services.store(), owner.id)}
    if isinstance(contract_id, str) and contract_id not in theirs:
        raise NotFound(f"{owner.name} has no contract {contract_id}", path="/contract_id")
    draft = drafts.Draft(
        id=str(uuid.uuid4()),
        operator=services.operator,
        kind=KINDS[asked.path],
        title=f"Taken in: POST {asked.path}",
        payload=taking.draft_payload(asked, customer_id=owner.id),
        saved_at=services.now(),
        customer_id=owner.id,
        contract_id=contract_id if isinstance(contract_id, str) else None,
    )
    return draft if services.read_only else drafts.save(services.store(), draft=draft)


def _owner(services: Services, asked: Asked, customer_id: str) -> CustomerView:
    """The customer that the request names; the one that is looked at, where it names none."""
    from store import queries

    named = asked.body.get("customer_id")
    try:
        return queries.customer(services.store(), named.lower() if isinstance(named, str) and named else customer_id)
    except NotFound as error:
        hint = "without customer_id it is taken for the customer you are looking at"
        raise NotFound(error.message, path="/customer_id", hint=hint) from None


def read_file(path: Path) -> str:
    """The text of a file; raises `Invalid` with the reason."""
    try:
        if path.stat().st_size > taking.LONGEST:
            raise Invalid(f"{path} is too large to be a request")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(f"{path} is not text") from None
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}") from None
