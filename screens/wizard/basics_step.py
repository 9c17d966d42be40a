"""The first step: name, rate card, dates, statements, usage filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from screens.terms.offering import Offering
from screens.terms.shape import undefaulted
from screens.widgets.choice import Choice
from screens.widgets.form import Form
from screens.widgets.text_input import TextInput
from screens.wizard import basics
from screens.wizard.draft import Payload
from store.errors import Problem


class BasicsStep(Vertical):
    """A form over the draft's own fields; a change posts the draft as it then is."""

    DEFAULT_CSS = """
    BasicsStep { height: 1fr; }
    BasicsStep Form { max-height: 100%; }
    """

    @dataclass
    class Changed(Message):
        """A field was edited: the draft with it, and the field's label."""

        step: BasicsStep
        draft: Payload
        label: str

    @dataclass
    class Done(Message):
        """Enter in a field: on to the next step, if nothing is wrong."""

        step: BasicsStep

    def __init__(self, offering: Offering, draft: Mapping[str, Any], texts: Mapping[str, str], *, new: bool) -> None:
        """`new`: fields start with their defaults. `texts`: what was typed into a draft that is resumed."""
        super().__init__(id="basics")
        self.offering, self.draft, self.texts = offering, dict(draft), dict(texts)
        fields = basics.fields(offering)
        self.fields = fields if new else undefaulted(fields)
        self.more = False

    def compose(self) -> ComposeResult:
        """The form."""
        yield Form(self.fields, basics.values(self.draft), id="basics-form")

    def on_mount(self) -> None:
        """Put back what was typed; typing into a filled field replaces it."""
        if self.texts:
            self.form.restore(self.texts)
        for field in self.query(TextInput):
            field.select_on_focus = True
        self.follow()

    @property
    def form(self) -> Form:
        """The fields."""
        return self.query_one(Form)

    def taken(self) -> Payload:
        """The draft as the fields say it."""
        return basics.payload(self.form.payload(), self.draft)

    def load(self, draft: Mapping[str, Any]) -> None:
        """Show another state of the draft; nothing is posted."""
        self.draft = dict(draft)
        self.form.load(basics.values(draft))
        self.follow()

    def set_offering(self, offering: Offering) -> None:
        """The catalog or the card became known."""
        self.offering = offering
        self.form.offer(basics.CARD, basics.cards(offering.book))
        self.form.offer(basics.FILTER_KEY, offering.filter_keys)

    def choose_card(self, card: str) -> None:
        """Put a card into its field, as if it had been chosen."""
        editor = self.form.row(basics.CARD).editor
        if isinstance(editor, Choice) and not editor.value:
            editor.value = card

    def follow(self) -> None:
        """Show the fields that matter with what is filled in now."""
        shown = basics.visible(self.form.payload())
        for field in self.fields:
            row = self.form.row(field.path)
            rare = field.path in basics.RARE and not self.more
            row.display = field.path in shown and (not rare or row.text != field.default or bool(row.errors))

    def toggle_more(self) -> None:
        """The rarer fields, or only those that hold something."""
        self.more = not self.more
        self.follow()
        if self.more:
            self.form.row(basics.FIRST).editor.focus()

    def own_problems(self) -> tuple[Problem, ...]:
        """What is wrong with the texts by themselves."""
        shown = basics.visible(self.form.payload())
        return tuple(p for p in self.form.problems() if p.path.strip("/") in shown)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the texts' own problems and these, each under its field."""
        own = self.own_problems()
        told = {p.path for p in own}
        placed = [Problem(f"/{place}", p.message) for p in problems if (place := basics.place(p.path))]
        self.form.show((*own, *(p for p in placed if p.path not in told)))
        self.follow()

    def focus_on(self, path: str) -> None:
        """Put the cursor into the field of that path of the request."""
        place = basics.place(path)
        if place:
            if place in basics.RARE and not self.more:
                self.toggle_more()
            self.form.row(place).editor.focus()

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        event.stop()
        self.follow()
        self.draft = self.taken()
        label = next(f.label for f in self.fields if f.path == event.path)
        self.post_message(self.Changed(self, self.draft, label))

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        event.stop()
        self.post_message(self.Done(self))
