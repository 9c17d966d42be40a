"""The third step: charges, overrides, subscriptions and the rarer terms; below them the contract's custom fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from screens.services import Services
from screens.terms.offering import Offering
from screens.terms.pane import TermsPane
from screens.widgets.fields import ChoiceField, Field, TextField
from screens.widgets.form import Form
from screens.wizard.draft import Payload, changed, terms_of
from screens.wizard.naming import KINDS, TERMS
from store.errors import Problem

PRIORITIZATION = "multiplier_override_prioritization"
COMPETE = (("LOWEST_MULTIPLIER", "Lowest multiplier"), ("EXPLICIT", "Own priorities"))


class TermsStep(Vertical):
    """A list of terms over a small form; a change of the form posts the draft as it then is."""

    DEFAULT_CSS = """
    TermsStep { height: 1fr; }
    TermsStep Form { max-height: 8; }
    """

    @dataclass
    class Changed(Message):
        """A field below the list was edited."""

        step: TermsStep
        draft: Payload
        label: str

    def __init__(self, services: Services, offering: Offering, draft: Mapping[str, Any]) -> None:
        super().__init__(id="terms")
        self.services, self.offering, self.draft = services, offering, dict(draft)

    def compose(self) -> ComposeResult:
        """The list; the form comes with the catalog."""
        kinds = KINDS[TERMS]
        yield TermsPane(self.services, kinds, self.offering, terms_of(self.draft, kinds), own_undo=False, id="charges")

    @property
    def pane(self) -> TermsPane:
        """The list."""
        return self.query_one(TermsPane)

    @property
    def keys(self) -> tuple[str, ...]:
        """The custom fields that a contract can have."""
        return self.offering.field_keys("contract")

    def _fields(self) -> tuple[Field, ...]:
        fields: list[Field] = [
            TextField(path=f"field-{k}", label=key, help="custom field of the contract", max_length=200)
            for k, key in enumerate(self.keys)
        ]
        return (
            ChoiceField(
                path="compete", label="Multipliers", required=True, default="LOWEST_MULTIPLIER", choices=COMPETE
            ),
            *fields,
        )

    def _values(self) -> Payload:
        given = self.draft.get("custom_fields") or {}
        values: Payload = {f"field-{k}": given[key] for k, key in enumerate(self.keys) if key in given}
        stated = self.draft.get(PRIORITIZATION)
        return values | ({"compete": str(stated).upper()} if stated else {})

    def set_offering(self, offering: Offering) -> None:
        """The catalog became known, or changed."""
        before = self.keys
        self.offering = offering
        self.pane.set_offering(offering)
        if not self.query(Form):
            self.mount(Form(self._fields(), self._values(), id="extras"))
            self.call_after_refresh(self.follow)
        elif self.keys != before:
            self.query_one(Form).remove()

    def load(self, draft: Mapping[str, Any]) -> None:
        """Show another state of the draft; nothing is posted."""
        self.draft = dict(draft)
        self.pane.load(terms_of(draft, KINDS[TERMS]))
        for form in self.query(Form):
            form.load({"compete": "LOWEST_MULTIPLIER", **self._values()})
        self.follow()

    def take(self, draft: Mapping[str, Any]) -> None:
        """The draft changed elsewhere; what is shown here is not touched."""
        self.draft = dict(draft)
        self.follow()

    def follow(self) -> None:
        """How multipliers compete is asked only where several can."""
        several = sum(1 for o in self.draft.get("overrides") or () if str(o.get("type", "")).upper() != "OVERWRITE") > 1
        for form in self.query(Form):
            if form.is_mounted and form.query("FieldRow"):
                form.row("compete").display = several or bool(self.draft.get(PRIORITIZATION))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Mark the terms, and the fields below them."""
        self.pane.show_problems(problems)
        places = {f"/custom_fields/{key}": f"/field-{k}" for k, key in enumerate(self.keys)}
        places[f"/{PRIORITIZATION}"] = "/compete"
        for form in self.query(Form):
            if form.query("FieldRow"):
                form.show([Problem(places[p.path], p.message) for p in problems if p.path in places])

    def focus_on(self, path: str) -> None:
        """Put the cursor into the field of that path."""
        for form in self.query(Form):
            if path.startswith("/custom_fields/"):
                key = path.removeprefix("/custom_fields/")
                if key in self.keys:
                    form.row(f"field-{self.keys.index(key)}").editor.focus()
                    return
            form.row("compete").display = True
            form.row("compete").editor.focus()

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        event.stop()
        said = event.form.payload()
        kept = {k: v for k, v in (self.draft.get("custom_fields") or {}).items() if k not in self.keys}
        fields = {key: said[f"field-{k}"] for k, key in enumerate(self.keys) if f"field-{k}" in said}
        asked = said.get("compete")
        stated = asked if asked != "LOWEST_MULTIPLIER" or self.draft.get(PRIORITIZATION) else None
        self.draft = changed(self.draft, custom_fields={**kept, **fields}, **{PRIORITIZATION: stated})
        label = "how multipliers compete" if event.path == "compete" else self.keys[int(event.path.partition("-")[2])]
        self.post_message(self.Changed(self, self.draft, label))
