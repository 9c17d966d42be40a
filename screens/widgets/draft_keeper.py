"""One operator's unfinished work on its way to the disk: kept current as plain data, written now and then.

`note` is called on every change and touches nothing but memory. At once after it the work is jotted down in a file of
this machine, and soon after in the store, by threads of their own, so that even a killed console loses no more than
what was typed just before. `write` is for workers, who can say what stands in the way.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from screens.services import Services
from store.draft import Draft, Kind
from store.errors import TermsheetError

if TYPE_CHECKING:
    from store.database import Work

JOTTED_WITHIN = 0.02
"""Seconds after a change within which it is on its way to a file of this machine."""
KEPT_WITHIN = 0.25
"""Seconds after a change within which it is on its way to the store."""
TRIED_AGAIN = 5.0
"""Seconds after which a store that would not take it is asked once more."""
NOTED_WITHIN = 0.1
"""Seconds after a change within which a form that is slow to read is noted, however fast the typing goes on."""


class Soon:
    """Does something shortly after it was asked for, in a thread of its own, once for all that asked meanwhile."""

    def __init__(self, do: Callable[[], object], within: float) -> None:
        self._do, self._within = do, within
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def ask(self, within: float | None = None) -> None:
        """Have it done; whoever asked first says when."""
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(self._within if within is None else within, self._run)
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
        try:
            self._do()
        except TermsheetError:
            self.ask(TRIED_AGAIN)  # whoever saves or leaves is told


class DraftKeeper:
    """Keeps one draft; nothing is written before the first `note`, nor on a read-only store."""

    def __init__(self, services: Services, kind: Kind, *, draft: Draft | None = None) -> None:
        self.services = services
        self.kind: Kind = kind
        self.draft = draft
        self._lock, self._jots = threading.Lock(), threading.Lock()
        self._written = draft
        self._name = f"{kind}:{uuid.uuid4()}"
        self._writing = Soon(self._write_soon, KEPT_WITHIN)
        self._jotting = Soon(self._jot, JOTTED_WITHIN)
        self._jotted = draft
        self._ended = False

    @property
    def dirty(self) -> bool:
        """Whether something was noted that is not written yet."""
        return self.draft is not self._written

    def take_up(self, draft: Draft) -> None:
        """Go on with a draft that was kept, unless another was begun already."""
        with self._lock:
            if self.draft is None:
                self.draft = self._written = draft

    def note(
        self, *, title: str, payload: Mapping[str, Any], customer_id: str | None, contract_id: str | None = None
    ) -> None:
        """Remember the work as it is now."""
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
        self._ended = False
        self.services.rescue.hold(self._name, self._rescue)
        self._jotting.ask()
        self._writing.ask()

    def write(self) -> None:
        """Write what was noted last, if it was not written yet. Blocks: for workers and the rescue."""
        with self._lock:
            draft = self.draft
            if draft is None or draft is self._written:
                return
            from store import drafts

            drafts.save(self.services.store(), draft=draft)
            self._written = draft

    def _write_soon(self) -> None:
        if not self._ended:
            self.write()

    def _jot(self) -> None:
        """Into the file; where that cannot be done the store will have it."""
        from store import jotted

        with self._jots:
            draft = self.draft
            if not (self._ended or draft is None or draft is self._jotted or draft is self._written):
                with suppress(OSError):
                    jotted.write(self.services.url, draft)
                self._jotted = draft

    def _rescue(self) -> None:
        self._jot()
        self.write()

    def let_go(self) -> None:
        """Stop rescuing it; what was written stays written."""
        self._ended = True
        self._jotting.drop()
        self._writing.drop()
        self.services.rescue.drop(self._name)

    def discard(self) -> None:
        """Throw it away, also what was written. Blocks: for workers."""
        self.let_go()
        with self._lock, self._jots:
            draft, self.draft, self._written = self.draft, None, None
            if draft is None or self.services.read_only:
                return
            from store import drafts

            drafts.discard(self.services.store(), draft.id, by=self.services.operator, now=self.services.now())

    @contextmanager
    def ending(self) -> Iterator[Work]:
        """The work that makes what the draft was for: it throws the draft away too, both or neither. For workers."""
        from store import drafts

        self.write()
        with self.services.work() as work:
            yield work
            if self.draft is not None:
                drafts.throw_away(work.session, self.draft.id)
        self.let_go()
        self.draft = self._written = None


def latest(services: Services, kind: Kind, customer_id: str) -> Draft | None:
    """The operator's last draft of that kind for a customer, or None. Blocks: for workers."""
    from store import drafts

    found = drafts.list_for(services.store(), services.operator)
    return next((d for d in found if d.kind == kind and d.customer_id == customer_id), None)
