"""The contract wizard's screen: it joins steps, preview and review, and sends the request."""

from __future__ import annotations

from textual import on

from screens.terms.history import History
from screens.terms.linking import drafted
from screens.terms.pane import TermsPane
from screens.widgets.form import Form
from screens.wizard import basics, naming
from screens.wizard import draft as drafting
from screens.wizard.basics_step import BasicsStep
from screens.wizard.commands import ACTIONS
from screens.wizard.naming import BALANCES, REVIEW
from screens.wizard.preview_pane import PreviewStrip
from screens.wizard.review_step import RequestPane
from screens.wizard.stepping import SteppedScreen
from screens.wizard.terms_step import TermsStep


class WizardScreen(SteppedScreen):
    """Opened from a customer's overview, empty or on a draft that was kept."""

    CSS_PATH = "wizard.tcss"
    ACTIONS = ACTIONS
    CRUMBS = ("Customers", "…", "New contract")
    HELP_TEXT = """
    A contract in four steps: basics, commits and credits, charges and overrides, review. F8 (or ^N) and F7 go through
    them, digits jump where no field is being typed into; going back loses nothing. The preview beside every step shows
    what the contract comes to with what is filled in so far: the invoices it raises, the first statements, what is left
    of its balances, and what is missing. F5 chooses the usage it is rated on. Nothing is stored but your draft until
    the review is saved with ^S; F2 shows the exact API request. Escape leaves and asks what becomes of the draft.
    """

    def on_mount(self) -> None:
        """Paint first, read afterwards."""
        self.balances.linked = lambda: drafted(self.draft.get("subscriptions") or (), self.offering)
        if self.new:
            self.history = History(self.basics.taken())
        else:
            self.visited = set(range(self.step + 1))
        self.go(self.step)
        self.call_after_refresh(self.read)

    # --- the draft, step by step -------------------------------------------------------------------------------------

    def texts(self) -> dict[str, str]:
        """What is typed into the basics."""
        return self.basics.form.state()

    def opened(self) -> drafting.Payload | None:
        """The term that is open in its editor, as plain data."""
        found = self.balances.opened or self.terms.pane.opened
        return found.kept() if found else None

    @on(TermsPane.Typed)
    def _term_typed(self) -> None:
        if self.new and not self.history.undoable and self.opened() is None:
            self.forget()
        else:
            self.note_draft()

    def show_draft(self) -> None:
        """Every step shows the draft as it is now."""
        self.basics.load(self.draft)
        self.balances.load(drafting.terms_of(self.draft, naming.KINDS[BALANCES]))
        self.terms.load(self.draft)

    def show_offering(self) -> None:
        """Every step offers what there is."""
        self.basics.set_offering(self.offering)
        self.balances.set_offering(self.offering)
        self.terms.set_offering(self.offering)
        choices = basics.cards(self.offering.book)
        if self.new and len(choices) == 1 and len(self.draft) and not self.history.undoable:
            self.basics.choose_card(choices[0][0])
        for pane in (self.balances, self.terms.pane):
            pane.resume(self.reopen)
        self.reopen = None

    def changed(self) -> None:
        """Also: every step knows the draft that it completes."""
        self.basics.draft = dict(self.draft)
        self.terms.take(self.draft)
        super().changed()

    @on(BasicsStep.Changed)
    def _basics_changed(self, event: BasicsStep.Changed) -> None:
        elsewhere = (*drafting.LISTS, *naming.EXTRAS)
        self._take(event.label, event.draft, [k for k in self.draft if k in elsewhere])

    @on(TermsStep.Changed)
    def _extras_changed(self, event: TermsStep.Changed) -> None:
        self._take(event.label, event.draft, [k for k in self.draft if k not in naming.EXTRAS])

    def _take(self, label: str, made: drafting.Payload, others: list[str]) -> None:
        """A field was edited: its step's fields as it has them, the `others` as they are."""
        own = {k: v for k, v in made.items() if k not in others}
        self.history.merge(f"{label} changed", drafting.ordered({**own, **{k: self.draft[k] for k in others}}))
        self.changed()

    @on(TermsPane.Changed)
    def _terms_changed(self, event: TermsPane.Changed) -> None:
        self.history.do(event.what, drafting.changed(self.draft, **event.terms))
        self.say(event.what[0].upper() + event.what[1:], "info")
        self.changed()

    @on(TermsPane.UndoAsked)
    def _undo_asked(self, event: TermsPane.UndoAsked) -> None:
        if event.redo:
            self.action_redo()
        else:
            self.action_undo()

    @on(Form.Left)
    def _left(self) -> None:
        if self.keeper.dirty:
            self.keep()

    # --- what it comes to --------------------------------------------------------------------------------------------

    def await_look(self) -> None:
        """What is shown stays until there is an answer."""
        self.preview.wait()
        if self.step == REVIEW:
            self.query_one(RequestPane).show(self.draft)

    def show_look(self) -> None:
        """Preview, strip, review, marks."""
        if self.look is not None:
            told = self.told()
            self.preview.show(self.look, told)
            self.query_one(PreviewStrip).show(self.look)
            self.review.show(self.look, told)
        self.mark()

    def fail_look(self, reason: str) -> None:
        """There is no answer, and this is why."""
        self.preview.fail(reason)
        self.review.fail(reason)
