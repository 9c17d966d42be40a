"""The dialog that edits one term: only the fields that matter, every error under its field, and what the term does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Button

from screens import safe
from screens.services import Services
from screens.terms.charge import ChargeShape, DiscountShape
from screens.terms.commands import EDITOR
from screens.terms.commit import CommitShape
from screens.terms.credit import CreditShape
from screens.terms.filter_shape import FilterShape, FilterUpdateShape
from screens.terms.offering import Offering
from screens.terms.override_shape import OverrideShape
from screens.terms.recurring_shape import RecurringCommitShape, RecurringCreditShape
from screens.terms.royalty_shape import RoyaltyShape
from screens.terms.service_shape import ServiceShape
from screens.terms.shape import Payload, Shape, stand_ins, undefaulted
from screens.terms.subscription_shape import SubscriptionShape
from screens.widgets.bars import Notice
from screens.widgets.base import Dialog
from screens.widgets.confirm import leave_typed
from screens.widgets.form import Form
from screens.widgets.press import Press
from screens.widgets.text_input import TextInput
from store.errors import Problem

SHAPES: Mapping[str, Shape] = {
    shape.kind: shape
    for shape in (
        CommitShape(), CreditShape(), RecurringCommitShape(), RecurringCreditShape(), ChargeShape(), OverrideShape(),
        SubscriptionShape(), DiscountShape(), ServiceShape(), RoyaltyShape(), FilterShape(), FilterUpdateShape(),
    )
}  # fmt: skip
"""Every kind of term that has an editor, by its key in a request."""


class Effect(Widget):
    """What the term does, in three lines below the form; of a fixed height, so that typing repaints only them."""

    DEFAULT_CSS = """
    Effect { height: 3; width: 1fr; padding: 0 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.said: tuple[tuple[str, ...], bool] = ((), False)

    def say(self, *sentences: str, wrong: bool = False) -> None:
        """Put other sentences there."""
        if (sentences, wrong) != self.said:
            self.said = (sentences, wrong)
            self.refresh()

    def render(self) -> Any:
        """Each sentence from a line of its own."""
        sentences, wrong = self.said
        text = "\n".join(safe.literal(s) for s in sentences)
        return safe.block(text).stylize("$text-warning" if wrong else "$text-muted")


class TermEditor(Dialog[Payload]):
    """Dismisses with the term's payload, or with None where the operator left. Nothing else is touched."""

    ACTIONS = EDITOR
    HELP_TEXT = (
        "Fill in what matters; what was understood stands under each field, and what the term does below the form. "
        "Amounts are typed in dollars (10,000 or 10k; 50c for cents), dates as 2025-01-31, 2025-01, 2025-q1, today, "
        "+30d or eom. A choice is changed with ← → or its first letter, Space opens its list. F4 shows the rarer ones."
    )

    DEFAULT_CSS = """
    TermEditor > #dialog { width: 78; height: auto; max-height: 100%; }
    TermEditor Form { max-height: 1fr; }
    TermEditor Effect { border-top: solid $border-blurred; height: 4; padding: 0 1; }
    """

    def __init__(
        self, services: Services, kind: str, offering: Offering, payload: Payload | None = None, *, title: str = "",
        problems: Sequence[Problem] = (), texts: Mapping[str, str] | None = None,
        typed: Callable[[dict[str, str]], object] = lambda texts: None,
    ) -> None:  # fmt: skip
        """An editor for a new term of that kind, or for a copy of `payload`.

        `problems` are what a review said about it (paths within the term): shown until the field is changed. `texts`
        is what was typed before, to go on with; `typed` is told of every change.
        """
        super().__init__()
        self.services, self.offering = services, offering
        self.shape = SHAPES[kind]
        self.base: Payload = dict(payload or {})
        self.title_text = title or f"{'Edit' if payload else 'Add'} {self.shape.noun}"
        self.values: dict[str, Any] = self.shape.values(self.base) if payload else {}
        fields = tuple(self.shape.fields(offering, self.base))
        self.fields = undefaulted(fields) if payload else fields
        self.more = False
        self._back: Widget | None = None
        self.said = tuple(problems)
        self.texts, self.typed = texts, typed

    def compose(self) -> ComposeResult:
        """Form, effect, buttons."""
        with Vertical(id="dialog") as box:
            box.border_title = safe.label(self.title_text)
            yield Form(self.fields, self.values, id="term")
            yield Effect()
            yield Notice()
            with Horizontal(classes="buttons"):
                if self.shape.MORE:
                    yield Press("More (F4)", id="more")
                yield Press("Cancel (Esc)", id="cancel")
                yield Press("Save (^S)", id="save", kind="primary")

    def on_mount(self) -> None:
        """Start in the first field."""
        for field in self.query(TextInput):
            field.select_on_focus = True  # typing replaces a default
        self.form.show([Problem(f"/{self.shape.place(p.path, self.values)}", p.message) for p in self.said])
        self._untouched = self.form.state()
        if self.texts:
            self.form.restore(self.texts)
        self._follow()
        self.form.focus_first()

    @property
    def form(self) -> Form:
        """The fields."""
        return self.query_one(Form)

    def can(self, action: str) -> bool | None:
        """More is offered only where there is more."""
        return action != "more" or bool(self.shape.MORE & {f.path for f in self.fields})

    def payload(self) -> Payload:
        """The term as the visible fields say it, complete or not."""
        shown = self._visible()
        values = {path: value for path, value in self.form.payload().items() if path in shown}
        return self.shape.payload(values, self.base)

    def _visible(self) -> frozenset[str]:
        return self.shape.visible(self.form.payload())

    def _follow(self) -> None:
        """Show the fields that matter with what is filled in now, and say what the term does."""
        form, shown = self.form, self._visible()
        for field in self.fields:
            row = form.row(field.path)
            rare = field.path in self.shape.MORE and not self.more
            filled = row.text != field.default or bool(row.errors)
            row.display = field.path in shown and (not rare or filled)
        problems = self._problems()
        effect = self.query_one(Effect)
        if not problems:
            effect.say(*self.shape.sentences(self.payload(), self.offering))
        elif all("required" in p.message for p in problems):
            effect.say("Still to fill in: " + self._labels(problems))
        else:
            effect.say("Not right yet: " + self._labels(problems), wrong=True)

    def _labels(self, problems: tuple[Problem, ...]) -> str:
        names = {"/" + field.path: field.label.lower() for field in self.fields}
        return ", ".join(dict.fromkeys(names.get(p.path, p.message) for p in problems))

    def _problems(self) -> tuple[Problem, ...]:
        """Every problem, at its field: those of the texts by themselves, then those of the term they make."""
        shown = self._visible()
        own = [p for p in self.form.problems() if p.path.strip("/") in shown]
        told = {p.path for p in own}
        values = {path: value for path, value in self.form.payload().items() if path in shown}
        whole = {**stand_ins(self.fields, told), **values}
        made = self.shape.check(self.shape.payload(whole, self.base), whole)
        return (*own, *(p for p in dict.fromkeys(made) if p.path not in told))

    def action_more(self) -> None:
        """The rarer fields, or only those that hold something; back from them to where one was."""
        self.more = not self.more
        if self.more:
            self._back = self.focused
        self._follow()
        self.query_one("#more", Press).label = safe.label("Less (F4)" if self.more else "More (F4)")
        if self.more:
            first = next((f.path for f in self.fields if f.path in self.shape.MORE and f.path in self._visible()), None)
            if first:
                self.form.row(first).editor.focus()
        elif self._back is not None and self._back.display:
            self._back.focus()

    @on(Form.Changed)
    def _changed(self) -> None:
        self._follow()
        self.typed(self.form.state())

    @on(Form.Submitted)
    def action_save(self) -> None:
        """Dismiss with the payload if it is sound, else show everything that is wrong."""
        problems = self._problems()
        rest = self.form.show(problems)
        if not problems:
            self.dismiss(self.payload())
            return
        self._follow()
        self.form.focus_first()
        count = f"{len(problems)} things to put right" if len(problems) > 1 else "One thing to put right"
        self.say(f"{count}: {rest[0].message if rest else self._labels(problems)}", "bad")

    def action_back(self) -> None:
        """Ask before what was typed is thrown away."""
        leave_typed(self, f"this {self.shape.noun}", typed=self.form.state() != self._untouched)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        match event.button.id:
            case "save":
                self.action_save()
            case "more":
                self.action_more()
            case _:
                self.action_back()


class CommitEditor(TermEditor):
    """A commit → its payload."""

    def __init__(self, services: Services, offering: Offering, payload: Payload | None = None) -> None:
        super().__init__(services, "commits", offering, payload)


class CreditEditor(TermEditor):
    """A credit → its payload."""

    def __init__(self, services: Services, offering: Offering, payload: Payload | None = None) -> None:
        super().__init__(services, "credits", offering, payload)


class ScheduledChargeEditor(TermEditor):
    """A scheduled charge → its payload."""

    def __init__(self, services: Services, offering: Offering, payload: Payload | None = None) -> None:
        super().__init__(services, "scheduled_charges", offering, payload)


class OverrideEditor(TermEditor):
    """An override → its payload."""

    def __init__(self, services: Services, offering: Offering, payload: Payload | None = None) -> None:
        super().__init__(services, "overrides", offering, payload)


class UsageFilterEditor(TermEditor):
    """A usage filter → its payload; `dated` where its start has to be said (an update of a contract)."""

    def __init__(
        self, services: Services, offering: Offering, payload: Payload | None = None, *, dated: bool = False
    ) -> None:
        super().__init__(services, "usage_filter_update" if dated else "usage_filter", offering, payload)
