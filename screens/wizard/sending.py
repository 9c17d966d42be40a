"""Sending the request: the review first, a confirmation that names the money, then one command of the store."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from textual import on, work

from screens.wizard import draft as drafting
from screens.wizard import effects
from screens.wizard.known import Look
from screens.wizard.messages import Created
from screens.wizard.naming import REVIEW
from screens.wizard.previewing import PreviewedScreen
from store.errors import Invalid, Problem, TermsheetError
from store.terms.contract import ContractTerms
from store.terms.document import plain


class SendingScreen(PreviewedScreen):
    """Creates the contract that the draft describes, once nothing stands in the way."""

    @abstractmethod
    def own_problems(self) -> tuple[Problem, ...]:
        """What is typed and cannot be understood."""

    @abstractmethod
    def fail_look(self, reason: str) -> None:
        """There is no preview, and this is why."""

    @abstractmethod
    def go(self, step: int) -> None:
        """Show a step."""

    def action_request(self) -> None:
        """The exact API request, to read, to copy and to keep."""
        from screens.request.asked import CONTRACTS, Asked
        from screens.request.showing import show

        show(self, Asked(CONTRACTS, plain(drafting.ordered(self.draft))))

    def action_save(self) -> None:
        """To the review; from there, create the contract."""
        if self.step != REVIEW:
            self.go(REVIEW)
        else:
            self._save()

    @work(group="wizard-save", exclusive=True)
    async def _save(self) -> None:
        await self.fresh.wait()
        made = self.look
        wrong = len((*made.errors, *self.own_problems())) + (made.refusal is not None) if made else 1
        if made is None or wrong:
            self.say(f"{wrong} to put right first; Enter on a finding leads to its field.", "bad")
            return
        try:
            terms = drafting.terms(self.draft)
        except Invalid as refused:
            self.say_error(refused)
            return
        if await self._confirmed(terms, made):
            self.say("Creating the contract…", "busy")
            self._create(terms)
        else:
            self.say("Not created; the draft is as it was.", "info")

    async def _confirmed(self, terms: ContractTerms, made: Look) -> bool:
        from screens.widgets.confirm import Confirm

        text, effect = effects.sentences(terms, made, self.customer_name, self.services.now())
        confirm = Confirm(
            self.services, title="Create this contract?", text=text, effect=effect, yes="Create contract", danger=False
        )
        return await self.app.push_screen_wait(confirm)

    @work(thread=True, exclusive=True, exit_on_error=False, group="wizard-create", description="create the contract")
    def _create(self, terms: ContractTerms) -> None:
        from store.commands.contracts import create_contract

        with self.keeper.ending() as making:
            version = self.known.version if self.known else None
            contract_id = create_contract(making, request=terms, seen_customer=version)
        self.post_message(Created(contract_id))

    @on(Created)
    def _created(self) -> None:
        self.close(f"Contract {effects.called(self.draft, self.offering)} was created.")

    def rebase(self) -> None:
        """Read the customer again; the draft is as it was."""
        self.read()

    def refused(self, group: str, error: TermsheetError) -> None:
        """What cannot be rated says so in the preview; what cannot be created, where it is wrong."""
        super().refused(group, error)
        if group in ("wizard-look", "wizard-known"):
            self.look = None
            self.fresh.set()
            self.fail_look(f"{error.title}: {error}")
        elif group == "wizard-create":
            self.look = replace(self.look or Look(()), problems=error.problems)
            self.show_look()
