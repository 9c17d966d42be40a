"""Going on with a draft: which one, and the screen that takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from screens.overview.wording import draft_line
from screens.services import Services
from screens.widgets.picker import Picker

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from store.drafts import Draft


async def choose(app: App[Any], services: Services, drafts: Sequence[Draft]) -> Draft | None:
    """The only draft, or the one that is picked of several."""
    if len(drafts) < 2:
        return drafts[0] if drafts else None
    now = services.now()
    choices = [(draft.id, draft_line(draft, now)) for draft in drafts]
    picked = await app.push_screen_wait(Picker(services, title="Which draft?", choices=choices))
    return next((d for d in drafts if picked and d.id == picked[0]), None)


def screen_for(services: Services, customer_id: str, draft: Draft) -> Screen[Any]:
    """The screen on which a draft is completed."""
    if draft.kind == "amendment":
        from screens.amendment.screen import AmendmentScreen

        return AmendmentScreen(services, customer_id, draft.contract_id, draft)
    if draft.kind == "usage_filter":
        from screens.timeline.screen import TimelineScreen

        return TimelineScreen(services, customer_id)
    from screens.wizard.screen import WizardScreen

    return WizardScreen(services, customer_id, draft)
