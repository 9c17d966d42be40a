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
from screens.statement import list as listing
from screens.statement import wording
from screens.statement.attention import AttentionList, sentences
from screens.statement.balances_view import BalancesView
from screens.statement.commands import COMMANDS
from screens.statement.explanation import Explanation
from screens.statement.head import StatementHead
from screens.statement.lines import StatementTable
from screens.statement.messages import Rated, Shown
from screens.statement.usage_words import Names, UsageNote, names_of
from screens.widgets.base import BaseScreen
from screens.widgets.pane_tabs import PaneTabs
from screens.widgets.table import RowList
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.preview import Rated as Usage
    from store.rating.statement import Statement

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
        self.contract_id = ""
        self.customers: dict[str, str] = {}
        self._number = 0

    def body(self) -> ComposeResult:
        """Tabs, which usage, and three views."""
        with Horizontal(id="above"):
            yield PaneTabs(TITLES)
            yield UsageNote()
        with ContentSwitcher(initial=self.first_view):
            with Horizontal(id="view-statements"):
                yield RowList(listing.COLUMNS, empty="Rating…", id="list")
                with Vertical(id="one"):
                    yield StatementHead()
                    yield StatementTable(empty="Rating…")
                    yield Explanation()
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
    def list(self) -> RowList:
        """The list of statements."""
        return self.query_one("#list", RowList)

    @property
    def table(self) -> StatementTable:
        """The lines of the one that is shown."""
        return self.query_one(StatementTable)

    @property
    def statement(self) -> Statement | None:
        """The one that is shown."""
        row = self.list.selected
        return row.value if row is not None else None

    # -- rating

    def action_reload(self) -> None:
        """Rate again; what is shown stays until the answer is there."""
        self._number += 1
        self.say("Rating", "busy")
        self._rate(self._number, self.usage)

    @work(thread=True, exclusive=True, exit_on_error=False, group="statements", description="rate the customer")
    def _rate(self, number: int, usage: Usage | None) -> None:
        from screens.overview.facts import contract_names
        from store.queries.contracts import contracts_of

        previews = self.services.previews()
        preview = previews.current(self.customer_id, usage=usage)
        book = previews.book(self.customer_id)
        contracts = contract_names(contracts_of(self.services.store(), self.customer_id))
        shown = Shown(preview, book.customer[self.customer_id].name, contracts, names_of(book))
        if not get_current_worker().is_cancelled:
            self.post_message(Rated(number, shown))

    def refused(self, group: str, error: TermsheetError) -> None:
        """Say why there is nothing to see."""
        super().refused(group, error)
        if group == "statements":
            reason = f"{error.title}: {error.message}"
            self.list.empty = error.title
            self.list.show(())
            self.table.say_empty(reason)
            self.table.show(None)
            self.query_one(StatementHead).said = ("", "")
            self.query_one(BalancesView).fail(reason)
            self.query_one(AttentionList).fail(reason)

    @on(Rated)
    def _rated(self, event: Rated) -> None:
        if event.number != self._number:
            return
        first = self.shown is None
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
        self._fill_list(self.at if first else None)
        if first and self.balance:
            self.query_one(BalancesView).go(self.balance)
        self.refresh_bindings()

    def _tell_usage(self) -> None:
        from store.preview import Stored

        names = self.shown.names if self.shown else Names()
        self.set_class(self.usage is not None and not isinstance(self.usage, Stored), "-unreal")
        customers = {**names.customers, **self.customers}
        self.query_one(UsageNote).tell(self.usage or Stored(), Names(names.products, customers, names.conversions))

    def _fill_list(self, at: str | None) -> None:
        shown = self.shown
        if shown is None:
            return
        chosen = (s for s in shown.preview.statements if self.contract_id in ("", s.contract_id))
        statements = listing.latest_first(chosen)
        names = shown.contracts if not self.contract_id else {}
        self.list.empty = "No statements: no contract\nhas started yet." if shown.contracts else NO_CONTRACT
        given = tuple(listing.rows(statements, names))
        keep = at or (self.list.selected.key if self.list.selected else None) or _current(statements, self.services)
        self.list.show(given)
        keys = [row.key for row in given]
        if keep in keys:
            self.list.move_to(keys.index(keep))
        self._draw()

    # -- the statement that is shown

    @on(RowList.Highlighted, "#list")
    def _moved(self) -> None:
        self._draw()

    @on(RowList.Chosen, "#list")
    def _into(self) -> None:
        self.table.focus_lines()

    def _draw(self) -> None:
        s = self.statement
        self.table.say_empty("" if self.shown is None else "No statement to show.")
        self.table.show(s)
        if s is None or self.shown is None:
            self.query_one(StatementHead).said = ("", "")
            return
        whose = self.shown.contracts.get(s.contract_id, "") if len(self.shown.contracts) > 1 else ""
        title = wording.short_title(s, whose)
        issued = f"issued {s.issued_at:%Y-%m-%d}" if s.status != "DRAFT" else f"to be issued {s.issued_at:%Y-%m-%d}"
        self.query_one(StatementHead).said = (title, f"{wording.state(s.status)[0]} · {issued}")

    @on(StatementTable.LineHighlighted)
    def _line(self, event: StatementTable.LineHighlighted) -> None:
        self.query_one(Explanation).explain(event.line)

    @on(StatementTable.LineChosen)
    def _line_chosen(self, event: StatementTable.LineChosen) -> None:
        from screens.statement.explanation import plain
        from screens.widgets.text_modal import TextModal

        self.app.push_screen(TextModal(self.services, title=event.line.name, text=plain(event.line)))

    def action_step(self, by: int) -> None:
        """The statement before or after in time; the list has the latest first."""
        self.action_view(1, focus=False)
        self.list.move_to(self.list.cursor - by, -by)

    def action_zero(self) -> None:
        """Hide lines of zero, or show them."""
        self.table.zero = not self.table.zero

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
                self.list.focus()

    @on(PaneTabs.Asked)
    def _tab_asked(self, event: PaneTabs.Asked) -> None:
        self.action_view(event.digit)

    @on(BalancesView.StatementAsked)
    def _statement_asked(self, event: BalancesView.StatementAsked) -> None:
        keys = [row.key for row in self.list.rows]
        if event.statement_id in keys:
            self.list.move_to(keys.index(event.statement_id))
            self.action_view(1)

    def can(self, action: str) -> bool | None:
        """Choosing a contract is for several; texts are of a statement."""
        if action == "contract":
            return bool(self.shown and len(self.shown.contracts) > 1)
        if action in ("json", "csv"):
            return True if self.is_mounted and self.statement is not None else None
        return True

    # -- other usage, other contracts, other forms

    def action_usage(self) -> None:
        """Choose which usage is rated."""
        from screens.statement.usage_source import UsageSource

        dialog = UsageSource(
            self.services, customer_id=self.customer_id, current=self.usage, customers=self.customers
        )  # fmt: skip

        def use(chosen: Usage | None) -> None:
            if chosen is not None:
                self.usage, self.customers = chosen, dialog.customers
                self._tell_usage()
                self.action_reload()

        self.app.push_screen(dialog, use)

    def action_contract(self) -> None:
        """Show one contract's statements, or all."""
        from screens.widgets.picker import Picker

        assert self.shown is not None  # only then it can be asked for
        choices = [("", "all contracts"), *self.shown.contracts.items()]
        picker = Picker(self.services, title="Statements of", choices=choices, chosen=(self.contract_id,))
        self.app.push_screen(picker, self._show_contract)

    def _show_contract(self, picked: tuple[str, ...] | None) -> None:
        if picked is not None:
            self.contract_id = picked[0] if picked else ""
            self._fill_list(None)

    def action_json(self) -> None:
        """The statement as the API has it."""
        from store.rating.report import statement_json
        from store.terms import document

        if self.statement is not None:
            self._text("JSON", document.write(statement_json(self.statement), indent=2))

    def action_csv(self) -> None:
        """The lines, for a spreadsheet."""
        from store.rating.report import as_csv
        from store.rating.statement import Preview

        if self.statement is not None:
            self._text("CSV", as_csv(Preview((self.statement,), ())))

    def _text(self, form: str, text: str) -> None:
        from screens.widgets.text_modal import TextModal

        assert self.statement is not None  # both callers have one
        self.app.push_screen(TextModal(self.services, title=f"{wording.title(self.statement)} · {form}", text=text))


def _current(statements: list[Statement], services: Services) -> str | None:
    """The usage statement whose period holds now."""
    now = services.now()
    return next((s.id for s in statements if s.start and s.end and s.start <= now < s.end), None)


NO_CONTRACT = "No statements without a contract.\nc on the overview adds one."
