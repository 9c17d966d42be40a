"""The wizard's steps: what stands where, going from one to another, and to the field where a problem is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from screens.services import Services
from screens.statement.usage_words import UsageNote
from screens.terms.pane import TermsPane
from screens.widgets.step_rail import StepRail
from screens.wizard import draft as drafting
from screens.wizard import naming
from screens.wizard.basics_step import BasicsStep
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


class SteppedScreen(SendingScreen):
    """Four steps and the preview beside them; which is shown, and which were looked at."""

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

    def own_problems(self) -> tuple[Problem, ...]:
        """What is typed and cannot be understood."""
        return self.basics.own_problems()

    def mark(self) -> None:
        """Show problems under the fields of steps that were looked at, on the terms, and on the rail."""
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
            self.say("")
        self.step = step
        self.query_one(ContentSwitcher).current = PANES[step]
        self.query_one(StepRail).current = step
        self.query_one(StepHint).step = step
        self.query_one(PreviewStrip).review = step == REVIEW
        self.remove_class("-peek")
        self.set_class(step == REVIEW, "-review")
        if step == REVIEW:
            self.query_one(RequestPane).show(self.draft)
        self.mark()
        self.focus_step()
        self.refresh_bindings()
        if self.keeper.dirty:
            self.note_draft()

    def focus_step(self) -> None:
        """Put the cursor where the step's work begins."""
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
        at = {
            "next": self.step < REVIEW, "previous": self.step > BASICS, "more": self.step == BASICS,
            "preview": self.step < REVIEW,
        }  # fmt: skip
        return at.get(action, True)

    def action_add(self, kind: str) -> None:
        """Add a term of that kind, on the step where it belongs."""
        step = naming.step_of(f"/{kind}")
        if step != self.step:
            self.go(step)
        (self.balances if step == BALANCES else self.terms.pane).action_add(kind)

    def action_add_other(self) -> None:
        """Choose from what the step can hold; from elsewhere, go to the terms."""
        if self.step not in (BALANCES, TERMS):
            self.go(TERMS)
        (self.balances if self.step == BALANCES else self.terms.pane).action_add_other()

    def action_more(self) -> None:
        """The rarer fields of the basics."""
        self.basics.toggle_more()

    def action_preview(self) -> None:
        """To the preview and back; where it has no place of its own, it takes that of the step."""
        if not self._look_away():
            self.add_class("-peek")
            self.preview.rows.focus()

    def _look_away(self) -> bool:
        """Back from the preview (or the request) to the step; False where the step has the keys already."""
        beside: tuple[Widget, ...] = (self.query_one(RequestPane), self.preview.rows)
        away = self.has_class("-peek") or any(pane.has_focus for pane in beside)
        if away:
            self.remove_class("-peek")
            self.focus_step()
        return away

    def action_back(self) -> None:
        """One level back: from the preview to the step, from the step out of the wizard (asking)."""
        if not self._look_away():
            super().action_back()
