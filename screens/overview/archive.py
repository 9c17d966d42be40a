"""Archiving a customer: what follows is said first, with its money; there is no way back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Static

from screens import safe
from screens.command import Command
from screens.overview.facts import Facts
from screens.services import Services
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.press import Press
from store.errors import TermsheetError
from store.terms import money, shown

if TYPE_CHECKING:
    from store.rating.statement import Preview


class Archive(Dialog[str]):
    """Dismisses with a sentence about what was done, or None. Cancel has the focus."""

    ACTIONS = (
        Command("archive.cancel", "escape", "back", "Cancel", "Archive nothing.", palette=False),
        Command("archive.request", "f2", "request", "Request", "It as the API request.", palette=False),
        Command("archive.left", "left", "app.focus_previous", "", "The button before.", show=False, palette=False),
        Command("archive.right", "right", "app.focus_next", "", "The next button.", show=False, palette=False),
    )
    HELP_TEXT = """
    An archived customer stays to be read: its contracts, its final statements, its history. Nothing of it is rated any
    more and nothing can be added to it. ← → choose a button, Enter presses it; Esc archives nothing.
    """

    DEFAULT_CSS = """
    Archive > #dialog { width: 74; }
    Archive #dialog-body { margin-bottom: 1; }
    """

    @dataclass
    class Done(Message):
        """It is archived."""

    def __init__(self, services: Services, facts: Facts, preview: Preview | None) -> None:
        """`preview`: the customer's book rated as of now, if it could be."""
        super().__init__()
        self.services, self.facts, self.preview = services, facts, preview

    def compose(self) -> ComposeResult:
        """What follows, and two buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(f"Archive {self.facts.customer.name}?")
            with VerticalScroll(id="dialog-body", can_focus=False):
                for sentence in consequences(self.facts, self.preview):
                    yield Static(safe.block(sentence))
                yield Static(safe.label("▲ There is no way back.", "$text-warning"))
            yield Notice()
            with Horizontal(classes="buttons"):
                yield Press("Cancel", id="no")
                yield Press("Archive the customer", id="yes", kind="error")

    def on_mount(self) -> None:
        """The harmless answer is the default."""
        self.query_one("#no").focus()

    def action_request(self) -> None:
        """The API request that it comes to."""
        from screens.request.asked import ARCHIVE, Asked
        from screens.request.showing import show

        show(self, Asked(ARCHIVE, {"id": self.facts.customer.id}))

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        if event.button.id == "yes":
            self.say("Archiving", "busy")
            self._archive()
        else:
            self.dismiss(None)

    @work(thread=True, exclusive=True, exit_on_error=False, group="archive-save", description="archive the customer")
    def _archive(self) -> None:
        from store.commands.customers import archive_customer

        with self.services.work() as made:
            archive_customer(made, customer_id=self.facts.customer.id, seen_version=self.facts.customer.version)
        self.post_message(self.Done())

    @on(Done)
    def _done(self) -> None:
        self.dismiss(f"Archived {self.facts.customer.name}")

    def refused(self, group: str, error: TermsheetError) -> None:
        """Someone changed it meanwhile, or the store cannot be written."""
        self.say_error(error)


def consequences(facts: Facts, preview: Preview | None) -> Iterator[str]:
    """What archiving does, a sentence for each matter that there is."""
    running = [v for v in facts.contracts if v.archived_at is None]
    if running:
        names = ", ".join(facts.names.get(v.id, v.id) for v in running[:3]) + (" …" if len(running) > 3 else "")
        yield f"{_count(len(running), 'contract')} {'ends' if len(running) == 1 else 'end'} now: {names}."
    drafts = [s for s in preview.statements if s.status == "DRAFT"] if preview else []
    if drafts:
        total = _sum([(s.total, s.credit_type_id) for s in drafts])
        yield f"{_count(len(drafts), 'draft statement')} ({total}) will not be issued; final ones stay as they are."
    left = [(b.balance, b.credit_type_id) for b in preview.balances if b.balance > 0] if preview else []
    if left:
        yield f"What is left of its balances expires: {_sum(left)}."
    if preview is None and running:
        yield "Draft statements will not be issued, and what is left of balances expires."
    kept = len(facts.customer.aliases)
    if kept:
        it, stay = ("it", "alias stays") if kept == 1 else ("them", f"{kept} aliases stay")
        yield f"Its {stay} reserved: nobody else can have {it}, unless you remove {it} first (l)."
    yield "Usage that arrives for it from now on is billed to nobody, and nothing can be added to it."


def _count(n: int, one: str, several: str = "") -> str:
    return f"{n} {one if n == 1 else several or one + 's'}"


def _sum(amounts: list[tuple[Decimal, str]]) -> str:
    units = dict.fromkeys(unit for _, unit in amounts)
    totals = {u: money.add(*(amount for amount, unit in amounts if unit == u)) for u in units}
    return " + ".join(shown.amount(total, unit) for unit, total in totals.items())
