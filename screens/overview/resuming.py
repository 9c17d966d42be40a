"""Going on with a draft: which one, and the screen that takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screens.overview.wording import draft_line
from screens.services import Services
from screens.widgets.picker import Picker

if TYPE_CHECKING:
    from textual.screen import Screen

    from store.drafts import Draft


def which(services: Services, drafts: Sequence[Draft]) -> Picker:
    """A dialog that asks which of several drafts."""
    now = services.now()
    return Picker(services, title="Which draft?", choices=[(draft.id, draft_line(draft, now)) for draft in drafts])


def screen_for(services: Services, customer_id: str, draft: Draft) -> Screen[Any]:
    """The screen on which a draft is completed."""
    if draft.kind == "amendment":
        from screens.amendment.screen import AmendmentScreen

        return AmendmentScreen(services, customer_id, draft.contract_id, draft)
    if draft.kind == "usage_filter":
        from screens.timeline.screen import TimelineScreen

        return TimelineScreen(services, customer_id, resume=True)
    from screens.wizard.screen import WizardScreen

    return WizardScreen(services, customer_id, draft)
