"""One operator's unfinished work on its way to the store: kept current as plain data, written now and then.

`note` is called on every change and touches nothing but memory; soon after it the work is written, by a thread of its
own, so that even a killed console loses no more than what was typed just before. `write` is for workers, who can say
what stands in the way, and for the rescue when the terminal goes away.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from screens.services import Services
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.drafts import Draft, Kind


KEPT_WITHIN = 0.25
"""Seconds after a change within which it is on its way to the disk."""
NOTED_WITHIN = 0.1
"""Seconds after a change within which a form that is slow to read is noted, however fast the typing goes on."""


class Soon:
    """Does something shortly after it was asked for, in a thread of its own, once for all that asked meanwhile."""

    def __init__(self, do: Callable[[], object]) -> None:
        self._do = do
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def ask(self) -> None:
        """Have it done; whoever asked first says when."""
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(KEPT_WITHIN, self._run)
                self._timer.daemon = True
                self._timer.start()

    def drop(self) -> None:
        """Not needed any more."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    def _run(self) -> None:
        with self._lock:
            self._timer = None
        with suppress(TermsheetError):  # whoever saves, leaves or tries again is told
            self._do()


class DraftKeeper:
    """Keeps one draft; nothing is written before the first `note`, nor on a read-only store."""

    def __init__(self, services: Services, kind: Kind, *, draft: Draft | None = None) -> None:
        self.services = services
        self.kind: Kind = kind
        self.draft = draft
        self._lock = threading.Lock()
        self._written = draft
        self._name = f"{kind}:{uuid.uuid4()}"
        self._soon = Soon(self.write)

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
        self._soon.ask()

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
        self._soon.drop()
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
