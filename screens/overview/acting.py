"""What an operator does from the overview: open what the cursor is on, other screens, and the dialogs that change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from screens.overview.facts import Facts
from screens.overview.pane import Pane
from screens.overview.statement_pane import StatementPane
from screens.services import Services
from screens.widgets.base import BaseScreen
from screens.widgets.line_list import LineList

if TYPE_CHECKING:
    from store.rating.statement import Preview

NEEDS_FACTS = ("add_contract", "amend", "filters", "resume", "aliases", "fields", "rename", "archive")
"""What waits until the customer is read."""


class OverviewActions(BaseScreen):
    """One customer, as far as it is read and rated, and everything that can be begun with it."""

    def __init__(self, services: Services, customer_id: str) -> None:
        super().__init__(services)
        self.customer_id = customer_id
        self.facts: Facts | None = None
        self.preview: Preview | None = None
        self.unread = True
        """Whether the customer is still being read."""

    def awaits(self, key: str) -> bool:
        """What is about contracts, drafts or the customer waits until they are read; Enter, until there are rows."""
        if not self.unread:
            return False
        if key == "enter":
            return isinstance(self.focused, LineList) and not self.focused.row_count
        bound = self.active_bindings.get(key)
        return bound is not None and bound.binding.action.partition("(")[0] in NEEDS_FACTS

    def pane(self, digit: int) -> Pane:
        """The pane of a digit."""
        return self.query_one(f"#pane-{digit}", Pane)

    def can(self, action: str) -> bool | None:
        """What makes no sense is not offered: without contracts, without a draft, for an archived customer."""
        facts = self.facts
        if action == "open":
            return True if isinstance(self.focused, LineList) and self.focused.row_count else None
        if facts is None:
            return None if action in NEEDS_FACTS else True
        gone = facts.customer.archived_at is not None
        if action == "resume":
            return bool(facts.drafts) and not gone
        if action in ("amend", "filters"):
            return bool(facts.contracts) and not (gone and action == "amend")
        return not (gone and action in ("add_contract", "rename", "archive", "aliases"))

    def open_statements(self, **at: Any) -> None:
        """The statement screen, at a statement, a balance or a view."""
        from screens.statement.screen import StatementScreen

        self.app.push_screen(StatementScreen(self.services, self.customer_id, **at))

    def action_statements(self) -> None:
        """Every statement; the one shown here first."""
        statement = self.query_one(StatementPane).statement
        self.open_statements(at=statement.id if statement else None)

    def action_catalog(self) -> None:
        """Metrics, products, rate cards."""
        from screens.catalog.screen import CatalogScreen

        self.app.push_screen(CatalogScreen(self.services))

    def action_filters(self) -> None:
        """The usage-filter timeline."""
        from screens.timeline.screen import TimelineScreen

        self.app.push_screen(TimelineScreen(self.services, self.customer_id))

    def action_add_contract(self) -> None:
        """The wizard."""
        from screens.wizard.screen import WizardScreen

        self.app.push_screen(WizardScreen(self.services, self.customer_id))

    def action_amend(self) -> None:
        """The amendment editor, on the contract under the cursor."""
        from screens.amendment.screen import AmendmentScreen

        row = self.pane(1).rows.selected
        contract_id = row.value.id if row is not None and self.pane(1).rows.has_focus else None
        self.app.push_screen(AmendmentScreen(self.services, self.customer_id, contract_id))

    def action_resume(self) -> None:
        """Go on with a draft; of several, ask which."""
        from screens.overview.resuming import which

        drafts = self.facts.drafts if self.facts else ()
        if len(drafts) > 1:
            self.app.push_screen(which(self.services, drafts), self._resume)
        elif drafts:
            self._resume((drafts[0].id,))

    def _resume(self, picked: tuple[str, ...] | None) -> None:
        from screens.overview.resuming import screen_for

        drafts = self.facts.drafts if self.facts else ()
        for draft in drafts:
            if picked and draft.id == picked[0]:
                self.app.push_screen(screen_for(self.services, self.customer_id, draft))

    def action_aliases(self) -> None:
        """Replace the set of aliases."""
        from screens.overview.aliases import EditAliases

        self._edit(lambda facts: EditAliases(self.services, facts.customer))

    def action_fields(self) -> None:
        """Set custom fields."""
        from screens.overview.custom_fields import EditFields

        self._edit(lambda facts: EditFields(self.services, facts.customer))

    def action_rename(self) -> None:
        """Another name."""
        from screens.overview.rename import Rename

        self._edit(lambda facts: Rename(self.services, facts.customer))

    def action_archive(self) -> None:
        """For good, once what follows was read and confirmed."""
        from screens.overview.archive import Archive

        self._edit(lambda facts: Archive(self.services, facts, self.preview))

    def _edit(self, dialog: Callable[[Facts], Screen[str]]) -> None:
        if self.facts is not None:
            self.app.push_screen(dialog(self.facts), lambda said: self.say(said or ""))

    def action_request(self) -> None:
        """What would make the contract under the cursor, or else the customer."""
        from screens.request import showing

        row = self.pane(1).rows.selected if self.pane(1).rows.has_focus else None
        if row is not None:
            showing.show_stored(self, partial(showing.contract, row.value))
        else:
            showing.show_stored(self, partial(showing.customer, self.services, self.customer_id))

    def action_take(self) -> None:
        """A request from elsewhere."""
        from screens.request.showing import take

        take(self, self.customer_id)

    def action_open(self) -> None:
        """What the cursor is on, as Enter on its list does."""
        if isinstance(self.focused, LineList):
            self.focused.action_choose()
