"""Every statement of a customer, with its lines and their explanation; balances and warnings as further views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher
from textual.worker import get_current_worker

from screens.command import BACK
from screens.services import Services
from screens.statement import rating, wording
from screens.statement.attention import AttentionList, sentences
from screens.statement.balances_view import BalancesView
from screens.statement.commands import COMMANDS
from screens.statement.messages import Rated, Shown
from screens.statement.statements_view import StatementsView
from screens.statement.usage_words import Names, UsageNote
from screens.widgets.base import BaseScreen
from screens.widgets.pane_tabs import PaneTabs
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.rating.statement import Statement
    from store.usage.rated import Rated as Usage

VIEWS = ("view-statements", "view-balances", "view-attention")
TITLES = ("Statements", "Balances", "Attention")


class StatementScreen(BaseScreen):
    """`at`: the statement to begin with; `view` and `balance`: another view, at that balance."""

    CSS_PATH = "statement.tcss"
    ACTIONS = (*COMMANDS, BACK)
    CRUMBS = ("Customers", "…", "Statements")
    HELP_TEXT = """
    Each statement and each scheduled invoice as it is or would be made. What a balance covers, what it paid and what is
    left to pay are tied by a bracket. Below the lines stands how the number under the cursor came to be. The top line
    says which usage is rated; u changes it, and nothing of that is stored.
    """

    def __init__(
        self, services: Services, customer_id: str, at: str | None = None, *, view: str = "", balance: str = ""
    ) -> None:
        super().__init__(services)
        self.customer_id, self.at, self.balance = customer_id, at, balance
        self.first_view = "view-" + (view or ("balances" if balance else "statements"))
        self.shown: Shown | None = None
        self.usage: Usage | None = None
        self.ahead = 0
        """Months to come that are shown; only projected usage has any."""
        self.contract_id = ""
        self.customers: dict[str, str] = {}
        self._number = 0

    def body(self) -> ComposeResult:
        """Tabs, which usage, and three views."""
        with Horizontal(id="above"):
            yield PaneTabs(TITLES)
            yield UsageNote()
        with ContentSwitcher(initial=self.first_view):
            yield StatementsView(self.services, id="view-statements")
            with Vertical(id="view-balances"):
                yield BalancesView()
            with Vertical(id="view-attention"):
                yield AttentionList()

    def on_mount(self) -> None:
        """Paint first, rate afterwards."""
        self.query_one(PaneTabs).shown = (VIEWS.index(self.first_view) + 1,)
        self._focus()
        self.call_after_refresh(self.action_reload)

    @property
    def statements(self) -> StatementsView:
        """The first view."""
        return self.query_one(StatementsView)

    @property
    def statement(self) -> Statement | None:
        """The statement that is shown."""
        return self.statements.statement

    # -- rating

    def action_reload(self) -> None:
        """Rate again; what is shown stays until the answer is there."""
        self._number += 1
        self.say("Rating", "busy")
        self._rate(self._number, self.usage, self.ahead)

    @work(thread=True, exclusive=True, exit_on_error=False, group="statements", description="rate the customer")
    def _rate(self, number: int, usage: Usage | None, ahead: int) -> None:
        shown = rating.rated(self.services, self.customer_id, usage, ahead=ahead)
        if not get_current_worker().is_cancelled:
            self.post_message(Rated(number, shown))

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say why there is nothing to see."""
        super().refused(group, error)
        if group == "statements":
            reason = f"{error.title}: {error.message}"
            self.statements.fail(f"{error.title}.", reason)
            self.query_one(BalancesView).fail(reason)
            self.query_one(AttentionList).fail(reason)

    @on(Rated)
    def _rated(self, event: Rated) -> None:
        if event.number != self._number:
            return
        first = self.shown is None
        if first:
            self.hold()
        self.shown, shown = event.shown, event.shown
        self.say("")
        self.crumbs = ("Customers", shown.customer, "Statements")
        self._tell_usage()
        now = self.services.now()
        self.query_one(BalancesView).show(shown.preview, shown.contracts, now)
        attention = self.query_one(AttentionList)
        attention.tell(sentences(shown.preview, shown.contracts))
        mark = f" ▲ {attention.told}" if attention.told else ""
        self.query_one(PaneTabs).titles = (*TITLES[:2], TITLES[2] + mark)
        self.statements.show(shown, contract_id=self.contract_id, at=self.at if first else None)
        if first and self.balance:
            self.query_one(BalancesView).go(self.balance)
        self.refresh_bindings()

    def _tell_usage(self) -> None:
        from store.usage.rated import Stored

        names = self.shown.names if self.shown else Names()
        self.set_class(self.usage is not None and not isinstance(self.usage, Stored), "-unreal")
        customers = {**names.customers, **self.customers}
        known = Names(names.products, customers, names.conversions)
        self.query_one(UsageNote).tell(self.usage or Stored(), known, ahead=self.ahead)

    def action_step(self, by: int) -> None:
        """The statement before or after in time."""
        self.action_view(1, focus=False)
        self.statements.step(by)

    def action_zero(self) -> None:
        """Hide lines of zero, or show them."""
        self.statements.table.zero = not self.statements.table.zero

    # -- views

    def action_view(self, digit: int, *, focus: bool = True) -> None:
        """Statements, balances, or what needs attention."""
        self.query_one(ContentSwitcher).current = VIEWS[digit - 1]
        self.query_one(PaneTabs).shown = (digit,)
        if focus:
            self._focus()
        self.refresh_bindings()

    def _focus(self) -> None:
        match self.query_one(ContentSwitcher).current:
            case "view-balances":
                self.query_one(BalancesView).go()
            case "view-attention":
                self.query_one(AttentionList).focus()
            case _:
                self.statements.list.focus()

    @on(PaneTabs.Asked)
    def _tab_asked(self, event: PaneTabs.Asked) -> None:
        self.action_view(event.digit)

    @on(BalancesView.StatementAsked)
    def _statement_asked(self, event: BalancesView.StatementAsked) -> None:
        if self.statements.go(event.statement_id):
            self.action_view(1)

    def can(self, action: str) -> bool | None:
        """Choosing a contract is for several; texts are of a statement."""
        if action == "contract":
            return bool(self.shown and len(self.shown.contracts) > 1)
        if action == "look":
            return self.ahead > 0
        if action in ("json", "csv"):
            return True if self.is_mounted and self.statement is not None else None
        return True

    # -- other usage, other contracts, other forms

    def action_usage(self) -> None:
        """Choose which usage is rated."""
        from screens.statement.usage_source import UsageSource
        from store.usage.rated import Projected

        dialog = UsageSource(
            self.services, customer_id=self.customer_id, current=self.usage, customers=self.customers
        )  # fmt: skip

        def use(chosen: Usage | None) -> None:
            if chosen is not None:
                self.usage, self.customers = chosen, dialog.customers
                self.ahead = (self.ahead or MONTHS) if isinstance(chosen, Projected) else 0
                self._tell_usage()
                self.action_reload()

        self.app.push_screen(dialog, use)

    def action_look(self, by: int) -> None:
        """More or fewer of the months to come."""
        self.ahead = max(1, min(MOST_MONTHS, self.ahead + by))
        self._tell_usage()
        self.action_reload()

    def action_contract(self) -> None:
        """Show one contract's statements, or all."""
        from screens.widgets.picker import Picker

        assert self.shown is not None  # only then it can be asked for
        choices = [("", "all contracts"), *self.shown.contracts.items()]
        picker = Picker(self.services, title="Statements of", choices=choices, chosen=(self.contract_id,))
        self.app.push_screen(picker, self._show_contract)

    def _show_contract(self, picked: tuple[str, ...] | None) -> None:
        if picked is not None and self.shown is not None:
            self.contract_id = picked[0] if picked else ""
            self.statements.show(self.shown, contract_id=self.contract_id)

    def action_json(self) -> None:
        """The statement as the API has it."""
        if self.statement is not None:
            self._text("JSON", rating.as_json(self.statement))

    def action_csv(self) -> None:
        """The lines, for a spreadsheet."""
        if self.statement is not None:
            self._text("CSV", rating.as_csv(self.statement))

    def action_request(self) -> None:
        """The API request that reads the statement or the balance under the cursor; or all of them."""
        from screens.request import asked
        from screens.request.showing import show

        match self.query_one(ContentSwitcher).current:
            case "view-balances":
                row = self.query_one(BalancesView).balances.selected
                show(self, asked.balance(self.customer_id, str(row.key) if row else ""))
            case "view-statements" if self.statement is not None:
                show(self, asked.statement(self.customer_id, self.statement.id))
            case _:
                show(self, asked.statement(self.customer_id))

    def _text(self, form: str, text: str) -> None:
        from screens.widgets.text_modal import TextModal

        assert self.statement is not None  # both callers have one
        self.app.push_screen(TextModal(self.services, title=f"{wording.title(self.statement)} · {form}", text=text))


MONTHS, MOST_MONTHS = 3, 24
"""How far projected usage is looked at: at first, and at most."""
