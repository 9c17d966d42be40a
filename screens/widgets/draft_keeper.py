"""One operator's unfinished work on its way to the store: kept current as plain data, written now and then.

`note` is called on every change and touches nothing but memory. `write` is for workers, and for the rescue when the
terminal goes away: whichever comes first, what was typed last is what is kept.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from screens.services import Services

if TYPE_CHECKING:
    from store.drafts import Draft, Kind


class DraftKeeper:
    """Keeps one draft; nothing is written before the first `note`, nor on a read-only store."""

    def __init__(self, services: Services, kind: Kind, *, draft: Draft | None = None) -> None:
        self.services = services
        self.kind: Kind = kind
        self.draft = draft
        self._lock = threading.Lock()
        self._written = draft
        self._name = f"{kind}:{uuid.uuid4()}"

    @property
    def dirty(self) -> bool:
        """Whether something was noted that is not written yet."""
        return self.draft is not self._written

    def note(
        self, *, title: str, payload: Mapping[str, Any], customer_id: str | None, contract_id: str | None = None
    ) -> None:
        """Remember the work as it is now."""
        from store.drafts import Draft

        if self.services.read_only:
            return
        self.draft = Draft(
            id=self.draft.id if self.draft else str(uuid.uuid4()),
            operator=self.services.operator,
            kind=self.kind,
            title=title,
            payload=payload,
            saved_at=self.services.now(),
            customer_id=customer_id,
            contract_id=contract_id,
        )
        self.services.rescue.hold(self._name, self.write)

    def write(self) -> None:
        """Write what was noted last, if it was not written yet. Blocks: for workers and the rescue."""
        with self._lock:
            draft = self.draft
            if draft is None or draft is self._written:
                return
            from store import drafts

            drafts.save(self.services.store(), draft=replace(draft, saved_at=self.services.now()))
            self._written = draft

    def let_go(self) -> None:
        """Stop rescuing it; what was written stays written."""
        self.services.rescue.drop(self._name)

    def discard(self) -> None:
        """Throw it away, also what was written. Blocks: for workers."""
        self.let_go()
        with self._lock:
            draft, self.draft, self._written = self.draft, None, None
            if draft is None or self.services.read_only:
                return
            from store import drafts

            drafts.discard(self.services.store(), draft.id, by=self.services.operator, now=self.services.now())


def latest(services: Services, kind: Kind, customer_id: str) -> Draft | None:
    """The operator's last draft of that kind for a customer, or None. Blocks: for workers."""
    from store import drafts

    found = drafts.list_for(services.store(), services.operator)
    return next((d for d in found if d.kind == kind and d.customer_id == customer_id), None)
