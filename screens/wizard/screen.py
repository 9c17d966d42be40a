"""The contract wizard's screen: it joins steps, preview and review, and sends the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher

from screens.services import Services
from screens.statement.usage_words import UsageNote
from screens.terms.history import History
from screens.terms.pane import TermsPane
from screens.widgets.form import Form
from screens.widgets.step_rail import StepRail
from screens.wizard import basics, naming
from screens.wizard import draft as drafting
from screens.wizard.basics_step import BasicsStep
from screens.wizard.commands import ACTIONS
from screens.wizard.findings import FindingsList
from screens.wizard.hint import StepHint
from screens.wizard.naming import BALANCES, BASICS, REVIEW, TERMS
from screens.wizard.preview_pane import PreviewPane, PreviewStrip
from screens.wizard.review_step import RequestPane, ReviewStep
from screens.wizard.sending import SendingScreen
from screens.wizard.terms_step import TermsStep
from store.errors import Problem

if TYPE_CHECKING:
    from store.drafts import Draft

PANES = ("basics", "balances", "terms", "review")
"""The steps' widgets, by id."""


class WizardScreen(SendingScreen):
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

    def __init__(self, services: Services, customer_id: str, draft: Draft | None = None) -> None:
        super().__init__(services, customer_id, draft)
        self.visited: set[int] = set()

    def body(self) -> ComposeResult:
        """Rail, step and preview side by side, and the strip for narrow windows."""
        kinds = naming.KINDS[BALANCES]
        terms = drafting.terms_of(self.draft, kinds)
        yield StepRail(naming.STEPS)
        with Horizontal(id="work"):
            with Vertical(id="step"):
                yield StepHint()
                with ContentSwitcher(initial=PANES[BASICS]):
                    yield BasicsStep(self.offering, self.draft, self.first_texts, new=self.new)
                    yield TermsPane(self.services, kinds, self.offering, terms, own_undo=False, id="balances")
                    yield TermsStep(self.services, self.offering, self.draft)
                    yield ReviewStep()
            yield PreviewPane()
            yield RequestPane()
        yield PreviewStrip()
        yield UsageNote()

    def on_mount(self) -> None:
        """Paint first, read afterwards."""
        if self.new:
            self.history = History(self.basics.taken())
        else:
            self.visited = set(range(self.step + 1))
        self.go(self.step)
        self.call_after_refresh(self.read)

    @property
    def basics(self) -> BasicsStep:
        """The first step."""
        return self.query_one(BasicsStep)

    @property
    def balances(self) -> TermsPane:
        """The second step."""
        return self.query_one("#balances", TermsPane)

    @property
    def terms(self) -> TermsStep:
        """The third step."""
        return self.query_one(TermsStep)

    @property
    def review(self) -> ReviewStep:
        """The last step."""
        return self.query_one(ReviewStep)

    @property
    def preview(self) -> PreviewPane:
        """The live preview."""
        return self.query_one(PreviewPane)

    # --- the draft, step by step -------------------------------------------------------------------------------------

    def texts(self) -> dict[str, str]:
        """What is typed into the basics."""
        return self.basics.form.state()

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
        self._mark()

    def fail_look(self, reason: str) -> None:
        """There is no answer, and this is why."""
        self.preview.fail(reason)
        self.review.fail(reason)

    def own_problems(self) -> tuple[Problem, ...]:
        """What is typed and cannot be understood."""
        return self.basics.own_problems()

    def _mark(self) -> None:
        """Problems under the fields of steps that were looked at, on the terms, and on the rail."""
        found = self.look.errors if self.look else ()
        doubts = self.look.doubts if self.look else ()
        if self.visited:
            self.basics.show_problems(found)
        self.balances.show_problems((*found, *doubts))
        self.terms.show_problems((*found, *doubts))
        wrong = {naming.step_of(p.path) for p in found} | ({BASICS} if self.own_problems() else set())
        self.query_one(StepRail).marks = tuple(
            "wrong" if k in wrong and self.visited else "done" if k in self.visited and k != REVIEW else ""
            for k in range(len(PANES))
        )

    # --- going through the steps -------------------------------------------------------------------------------------

    def go(self, step: int) -> None:
        """Show a step, with the cursor where its work begins."""
        if step != self.step:
            self.visited |= {self.step, step} if step == REVIEW else {self.step}
        self.step = step
        self.query_one(ContentSwitcher).current = PANES[step]
        self.query_one(StepRail).current = step
        self.query_one(StepHint).step = step
        self.remove_class("-peek")
        self.set_class(step == REVIEW, "-review")
        if step == REVIEW:
            self.query_one(RequestPane).show(self.draft)
        self._mark()
        self._focus_step()
        self.refresh_bindings()
        if self.keeper.dirty:
            self.note_draft()

    def _focus_step(self) -> None:
        if self.step == BASICS:
            self.basics.form.focus_first()
        else:
            lists = {BALANCES: self.balances.rows, TERMS: self.terms.pane.rows, REVIEW: self.review.first}
            lists[self.step].focus()

    def action_next(self) -> None:
        """The next step."""
        if self.step < REVIEW:
            self.go(self.step + 1)

    def action_previous(self) -> None:
        """The step before."""
        if self.step > BASICS:
            self.go(self.step - 1)

    def action_step(self, step: int) -> None:
        """That step."""
        self.go(step)

    @on(StepRail.Asked)
    def _rail_asked(self, event: StepRail.Asked) -> None:
        self.go(event.step)

    @on(BasicsStep.Done)
    def _basics_done(self) -> None:
        if self.own_problems():
            self.basics.show_problems(self.look.errors if self.look else ())
            self.basics.form.focus_first()
            self.say("Some fields are not right yet; F8 goes on all the same.", "warn")
        else:
            self.go(BALANCES)

    @on(FindingsList.Asked)
    def _finding_asked(self, event: FindingsList.Asked) -> None:
        self.lead_to(event.problem)

    def lead_to(self, problem: Problem) -> None:
        """Go to the field where a problem can be put right."""
        step, term = naming.step_of(problem.path), naming.term_at(problem.path)
        if step == REVIEW:
            self.say("That is about the contract as a whole.", "info")
            return
        self.go(step)
        if term is not None:
            pane = self.balances if step == BALANCES else self.terms.pane
            pane.select(term[0], term[1])
            pane.action_edit()
        elif step == TERMS:
            self.terms.focus_on(problem.path)
        else:
            self.basics.focus_on(problem.path)

    def can(self, action: str) -> bool | None:
        """First and last step, and where more is to be shown."""
        at = {"next": self.step < REVIEW, "previous": self.step > BASICS, "more": self.step == BASICS}
        return at.get(action, True)

    def action_add(self, kind: str) -> None:
        """Add a term of that kind, on the step where it belongs."""
        step = naming.step_of(f"/{kind}")
        if step != self.step:
            self.go(step)
        (self.balances if step == BALANCES else self.terms.pane).action_add(kind)

    def action_more(self) -> None:
        """The rarer fields of the basics."""
        self.basics.toggle_more()

    def action_preview(self) -> None:
        """To the preview and back; where it has no place of its own, it takes that of the step."""
        beside: Any = self.query_one(RequestPane) if self.step == REVIEW else self.preview.rows
        if beside.has_focus or self.has_class("-peek"):
            self.remove_class("-peek")
            self._focus_step()
        else:
            self.add_class("-peek")
            beside.focus()
