"""What is typed for a new customer: kept as a draft until it is saved, offered again if the console was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from screens.services import Services
from screens.widgets.draft_keeper import DraftKeeper

if TYPE_CHECKING:
    from store.database import Work


class KeptCustomer:
    """The one unfinished customer of an operator."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._keeper = DraftKeeper(services, "customer")

    def hold(self, state: dict[str, str]) -> None:
        """Keep this in mind; it is written soon, and at once if the terminal goes away."""
        if state:
            title = state.get("name", "") or "New customer"
            self._keeper.note(title=title, payload={"state": dict(state)}, customer_id=None)
        else:
            self.let_go()

    def write(self) -> None:
        """Write it now. Blocks: for workers, who can say what stands in the way."""
        self._keeper.write()

    def let_go(self) -> None:
        """Nothing is at risk any more."""
        self._keeper.let_go()

    def left_over(self) -> dict[str, str]:
        """What was kept last time; empty if nothing. Blocks: for workers."""
        from store import drafts

        for draft in drafts.list_for(self.services.store(), self.services.operator):
            if draft.kind == "customer":
                self._keeper.take_up(draft)
                state = draft.payload.get("state")
                return {str(k): str(v) for k, v in state.items()} if isinstance(state, dict) else {}
        return {}

    @contextmanager
    def ending(self) -> Iterator[Work]:
        """The work that makes the customer, with which the draft goes."""
        with self._keeper.ending() as work:
            yield work

    def throw_away(self) -> None:
        """Forget the draft, in the store too. Blocks: for workers."""
        self._keeper.discard()
