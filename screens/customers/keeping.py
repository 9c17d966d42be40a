"""What was typed for a new customer when the terminal went away: kept as a draft, offered again the next time."""

from __future__ import annotations

import uuid

from screens.services import Services

NAME = "customer"


class KeptCustomer:
    """The one unfinished customer of an operator; it reaches the store only if the console is cut off."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._id = ""
        self._state: dict[str, str] = {}

    def hold(self, state: dict[str, str]) -> None:
        """Keep this in mind; it is saved if the terminal goes away."""
        self._state = state
        if state and not self.services.read_only:
            self.services.rescue.hold(NAME, self._save)
        else:
            self.let_go()

    def let_go(self) -> None:
        """Nothing is at risk any more."""
        self.services.rescue.drop(NAME)

    def _save(self) -> None:
        from store import drafts

        draft = drafts.Draft(
            id=self._id or str(uuid.uuid4()),
            operator=self.services.operator,
            kind="customer",
            title=self._state.get("name", "") or "New customer",
            payload={"state": dict(self._state)},
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

        self._state = {}
        if self._id:
            drafts.discard(self.services.store(), self._id, by=self.services.operator, now=self.services.now())
            self._id = ""
