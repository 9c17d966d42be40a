"""What is typed for a new customer: kept as a draft until it is saved, offered again if the console was cut off."""

from __future__ import annotations

import threading
import uuid

from screens.services import Services
from screens.widgets.draft_keeper import Soon

NAME = "customer"


class KeptCustomer:
    """The one unfinished customer of an operator."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._id = ""
        self._state: dict[str, str] = {}
        self._lock = threading.Lock()
        self._soon = Soon(self._save)

    def hold(self, state: dict[str, str]) -> None:
        """Keep this in mind; it is written soon, and at once if the terminal goes away."""
        self._state = state
        if state and not self.services.read_only:
            self.services.rescue.hold(NAME, self._save)
            self._soon.ask()
        else:
            self.let_go()

    def let_go(self) -> None:
        """Nothing is at risk any more."""
        self._soon.drop()
        self.services.rescue.drop(NAME)

    def _save(self) -> None:
        from store import drafts

        with self._lock:
            state = self._state
            if not state:
                return  # thrown away meanwhile
            self._id = self._id or str(uuid.uuid4())
            draft = drafts.Draft(
                id=self._id,
                operator=self.services.operator,
                kind="customer",
                title=state.get("name", "") or "New customer",
                payload={"state": dict(state)},
                saved_at=self.services.now(),
            )
            drafts.save(self.services.store(), draft=draft)

    def left_over(self) -> dict[str, str]:
        """What was kept last time; empty if nothing. Blocks: for workers."""
        from store import drafts

        for draft in drafts.list_for(self.services.store(), self.services.operator):
            if draft.kind == "customer":
                self._id = draft.id
                state = draft.payload.get("state")
                return {str(k): str(v) for k, v in state.items()} if isinstance(state, dict) else {}
        return {}

    def throw_away(self) -> None:
        """Forget the draft, in the store too. Blocks: for workers."""
        from store import drafts

        self._soon.drop()
        with self._lock:
            self._state = {}
            if self._id:
                drafts.discard(self.services.store(), self._id, by=self.services.operator, now=self.services.now())
                self._id = ""
